# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Linux shell of few words: what an operator needs to look at files and to enter the PCLI."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex

from .files import Files

_ENTER = re.compile(r"^(sudo\s+)?(/usr/bin/)?(pcli|su( -)? admin)$")


def enters_pcli(line: str) -> bool:
    return bool(_ENTER.match(line.strip()))


def run(files: Files, user: str, line: str) -> list[str]:
    """The output of one command line; pipes between the known commands work."""
    output: list[str] = []
    for number, part in enumerate(line.split("|")):
        try:
            words = shlex.split(part)
        except ValueError:
            return ["bash: syntax error"]
        if words and words[0] == "sudo":
            words = words[1:]
        if not words:
            return output
        output = filtered(output, " ".join(words)) if number else _command(files, user, words)
    return output


def _command(files: Files, user: str, words: list[str]) -> list[str]:
    name, paths = words[0], [word for word in words[1:] if not word.startswith("-")]
    if name == "ls":
        return [entry for path in paths or ["."] for entry in _listing(files, path)]
    if name == "cat":
        return [line for path in paths for line in _read(files, name, path).decode("utf-8", "replace").splitlines()]
    if name == "base64":
        return [line for path in paths for line in _base64(files, path, words)]
    if name in ("sha256sum", "wc"):
        return [_measure(files, name, path) for path in paths]
    if name in ("whoami", "id"):
        return [user if name == "whoami" else f"uid=1000({user}) gid=1000({user})"]
    if name == "echo":
        return [" ".join(words[1:])]
    if name == "rm":
        return [] if all(files.remove(path) for path in paths) else [f"rm: cannot remove '{paths[0]}'"]
    return [f"bash: {name}: command not found"]


def _listing(files: Files, path: str) -> list[str]:
    if files.is_directory(path):
        return files.names(path)
    return [path] if files.get(path) else [f"ls: cannot access '{path}': No such file or directory"]


def _read(files: Files, name: str, path: str) -> bytes:
    file = files.get(path)
    if file is None:
        return f"{name}: {path}: No such file or directory".encode()
    return file.data if file.readable else f"{name}: {path}: Permission denied".encode()


def _base64(files: Files, path: str, words: list[str]) -> list[str]:
    file = files.get(path)
    if file is None or not file.readable:
        return [_read(files, "base64", path).decode()]
    text = base64.b64encode(file.data).decode()
    width = 0 if any(word in ("-w0", "--wrap=0") for word in words) else 76
    return [text] if not width else [text[start : start + width] for start in range(0, len(text), width)]


def _measure(files: Files, name: str, path: str) -> str:
    file = files.get(path)
    if file is None:
        return f"{name}: {path}: No such file or directory"
    return f"{hashlib.sha256(file.data).hexdigest()}  {path}" if name == "sha256sum" else f"{len(file.data)} {path}"


def filtered(lines: list[str], command: str) -> list[str]:
    """`grep`, `head`, `tail`, `wc -l` on lines; anything else is not found, as bash would say."""
    words = shlex.split(command) or [""]
    numbers = [int(word.lstrip("-n")) for word in words[1:] if re.fullmatch(r"-?n?\d+", word)]
    count = numbers[0] if numbers else 10
    if words[0] == "grep" and len(words) > 1:
        return _grep(lines, words[1:])
    if words[0] == "head":
        return lines[:count]
    if words[0] == "tail":
        return lines[-count:]
    if words[0] == "wc":
        return [str(len(lines))]
    if words[0] in ("cat", "more", "less"):
        return lines
    return [f"bash: {words[0]}: command not found"]


def _grep(lines: list[str], words: list[str]) -> list[str]:
    options = "".join(word[1:] for word in words if word.startswith("-"))
    pattern = next((word for word in words if not word.startswith("-")), "")
    expression = re.compile(pattern, re.IGNORECASE if "i" in options else 0)
    return [line for line in lines if bool(expression.search(line)) != ("v" in options)]

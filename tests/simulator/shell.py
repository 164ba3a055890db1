# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PCLI of one login: prompt, command lines, confirmations, and the dressing of answers."""

from __future__ import annotations

import dataclasses
import random
import re
import time
from typing import Any

from . import linux
from .accounts import may, refusal_of
from .answer import Answer, NotFound, Refused, plain
from .commands import COMMANDS
from .context import ConfigContext
from .grammar import Command, UsageNeeded
from .layout import usage as usage_block
from .lifecycle import Lifecycle
from .probe.playback import play, recorded_answer
from .specs import UserSpec
from .terminal import Gone, Interrupted, Terminal
from .world import Node, World

_MARKS = {"ok": "✔", "warn": "⚠", "fail": "✖"}
_COLOURS = {"ok": "32", "warn": "33", "fail": "31"}
_FRAMES = "⠋⠙⠹⠸⠼⠴"
# Seen for a user without the capability (release notes 6.2, I95-56837).
_UNAUTHORIZED = "failed to authorize user: you do not have access to resource='128t:*' capability='{}'"


class Shell:
    def __init__(self, world: World, lifecycle: Lifecycle, node: Node, user: UserSpec, terminal: Terminal) -> None:
        self.world = world
        self.lifecycle = lifecycle
        self.node = node
        self.user = user
        self.terminal = terminal
        self.scenario = world.scenario
        self.style = world.scenario.style
        self.habits = world.habits
        self.config = ConfigContext(self)
        self._received = 0
        self._leftover = ""
        self._dated = False
        self._asked_width = terminal.width
        if self.habits["width"] != "asked":
            terminal.width = int(self.habits["width"])

    # --- who and where ----------------------------------------------------------------------------------------

    @property
    def generation(self) -> str:
        return self.scenario.dialect.pin or self.node.release.generation

    @property
    def modern(self) -> bool:
        return self.generation != "pre-6.3"

    @property
    def asked_width(self) -> int:
        """The width that the client wants; this conductor may print in another one."""
        return self.terminal.width if self.habits["width"] == "asked" else self._asked_width

    @property
    def privilege(self) -> str:
        return "#" if self.user.privilege == "admin" else ">"

    def prompt(self) -> str:
        context = self.config.label()
        dirty = "*" if self.world.authority.is_dirty(self.node, self.user.name) else ""
        other = "{dirty}[{node}]{context} ssr{privilege} " if self.habits["prompt"] == "other" else None
        form = self.user.prompt or other or "{dirty}{user}@{node}.{router}{context}{privilege} "
        text = form.format(
            dirty=dirty,
            user=self.user.name,
            node=self.node.name,
            router=self.node.router.name,
            context=f" ({context})" if context else "",
            privilege=self.privilege,
        )
        return f"\x1b[?2004h\x1b[1m{text}\x1b[0m" if self.style.ansi else text

    def may(self, capability: str | None) -> bool:
        return may(self.world, self.node, self.user, capability)

    @property
    def _hides(self) -> bool:
        fault = refusal_of(self.world, self.node, self.user)
        return (fault["form"] if fault else self.user.refusal) == "hidden"

    # --- the loop ---------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Until `quit`. Raises Gone when the session ends otherwise."""
        while True:
            self._slow_prompt()
            leftover, self._leftover = self._leftover, ""
            line = self.terminal.read_line(self.prompt(), leftover, on_help=self._help)
            if line is None:
                if not self.config.leave():
                    return
                continue
            if line.endswith("\x1a"):
                line = line[:-1]
                self._one(line)
                self.config.top()
                continue
            if line.strip() == "quit":
                self._note(line)
                return
            self._one(line)

    def _one(self, line: str) -> None:
        if line.strip():
            self.execute(line.strip())
            self._maybe_drop("after_answer")

    def execute(self, line: str) -> bool:
        """Run one command line; False when it was refused."""
        self._note(line)
        self._received += 1
        self._maybe_drop("before_answer")
        began = time.monotonic()
        pipe = None
        self._dated = False
        try:
            row = recorded_answer(self, line)
            if row is not None:
                self._leftover = play(self, row)
                return True
            line, pipe = _split_pipe(line)
            self.terminal.pause(self.world.clock.wall(self.world.lasting("command", self.node)))
            answer = self._dispatch(line)
            self._show(self._with_strange_lines(answer, line), pipe, time.monotonic() - began)
            return True
        except Refused as refusal:
            self._show(_refusal_answer(refusal), pipe, 0)
        except NotFound as missing:
            self._show(plain(f"Command '{missing}' not found (use '?' for help)"), None, 0)
        except Interrupted:
            self.terminal.write("^C\n")
        except Gone:
            raise
        finally:
            self.terminal.touched()
        return False

    def _note(self, line: str) -> None:
        self.world.journal.add("command", node=self.node.node_id, user=self.user.name, command=line)
        if re.match(r"show\s+fib\b", line):
            self.world.violate(f"'{line}' was sent (it can crash an HA router, I95-65557)")

    def _dispatch(self, line: str) -> Answer | None:
        words = line.split()
        if self.config.handles(words):
            return self.config.execute(words)
        if words[0] == "do":
            words = words[1:]
        command, rest = self.find(words)
        with self.world.lock:
            refusal = self._not_allowed(command)
        if refusal:
            return refusal
        try:
            return command.answer(self, rest)
        except UsageNeeded as problem:
            if not str(problem) and self.habits["help_leftover"] == "yes":
                # The sample of `upgrade_ibu_conductor`: below the usage the prompt holds the typed command again.
                self._leftover = " ".join(words)
            if problem.missing and self.habits["missing_argument"] == "keyword":
                return plain(f"Keyword argument '{problem.missing}' is required")
            return self._usage(command, str(problem))

    def _not_allowed(self, command: Command) -> Answer | None:
        role = self.world.faults.peek("not_a_conductor", self.node.name, self.node.router.name)
        if command.conductor_only and (role or not self.node.conductor):
            return plain("% Error: This command can only be run on a Conductor")
        if not self.may(command.capability):
            return plain("Error: " + _UNAUTHORIZED.format(command.capability))
        return None

    # --- finding commands -------------------------------------------------------------------------------------

    def visible(self) -> list[Command]:
        commands = [command for command in COMMANDS if command.usage(self) is not None]
        if self.user.privilege != "admin":
            commands = [command for command in commands if not command.admin]
        if self._hides:
            commands = [command for command in commands if self.may(command.capability)]
        return commands

    def find(self, words: list[str]) -> tuple[Command, list[str]]:
        """The command with the longest matching path and the words left over. Raises NotFound."""
        candidates, depth, best = self.visible(), 0, None
        while depth < len(words):
            word = self._match(
                words[depth], {command.words[depth] for command in candidates if len(command.words) > depth}
            )
            if word is None:
                break
            candidates = [
                command for command in candidates if len(command.words) > depth and command.words[depth] == word
            ]
            depth += 1
            best = next(((command, words[depth:]) for command in candidates if len(command.words) == depth), best)
        if best is None:
            # Nothing after the last matching word: the PCLI would list what can follow.
            raise NotFound(words[depth] if depth < len(words) else words[-1])
        return best

    def _match(self, word: str, names: set[str]) -> str | None:
        if word in names:
            return word
        near = [name for name in names if name.startswith(word)]
        return near[0] if len(near) == 1 and self.scenario.behaviour.abbreviations and word.isalpha() else None

    def _usage(self, command: Command, problem: str) -> Answer:
        lines = usage_block(
            command.words[-1], command.usage(self) or "", command.helps, command.also, self.terminal.width
        )
        return plain(*([f"% Error: {problem}"] if problem else []), *lines)

    def _help(self, text: str) -> None:
        """`?` was typed: the usage of a complete command, else the words that can come next."""
        words = text.split()
        try:
            command, rest = self.find(words)
        except (NotFound, IndexError):
            command, rest = None, words
        if command and not rest:
            self._show(self._usage(command, ""), None, 0)
            return
        nexts = sorted({command.words[len(words)] for command in self.visible() if _starts(command.words, words)})
        self._show(plain(*(f" {name}" for name in nexts)), None, 0)

    # --- talking ----------------------------------------------------------------------------------------------

    def confirm(self, question: str, kind: str | None = None) -> bool:
        """Ask `… [y/N]: `. Only `y` is yes. Anything else prints the documented words of refusal."""
        if kind is not None and kind not in self.scenario.behaviour.confirm:
            return True
        answer = self.terminal.read_line(f"{question} [y/N]: ")
        self.world.journal.add("confirmation", node=self.node.node_id, question=question, answer=answer)
        if answer is not None and answer.strip().lower() in ("y", "yes"):
            return True
        self._print(["Operation canceled"])
        return False

    def progress(self, text: str, mark: str = "ok") -> None:
        """A progress line, with spinner frames before it if the scenario has them."""
        if self.style.spinner:
            for frame in _FRAMES[:3]:
                self.terminal.write(f"\r{frame} {text}")
        self.terminal.write(("\r\x1b[K" if self.style.spinner else "") + self._marked(text, mark) + "\n")

    def date(self) -> None:
        """The date line, once in an answer; a question may have come between it and the rest."""
        if self.style.date_line and not self._dated:
            self._dated = True
            self.terminal.write(self.world.clock.text("%a %Y-%m-%d %H:%M:%S ") + self.scenario.clock.zone + "\n")

    def say(self, *lines: str) -> None:
        """Print lines before the answer is complete."""
        self._print(list(lines))

    def wait_for(self, predicate: Any, watchers: set[Any] | None = None) -> None:
        """Wait for something, asked again at every change that `watchers` are told of, by default every one at all.

        The predicate must not take the lock of the world.
        """
        watchers = self.world.watchers if watchers is None else watchers
        with self.world.lock:
            watchers.add(self.terminal.wake)
        try:
            self.terminal.wait_until(predicate)
        finally:
            with self.world.lock:
                watchers.discard(self.terminal.wake)

    def sleep(self, simulated: float) -> None:
        """Do nothing for so many simulated seconds."""
        self.terminal.pause(self.world.clock.wall(simulated))

    def _marked(self, text: str, mark: str) -> str:
        if not self.style.marks:
            return text
        sign = _MARKS[mark]
        return (f"\x1b[{_COLOURS[mark]}m{sign}\x1b[0m" if self.style.ansi else sign) + f" {text}"

    def _show(self, answer: Answer | None, pipe: str | None, took: float) -> None:
        if answer is None:
            return
        if pipe is not None:
            self.progress("Piping output...")
            self._print(linux.filtered(self._body(answer), pipe))
            return
        if answer.frame:
            self.date()
        if answer.action and self.style.progress_line:
            self.progress(answer.action, answer.mark)
        lines = self._body(answer)
        if answer.frame and self.style.completed_line:
            lines += ["", f"Completed in {max(took, random.uniform(0.03, 0.4)):.2f} seconds"]
        self._print(lines + (self.style.trailing_noise.splitlines() if answer.frame else []))

    def _with_strange_lines(self, answer: Answer | None, command: str) -> Answer | None:
        strange = [
            fault["text"] for fault in self.world.faults.every("strange_line") if command.startswith(fault["command"])
        ]
        if answer is None or not strange:
            return answer
        return dataclasses.replace(answer, lines=[*answer.lines, "", *strange])

    @staticmethod
    def _body(answer: Answer) -> list[str]:
        return ([""] if answer.frame and answer.lines and not answer.tight else []) + answer.lines

    def _print(self, lines: list[str]) -> None:
        pager = self.style.pager
        if not (pager.enabled and self.terminal.pty and len(lines) > pager.rows):
            self.terminal.write("".join(f"{line}\n" for line in lines))
            return
        shown = 0
        step = pager.rows
        while shown < len(lines):
            self.terminal.write("".join(f"{line}\n" for line in lines[shown : shown + step]))
            shown += step
            if shown >= len(lines):
                return
            self.terminal.write(pager.text)
            key = self.terminal.key()
            self.terminal.write("\r" + " " * len(pager.text) + "\r")
            if key in "qQ\x03":
                return
            step = 1 if key in "\r\n" else pager.rows

    # --- faults of the session --------------------------------------------------------------------------------

    def _slow_prompt(self) -> None:
        with self.world.lock:
            fault = self.world.faults.take("slow_prompt", self.node.name, self.node.router.name)
        if fault:
            self.terminal.wait_until(lambda: False, fault["seconds"], interruptible=False)

    def _maybe_drop(self, when: str) -> None:
        with self.world.lock:
            fault = self.world.faults.peek("drop_session", self.node.name, self.node.router.name, when=when)
            if not fault or fault["after_commands"] is None or self._received < fault["after_commands"]:
                return
            self.world.faults.take("drop_session", self.node.name, self.node.router.name, when=when)
        self.world.journal.add("session_dropped", node=self.node.node_id, user=self.user.name)
        self.terminal.hang_up()
        raise Gone


def _refusal_answer(refusal: Refused) -> Answer:
    return Answer([f"% Error: {refusal}"], action=refusal.action, mark="fail", frame=False)


def _split_pipe(line: str) -> tuple[str, str | None]:
    left, pipe, right = line.partition("|")
    return (left.strip(), right.strip()) if pipe and not line.startswith("shell") else (line, None)


def _starts(path: tuple[str, ...], words: list[str]) -> bool:
    return len(path) > len(words) and all(name.startswith(word) for name, word in zip(path, words, strict=False))

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides which host keys are trusted: the pinned ones, otherwise those of known_hosts files, as OpenSSH does.

A host may have several keys, even of one type (two nodes behind one address, or a key that is being replaced); any of
them is accepted. paramiko's own store keeps only one for each type.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import os
from collections.abc import Iterator, Sequence

from .errors import HostKeyRefused
from .login import Login

try:
    import paramiko
except ImportError:  # ssh.connect() says what to do
    paramiko = None

_RSA = ("ssh-rsa", "rsa-sha2-256", "rsa-sha2-512")
_ECDSA = ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_KEY_ALGORITHMS = ("ssh-ed25519", *_ECDSA, *_RSA, "ssh-dss")


def fingerprint(key) -> str:
    """The SHA256 fingerprint of a host key, as ``ssh-keygen -l`` prints it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def trusted(login: Login) -> list:
    """The keys that this host may present. Raises HostKeyRefused for a pinned key or a file that cannot be read."""
    if login.host_keys:
        return [_pinned(line, login.names.host_keys) for line in login.host_keys]
    entries = list(_entries(login.known_hosts))
    # OpenSSH also looks for the name without the port if the one with the port is unknown.
    for name in dict.fromkeys((login.address, login.host)):
        revoked = [key for marker, names, key in entries if marker == "@revoked" and _names(names, name)]
        keys = [key for marker, names, key in entries if not marker and _names(names, name)]
        if keys:
            return [key for key in keys if key not in revoked]
    authorities = [names for marker, names, _key in entries if marker == "@cert-authority"]
    if any(_names(names, name) for names in authorities for name in (login.address, login.host)):
        raise HostKeyRefused(
            f"The known_hosts files vouch for {login.address} by a certificate authority (@cert-authority), and this "
            f"connection cannot check host certificates. Pin the node's own key in {login.names.host_keys}, as "
            f"ssh-keyscan -p {login.port} {login.host} prints it, or go through ProxyCommand with ssh."
        )
    return []


def policy(login: Login, keys: Sequence):
    """How paramiko treats the key that the server presents: it must be one of ``keys``, or the login ends."""

    class Policy(paramiko.MissingHostKeyPolicy):
        """Called for every key, since paramiko's own store is empty."""

        def missing_host_key(self, client, hostname, key):
            if not login.checks_host_key or key in keys:
                return
            if keys:
                raise changed(login, f"{key.get_name()} {fingerprint(key)}")
            raise HostKeyRefused(
                f"The host key of {login.address} is not known ({key.get_name()} {fingerprint(key)}). Compare this "
                "fingerprint with the node's own, then add the key to ~/.ssh/known_hosts "
                f"(ssh-keyscan -p {login.port} {login.host}) or pin it in {login.names.host_keys}."
            )

    return Policy()


def only(types: Sequence[str], patterns: str | None = None) -> dict | None:
    """Algorithms to disable, so that the server presents a key of a known type, as with OpenSSH; None for no limit.

    ``patterns`` are those of HostKeyAlgorithms: a list, or one to take away (-). What is added (+) or preferred (^)
    excludes nothing. Raises HostKeyRefused if nothing is left.
    """
    wanted = (set(types) | (set(_RSA) if set(types) & set(_RSA) else set())) or set(_KEY_ALGORITHMS)
    if patterns and patterns[0] not in "+^":
        named = patterns.removeprefix("-").split(",")
        matching = {name for name in _KEY_ALGORITHMS if any(fnmatch.fnmatchcase(name, text) for text in named)}
        wanted = wanted - matching if patterns.startswith("-") else wanted & matching
        if not wanted:
            raise HostKeyRefused(
                f"HostKeyAlgorithms '{patterns}' in the configuration of OpenSSH leaves no kind of host key that this "
                "connection knows and that is known of this host."
            )
    if wanted >= set(_KEY_ALGORITHMS):
        return None
    return {"keys": [name for name in _KEY_ALGORITHMS if name not in wanted]}


def changed(login: Login, shown: str) -> HostKeyRefused:
    """The error for a host whose key is not one of the known ones."""
    return HostKeyRefused(
        f"The host key of {login.address} is not the known one (it shows {shown}). Either the node was "
        "reinstalled, or somebody intercepts the connection. Nothing was sent. Compare the fingerprint with the "
        f"node's own; if it is right, replace the old key in known_hosts (ssh-keygen -R) or in {login.names.host_keys}."
    )


def _pinned(line: str, variable: str):
    """A pinned key: ``ssh-ed25519 AAAA…``, with or without a host name before and a comment after."""
    words = line.split()
    if words and words[0].startswith("@"):  # @revoked would be trusted, and @cert-authority is not the key of a host
        raise HostKeyRefused(
            f"The pinned host key '{line[:60]}' in {variable} begins with {words[0]}. Only keys to trust belong there: "
            "write it as ssh-keyscan prints it, for instance 'ssh-ed25519 AAAAC3Nz…'."
        )
    for position, word in enumerate(words[:-1]):
        if word in _KEY_ALGORITHMS:
            try:
                return _key(word, words[position + 1])
            except Exception as error:
                raise HostKeyRefused(
                    f"The pinned host key '{line[:60]}' in {variable} cannot be read: {error}. "
                    "Write it as ssh-keyscan prints it, for instance 'ssh-ed25519 AAAAC3Nz…'."
                ) from error
    raise HostKeyRefused(
        f"The pinned host key '{line[:60]}' in {variable} has no key type. "
        "Write it as ssh-keyscan prints it, for instance 'ssh-ed25519 AAAAC3Nz…'."
    )


def _key(kind: str, text: str):
    return paramiko.PKey.from_type_string(kind, base64.b64decode(text, validate=True))


def _entries(files: Sequence[str]) -> Iterator[tuple[str, list[str], object]]:
    """(marker, names, key) of every line that can be read; others are skipped, as OpenSSH does."""
    for name in files:
        path = os.path.expanduser(name)
        if not os.path.isfile(path):
            continue
        try:
            with open(path, encoding="utf-8", errors="replace") as stream:
                lines = stream.read().splitlines()
        except OSError as error:
            raise HostKeyRefused(
                f"The file {path} of known host keys cannot be read: {error.strerror}. Fix its mode, or name "
                "other files in ansible_pcli_known_hosts_files."
            ) from error
        for line in lines:
            words = line.split()
            marker = words.pop(0) if words and words[0].startswith("@") else ""
            if len(words) < 3 or words[0].startswith("#"):
                continue
            try:
                yield marker, words[0].split(","), _key(words[1], words[2])
            except Exception:  # a type unknown to this paramiko, or a broken line
                continue


def _names(patterns: Sequence[str], name: str) -> bool:
    """Whether a line is about this host. Names may be hashed, contain wildcards, or be excluded with a leading `!`."""
    matches = False
    for pattern in patterns:
        if pattern.startswith("|1|"):
            matches = matches or _is_hash_of(pattern, name)
        elif _match(pattern.removeprefix("!"), name):
            if pattern.startswith("!"):
                return False
            matches = True
    return matches


def _is_hash_of(pattern: str, name: str) -> bool:
    try:
        return paramiko.HostKeys.hash_host(name.lower(), pattern) == pattern
    except Exception:  # a broken line, for which paramiko raises all kinds of errors
        return False


def _match(pattern: str, name: str) -> bool:
    # Brackets enclose an address with a port here, and are not wildcards.
    return fnmatch.fnmatchcase(name.lower(), pattern.lower().replace("[", "[[]"))

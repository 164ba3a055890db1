# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs in on a connection whose host key was checked: with keys, then with the password, each once.

paramiko's own sequence is not used: it offers every key that it finds, answers every single prompt with the password,
and needs MD5 for its log, which a controller in FIPS mode does not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .errors import LoginRefused
from .keys import Identities
from .login import Login
from .password_prompts import is_password_prompt

try:
    import paramiko
except ImportError:  # ssh.connect() says what to do
    paramiko = None

#: A server of OpenSSH hangs up at the sixth attempt that fails (MaxAuthTries).
MOST_TRIES = 6

_TOO_MANY = re.compile(r"too many auth", re.I)


class OtherPrompt(Exception):
    """The server asks for something else than the password. Nothing is answered."""


class Authentication:
    """Logs in once. It has the one method that paramiko expects of an AuthStrategy."""

    def __init__(self, login: Login, user: str, identities: Identities):
        self._login = login
        self._user = user
        self._identities = identities
        self._refused_keys = 0
        self._answered = False
        self._prompt = ""

    def authenticate(self, transport: paramiko.Transport) -> None:
        """Log in. Raises LoginRefused, and the errors of paramiko."""
        identities, password = self._identities, self._login.password
        if not identities.keys and password is None:
            if identities.encrypted:
                raise paramiko.PasswordRequiredException("encrypted")
            raise paramiko.SSHException("No authentication methods available")
        refusal: paramiko.AuthenticationException | None = None
        further: Sequence[str] = ()
        for key in identities.keys:
            try:
                further = self._offer(transport, key)
            except paramiko.AuthenticationException as error:
                refusal = error
                if isinstance(error, paramiko.BadAuthenticationType) or self._refused_keys >= MOST_TRIES:
                    break
                continue
            if not further:
                return
            break
        if password is not None:
            further = self._with_password(transport, password)
        elif refusal is not None and not further:
            raise self._too_many() if self._left_out else refusal
        if further:
            raise self._second_factor(f"wants {' or '.join(further)} as well")

    @property
    def _left_out(self) -> bool:
        """Whether there are keys that could not be tried."""
        return self._refused_keys >= MOST_TRIES and len(self._identities.keys) > MOST_TRIES

    # -- keys -------------------------------------------------------------------------------------------------

    def _offer(self, transport: paramiko.Transport, key: paramiko.PKey) -> Sequence[str]:
        """Log in with a key; what else the server wants. A refused certificate may be meant for another host."""
        try:
            return self._try_key(transport, key)
        except paramiko.BadAuthenticationType:
            raise
        except paramiko.AuthenticationException:
            # A certificate in the agent has no key of its own: that is another entry there.
            if key.public_blob is None or hasattr(key, "agent") or self._refused_keys >= MOST_TRIES:
                raise
            key.public_blob = None
            return self._try_key(transport, key)

    def _try_key(self, transport: paramiko.Transport, key: paramiko.PKey) -> Sequence[str]:
        try:
            return transport.auth_publickey(self._user, key)
        except (paramiko.SSHException, OSError, EOFError) as error:
            if not transport.is_active():
                raise self._hung_up(transport, error) from error
            self._refused_keys += 1
            raise

    def _hung_up(self, transport: paramiko.Transport, error: Exception) -> Exception:
        """The error where the connection ended while a key was offered."""
        if "cannot be used for signing" in str(error):
            return LoginRefused(
                f"The ssh-agent holds a key for {self._login.who} and does not sign with it. It may be locked "
                f"(ssh-add -X), or want to be touched. Name another key in {self._login.names.key_file}."
            )
        if self._refused_keys > 1 or _TOO_MANY.search(getattr(transport, "farewell", "")):
            if len(self._identities.keys) == 1:
                return paramiko.AuthenticationException("refused, and the server hung up")  # it is the wrong one
            self._refused_keys += 1
            return self._too_many()
        return error

    def _too_many(self) -> LoginRefused:
        login, number = self._login, len(self._identities.keys)
        return LoginRefused(
            f"Too many keys were offered for the login as {login.who}: {min(self._refused_keys, number)} of {number} "
            "were refused, and a server hangs up after a few. This is not tried again. Name the right key in "
            f"{login.names.key_file}; it is then the only one that is tried. For a key that only the ssh-agent holds, "
            "name its .pub file."
        )

    # -- the password -----------------------------------------------------------------------------------------

    def _with_password(self, transport: paramiko.Transport, password: str) -> Sequence[str]:
        """Log in with the password; what else the server wants."""
        first, *others = self._login.password_methods
        try:
            return self._send_password(transport, first, password)
        except paramiko.BadAuthenticationType as error:
            if not others or others[0] not in error.allowed_types:
                raise
        return self._send_password(transport, others[0], password)

    def _send_password(self, transport: paramiko.Transport, method: str, password: str) -> Sequence[str]:
        if method == "password":
            return transport.auth_password(self._user, password, fallback=False)
        try:
            return transport.auth_interactive(self._user, self._answer)
        except Exception:
            if self._prompt:
                raise self._second_factor(f"asks '{self._prompt}'") from None
            raise

    def _answer(self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str]:
        """The password for a prompt that is the password's, once. Raises OtherPrompt, which ends the connection."""
        if not prompts:
            return []
        (text, echo), others = prompts[0], prompts[1:]
        names = {name for name in (self._user, self._login.host) if name}
        wanted = is_password_prompt(text, names, f"{title}\n\n{instructions}")
        if others or echo or self._answered or not wanted:
            asked = [title, instructions, *(prompt for prompt, _echo in prompts)]
            # A notice may be long, and the prompt stands behind it.
            words = " ".join(" ".join(asked).split())
            self._prompt = f"\u2026{words[-200:]}" if len(words) > 200 else words or "for something"
            raise OtherPrompt(self._prompt)
        self._answered = True
        return [self._login.password or ""]

    def _second_factor(self, wants: str) -> LoginRefused:
        login = self._login
        return LoginRefused(
            f"For the login as {login.who} the server {wants}, which was not answered: an account behind a second "
            "factor, or whose password must be changed, is not supported unattended. Use an account for "
            f"automation that needs none, with a password ({login.names.password}) or with a key or certificate "
            f"({login.names.key_file})."
        )

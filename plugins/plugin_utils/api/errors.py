# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of this package: one class for each kind that a caller handles differently.

Every message is written for an operator: what was tried, what was answered, what to do next. They are made by
:class:`Problems`, which masks every secret in them.
"""

from __future__ import annotations

from typing import TypeVar

from .masking import Secrets


class ApiError(Exception):
    """Anything that goes wrong with the web API. ``answered``: what came back, shortened; empty where nothing did."""

    #: For results: what kind of problem it is, in one word.
    kind = "problem"

    def __init__(self, tried: str, answered: str, next_step: str):
        super().__init__(" ".join(part for part in (tried, answered, next_step) if part))
        self.tried = tried
        self.answered = answered
        self.next_step = next_step


class ApiAway(ApiError):
    """Nobody answers, or the web server cannot serve at the moment. It may be worth asking again later."""

    kind = "away"


class Unreachable(ApiAway):
    """No connection could be opened. Nothing was sent."""


class AccountRefused(ApiError):
    """The API refuses this account, for this request or altogether. Asking again cannot help."""

    kind = "refused"


class PasswordRefused(AccountRefused):
    """The login was refused, or was refused before. The password is not sent again, since failures lock the account."""


class NotOffered(ApiError):
    """The API of this release does not know this request, or knows nothing of what it is about."""

    kind = "not_offered"


class Nonsense(ApiError):
    """What answers is not understood: a page in place of data, a redirect, an endless body. It may not be an SSR."""

    kind = "nonsense"


class NotTrusted(ApiError):
    """The certificate is not the expected one. No secret was sent."""

    kind = "certificate"


class BadSettings(ApiError):
    """The settings cannot be used. Nothing was sent."""

    kind = "settings"


class NotAllowed(ApiError):
    """The request is none of those that may leave (see allowed.py). Nothing was sent."""

    kind = "not_allowed"


Kind = TypeVar("Kind", bound=ApiError)


class Problems:
    """Makes the errors about one conductor, without its secrets."""

    def __init__(self, where: str, secrets: Secrets):
        self._where = where
        self._secrets = secrets

    def make(self, kind: type[Kind], request: object, answered: str, next_step: str) -> Kind:
        """The error of a request. ``answered`` is a sentence that may quote what came back."""
        tried = f"The web API of {self._where} was asked for {request}."
        return kind(self.mask(tried), self.mask(answered), self.mask(next_step))

    def mask(self, text: str) -> str:
        """The text without the secrets of this conductor."""
        return self._secrets.mask(text)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins at the web API that failed in this run, also in its earlier tasks: each task is a process of its own.

Six failures within 15 minutes lock an account for half an hour, and SSH and the web are counted together
(config_access_mgmt). No secret is kept: an account at an address, and what was answered.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os

from ..files import replace_file

#: Failures are counted for so long, in seconds (config_access_mgmt).
_COUNTED_FOR = 900.0
#: So many logins that bring no token, without a refusal, are sent in that time: each may count as a failure. Tasks that
#: run at once may send one more each.
_MOST_UNANSWERED = 3


class FailedLogins:
    """What is known of logins with a password, by account (``admin at 192.0.2.1``).

    ``folder`` lives as long as the run; without one, nothing is kept.

    It never raises: where the folder cannot be used, each task remembers its own.
    """

    def __init__(self, folder: str | None):
        self._folder = folder

    def why_not(self, account: str, now: float) -> str | None:
        """Why the password is not sent, as a sentence; None where it may be. ``now``: seconds of this machine."""
        refused = self.refusal(account)
        if refused:
            return f"{refused} That was in an earlier task of this run, so the password was not sent again."
        unanswered = self._unanswered(account, now)
        if len(unanswered) < _MOST_UNANSWERED:
            return None
        return (
            f"{len(unanswered)} logins of this run at the web API, as {account}, brought no token in the last 15 "
            "minutes, so the password is not sent for a while: each may count as a failure, and six lock the account."
        )

    def refusal(self, account: str) -> str | None:
        """What was answered where this account was refused; None where it was not."""
        refused = self._read(account).get("refused")
        return refused if isinstance(refused, str) else None

    def refused(self, account: str, answered: str) -> None:
        """Never send the password of this account there again in this run. ``answered`` holds no secret."""
        self._write(account, {**self._read(account), "refused": answered})

    def unanswered(self, account: str, now: float) -> None:
        """A login was sent, and had no answer, or one that nobody understands."""
        self._write(account, {**self._read(account), "unanswered": [*self._unanswered(account, now), now]})

    def _unanswered(self, account: str, now: float) -> list[float]:
        times = self._read(account).get("unanswered")
        listed = times if isinstance(times, list) else []
        return [at for at in listed if isinstance(at, (int, float)) and now - at < _COUNTED_FOR]

    def _path(self, account: str) -> str:
        name = hashlib.sha256(account.encode()).hexdigest()[:32]
        return os.path.join(self._folder or "", f"ssr-api-{name}.json")

    def _read(self, account: str) -> dict[str, object]:
        if self._folder is not None:
            with contextlib.suppress(OSError, ValueError), open(self._path(account), encoding="utf-8") as stream:
                kept = json.load(stream)
                return kept if isinstance(kept, dict) else {}
        return {}

    def _write(self, account: str, kept: dict[str, object]) -> None:
        if self._folder is not None:
            with contextlib.suppress(OSError):
                replace_file(self._path(account), json.dumps(kept))

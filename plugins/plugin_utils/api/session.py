# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs in to the web API, and asks. A password is sent as seldom as can be, for failures lock the account.

Six failures within 15 minutes lock an account for half an hour, and SSH and the web are counted together
(config_access_mgmt). So a refused password is never sent again, here or by SSH: :attr:`ApiSession.refused_password`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .access import TOKEN, ApiAccess
from .allowed import ApiRequest
from .answers import quoted, read_json, refusal_of
from .errors import AccountRefused, ApiAway, ApiError, Nonsense, NotTrusted, PasswordRefused, Problems, Unreachable
from .transport import Answer, Transport
from .ways import Way, direct

#: Logins that got no answer may have been counted as failures as well.
MOST_UNANSWERED = 2
#: Nothing there takes logins: a redirect, or another program.
_NO_LOGIN_THERE = (*range(300, 400), 404, 405)
_ADVICE = "It is not sent again, since six failures lock the account, also for SSH. Check user and password."


class ApiSession:
    """Asks the API of one conductor, as one account.

    ``refused_before``: who has refused this password already, such as ``SSH at c1``; then it is never sent.
    """

    def __init__(
        self,
        access: ApiAccess,
        *,
        way: Way = direct,
        now: Callable[[], float] = time.monotonic,
        refused_before: str | None = None,
    ):
        self._access = access
        self._secrets = access.secrets()
        self.problems = Problems(access.address, self._secrets)
        self._transport = Transport(access, self.problems, way, now)
        self._token = access.token
        self._unanswered = 0
        #: Requests that refuse a fresh token: another login would change nothing.
        self._refused_requests: set[str] = set()
        self._refused_by = refused_before
        self._never_again: ApiError | None = None

    def __repr__(self) -> str:
        return f"<ApiSession {self._access.address}>"

    @property
    def refused_password(self) -> str | None:
        """Who has refused the password, for whoever would send it elsewhere; None where nobody has."""
        return self._refused_by

    @property
    def unanswered(self) -> int:
        """How many logins were sent since one has succeeded; none of them brought a token."""
        return self._unanswered

    def note_refused(self, by: str) -> None:
        """Never send the password from now on: somebody else has refused it."""
        self._refused_by = self._refused_by or by

    @property
    def token(self) -> str:
        """The token of this session. It is a secret. Logs in if there is none yet. Raises ApiError."""
        if self._token is None:
            self._log_in()
        return self._token or ""

    def ask(self, request: ApiRequest) -> object:
        """The data of an answer; None where it is empty. Raises ApiError."""
        return read_json(self._send(request), request, self.problems)

    def fetch(self, request: ApiRequest) -> bytes:
        """The bytes of a file. Raises ApiError."""
        answer = self._send(request, self._access.download_limit)
        if not 200 <= answer.status < 300:
            raise refusal_of(answer, request, self.problems)
        return answer.body

    def look(self, request: ApiRequest) -> Answer:
        """The answer as it is, whatever its status: for those who want to see it. Raises ApiError."""
        return self._send(request)

    def hide(self, secret: str) -> None:
        """Mask this in all messages from now on."""
        self._secrets.add(secret)

    def _send(self, request: ApiRequest, limit: int | None = None) -> Answer:
        """The answer to a request, after one new login at most."""
        fresh = self._token is None
        asked = f"{request} {(request.body or {}).get('query', '')}"  # queries have one path and different rights
        answer = self._transport.exchange(request, self.token, limit)
        if answer.status != 401:
            self._refused_requests.discard(asked)
            return answer
        if fresh or asked in self._refused_requests:
            self._refused_requests.add(asked)
            raise refusal_of(answer, request, self.problems)
        if self._access.password is None or self._access.user is None:
            answered = f"It does not accept the token: {quoted(answer, self.problems)}."
            step = "It may have expired or have been revoked. Give a new one, or a user and a password."
            raise self.problems.make(AccountRefused, request, answered, step)
        self._token = None
        self._log_in()
        answer = self._transport.exchange(request, self._token, limit)
        if answer.status == 401:
            self._refused_requests.add(asked)
            raise refusal_of(answer, request, self.problems)
        return answer

    # -- the login ----------------------------------------------------------------------------------------------------

    def _log_in(self) -> None:
        """Log in once with the password. Raises ApiError."""
        request = ApiRequest("POST", "/login", body={"username": self._access.user, "password": self._access.password})
        self._may_log_in(request)
        self._unanswered += 1
        try:
            answer = self._transport.exchange(request)
        except (Unreachable, NotTrusted):  # nothing was sent
            self._unanswered -= 1
            raise
        problem = self._login_problem(answer, request)
        if problem is not None:
            raise problem
        self._unanswered = 0

    def _may_log_in(self, request: ApiRequest) -> None:
        if self._access.password is None or self._access.user is None:
            raise self.problems.make(AccountRefused, request, "There is no password to log in with.", "Give one.")
        if self._never_again is not None:
            raise self._never_again
        if self._refused_by:
            answered = f"The password of {self._access.user} was refused by {self._refused_by}, so it was not sent."
            raise self.problems.make(PasswordRefused, request, answered, _ADVICE)
        if self._unanswered >= MOST_UNANSWERED:
            answered = f"{self._unanswered} logins had no answer, so the password was not sent again."
            step = "Each of them may count as a failure, and six lock the account. Look after the web server first."
            raise self.problems.make(ApiAway, request, answered, step)

    def _login_problem(self, answer: Answer, request: ApiRequest) -> ApiError | None:
        """Why a login has not succeeded; None where it has, and there is a token."""
        if answer.status >= 500 or answer.status in (408, 425, 429):
            return refusal_of(answer, request, self.problems)
        value, problem = self._read_login(answer, request)
        worded = isinstance(value, dict) and "message" in value and answer.status not in _NO_LOGIN_THERE
        if answer.status in (401, 403) or worded:
            self._refused_by = f"the web API of {self._access.address}"
            words = quoted(answer, self.problems)
            answered = f"The login as {self._access.user} was refused ({answer.status}): {words}."
            return self.problems.make(PasswordRefused, request, answered, _ADVICE)
        if problem is None and self._token is None:
            answered = f"It answered the login with {quoted(answer, self.problems)}."
            problem = self.problems.make(Nonsense, request, answered, "Is it the web interface of a conductor?")
        # Something else than a conductor has got the password. It says nothing about it, but does not get it again.
        self._never_again = problem
        return problem

    def _read_login(self, answer: Answer, request: ApiRequest) -> tuple[object, ApiError | None]:
        """What a login was answered with, unless it is a token, which is kept; and what is wrong with it."""
        try:
            value = read_json(Answer(200, answer.body), request, self.problems)
        except ApiError as error:
            return None, error if answer.status == 200 else refusal_of(answer, request, self.problems)
        token = value.get("token") if isinstance(value, dict) and answer.status < 300 else None
        if isinstance(token, str) and TOKEN.fullmatch(token):
            self._secrets.add(token)
            self._token = token
            return None, None
        return value, None if answer.status < 300 else refusal_of(answer, request, self.problems)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web API of the node that the session is on: where it can be reached, and by which way.

First by the address of the node, and only with a certificate that is pinned or trusted. Where the port is closed, a
jump host is on the way, or nothing vouches for the certificate, through a channel of the SSH session to the node's own
web server: who is at its other end, the host key of the node has proven already.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from ..api.access import ApiAccess
from ..api.allowed import ApiRequest
from ..api.assets import AssetList
from ..api.client import ApiClient
from ..api.errors import AccountRefused, ApiAway, ApiError, NotOffered, NotTrusted, PasswordRefused, Unreachable
from ..api.nodes import NodeState
from ..api.session import ApiSession
from ..api.ways import Way, direct, through_ssh
from ..pcli.errors import PcliError
from ..pcli.failed_web_logins import FailedLogins
from ..pcli.session import Session
from ..software.alarms import Alarm
from ..software.assets import Asset, Downloads
from ..software.disks import Disk
from ..software.events import Event
from ..software.node_id import NodeId

#: The web server as the node itself sees it: another port may be that of a router on the way to its address.
_OWN_ADDRESS, _OWN_PORT = "127.0.0.1", 443


@dataclass(frozen=True)
class WebLook:
    """An answer of the web API as it is. It may hold anything that the account may see."""

    status: int
    kind: str | None
    body: str = field(repr=False)


#: For how long a web server that did not answer is left alone, in seconds; where it is required, and nothing was sent.
_LEFT_ALONE, _LEFT_ALONE_REQUIRED = 600.0, 10.0
#: A question that had no answer for so long (seconds) held everything up: the next one waits as after a login.
_HUNG = 5.0


class WebProblem(PcliError):
    """The web API cannot be used, or did not answer what it was asked for. The message gives the reason.

    ``passes``: it may answer later. ``sent``: the password may have been sent, and have been counted as a failure.
    """

    def __init__(self, message: str, *, passes: bool = False, sent: bool = True):
        super().__init__(message)
        self.passes, self.sent = passes, sent


@dataclass(frozen=True)
class _Link:
    """A client, its session, and as whom it logs in."""

    access: ApiAccess
    session: ApiSession
    client: ApiClient


def _who_answers(client: ApiClient) -> NodeId | None:
    """The node that answers; None where it does not say. Raises ApiError."""
    try:
        conductor = client.conductor()
    except PasswordRefused:
        raise
    except (AccountRefused, NotOffered):  # an account may do one thing and not another
        return None
    return conductor.node_id if conductor else None


class ConductorWeb:
    """Asks the API of the node that the session is on.

    Where it could not be used once, it is not tried again; where nobody answered, not for some minutes. A password that
    was refused there is not sent again in the same run.

    ``node_id`` is that node everywhere. Each question raises WebProblem, and the errors of the session.
    """

    def __init__(self, session: Session):
        self._session = session
        self._links: dict[NodeId, _Link] = {}
        #: What went wrong at a node, and when it is tried again, by the clock of the session.
        self._problems: dict[NodeId, tuple[WebProblem, float]] = {}

    def forget(self) -> None:
        """The session has ended, and the ways through it. What was refused stays refused."""
        self._links.clear()

    def download(self, file_name: str, node_id: NodeId) -> bytes:
        """The bytes of an export that lies on this node."""
        return self._ask(node_id, "download", file_name)

    def assets(self, node_id: NodeId) -> list[Asset]:
        """Every asset of the authority; WebProblem where not all of them may be shown."""
        return [shown.asset for shown in self._listed(node_id).assets]

    def asset_list(self, node_id: NodeId) -> AssetList:
        """The assets as the API shows them, of which some may be missing; WebProblem where it shows none."""
        listed = self._ask(node_id, "assets")
        if listed is None or not listed.assets:
            raise WebProblem("The web API lists no assets.", passes=True)
        return listed

    def downloads(self, node_id: NodeId) -> dict[NodeId, Downloads]:
        """What each node has downloaded and downloads now, as far as that is shown."""
        listed = self._listed(node_id)
        own = {asset.node_id: listed.of(asset.node_id) for asset in listed.assets if asset.node_id is not None}
        lists = {of: asset.software.lists for of, asset in own.items() if asset is not None and asset.software}
        known = {of: shown for of, shown in lists.items() if shown is not None}
        if not known:
            raise WebProblem("The web API does not show the software of any node.")
        return known

    def alarms(self, node_id: NodeId) -> list[Alarm]:
        """The alarms of the authority that are not shelved; WebProblem where there may be more of them."""
        listed = self._ask(node_id, "alarms")
        if listed is None:
            raise WebProblem("The web API shows no list of alarms.")
        if listed.problems:
            raise WebProblem(f"The list of alarms of the web API may not be whole: {'; '.join(listed.problems)}.")
        return list(listed.alarms)

    def node_state(self, of: NodeId, node_id: NodeId) -> NodeState | None:
        """How another node is by its own account; None where it is not shown."""
        return self._ask(node_id, "node_state", of)

    def look(self, method: str, path: str, query: str | None, node_id: NodeId) -> WebLook:
        """An answer as it is: to a path below ``/api/v1`` with its parameters, or to a query of GraphQL."""
        plain, _mark, parameters = path.partition("?")
        body = None if query is None else {"query": query}
        request = ApiRequest(method, plain, dict(parse_qsl(parameters)), body)
        answer = self._ask_now(node_id, "look", request)
        return WebLook(answer.status, answer.kind, answer.body.decode("utf-8", "replace"))

    def database_links(self, router: str, node_id: NodeId) -> dict[str, int]:
        """How many links of its database each node of a router has, as far as they are shown."""
        return self._ask(node_id, "database_links", router)

    def disks(self, of: NodeId, node_id: NodeId) -> tuple[Disk, ...] | None:
        """The disks of another node; None where they are not shown."""
        return self._ask(node_id, "disks", of)

    def events(self, of: NodeId, since: datetime, node_id: NodeId) -> tuple[Event, ...]:
        """The history of another node since a moment (with a zone), as far as it is shown."""
        history = self._ask(node_id, "events_since", of, since)
        return history.events if history else ()

    def _listed(self, node_id: NodeId) -> AssetList:
        listed = self.asset_list(node_id)
        if listed.problems:
            raise WebProblem(f"The list of assets of the web API may not be whole: {'; '.join(listed.problems)}.")
        return listed

    def _ask(self, node_id: NodeId, question: str, *words: Hashable) -> Any:
        """The answer to a question of the client. Code that is run again (pcli/replay.py) asks once all the same."""
        replay = self._session.replay
        if replay is None:
            return self._ask_now(node_id, question, *words)
        return replay.once((node_id, question, *words), lambda: self._ask_now(node_id, question, *words))

    def _ask_now(self, node_id: NodeId, question: str, *words: object) -> Any:
        link, clock = self._link_to(node_id), self._session.clock
        began, unanswered = clock.now(), link.session.unanswered
        try:
            return getattr(link.client, question)(*words)
        except ApiError as error:
            sent = link.session.unanswered > unanswered
            self._note_failed_login(link.access, error, sent)
            problem = WebProblem(str(error), passes=isinstance(error, ApiAway), sent=sent)
            if isinstance(error, Unreachable):  # such as a channel of an SSH session that is no more
                self._links.pop(node_id, None)
            if problem.passes and clock.now() - began >= _HUNG:
                self._leave_alone(node_id, problem)
            raise problem from error

    def _link_to(self, node_id: NodeId) -> _Link:
        """The client, once it is known that this node answers. Raises the same again where it could not be reached."""
        problem, until = self._problems.get(node_id, (None, 0.0))
        if problem is not None and self._session.clock.now() < until:
            raise problem
        if node_id not in self._links:
            try:
                self._links[node_id] = self._reach(node_id)
            except WebProblem as error:
                self._leave_alone(node_id, error)
                raise
        return self._links[node_id]

    def _leave_alone(self, node_id: NodeId, problem: WebProblem) -> None:
        self._problems[node_id] = (problem, self._session.clock.now() + self._left_alone(problem))

    def _left_alone(self, problem: WebProblem) -> float:
        """For how long, in seconds, a node is not tried after this problem."""
        if not problem.passes:
            return math.inf
        # Six failures within 15 minutes lock the account (config_access_mgmt).
        soon = self._session.access.web.use == "required" and not problem.sent
        return _LEFT_ALONE_REQUIRED if soon else _LEFT_ALONE

    def _failed_logins(self) -> FailedLogins:
        return FailedLogins(self._session.access.web.run_folder)

    def _account(self, access: ApiAccess) -> str:
        """As whom, and where: nodes behind a jump host or a forwarded port may share an address."""
        login = self._session.login
        return " through ".join([f"{access.user} at {login.address}", *(jump.address for jump in login.jumps)])

    def _note_failed_login(self, access: ApiAccess, error: ApiError, sent: bool) -> None:
        """Have the other tasks of the run know of it. ``sent``: a password was, if it was not refused."""
        if isinstance(error, PasswordRefused):
            self._failed_logins().refused(self._account(access), str(error))
        elif sent:
            self._failed_logins().unanswered(self._account(access), self._session.clock.now())

    def _reach(self, node_id: NodeId) -> _Link:
        problems: list[ApiError] = []
        for access, way in self._ways():
            try:
                session = ApiSession(access, way=way)
            except ApiError as error:  # settings that cannot be used, such as a file that is not there
                raise WebProblem(str(error), sent=False) from error
            link = _Link(access, session, ApiClient(session))
            try:
                answers = _who_answers(link.client)
            except (Unreachable, NotTrusted) as error:  # no secret was sent
                problems.append(error)
                continue
            except ApiError as error:
                self._note_failed_login(access, error, session.unanswered > 0)
                raise WebProblem(str(error), passes=isinstance(error, ApiAway)) from error
            if answers not in (None, node_id):
                raise WebProblem(
                    f"The web API of {access.address} is that of {answers}, and not of {node_id}. See that "
                    "ansible_host is an address of this node alone."
                )
            return link
        passes = any(isinstance(problem, ApiAway) for problem in problems)
        raise WebProblem(" ".join(dict.fromkeys(map(str, problems))), passes=passes, sent=False)

    def _ways(self) -> Iterator[tuple[ApiAccess, Way]]:
        """How it may be reached, the best way first. Raises WebProblem where there is nothing to log in with."""
        access = self._access()
        login = self._session.login
        if not (login.jumps or login.proxy_command):
            yield access, direct
        transport = self._session.transport()
        if transport is not None:
            # What is pinned still counts. What is not, the SSH session vouches for.
            inner = access if access.pins else replace(access, validate_certs=False)
            for port in dict.fromkeys((access.port, _OWN_PORT)):
                yield inner, through_ssh(transport, _OWN_ADDRESS, port)

    def _access(self) -> ApiAccess:
        self._session.open()  # whoever answers the first login decides on which node this is
        settings, login = self._session.access.web, self._session.login
        if settings.use == "off":
            raise WebProblem("The web API is switched off (ansible_pcli_api).")
        user, password = settings.user or login.user, settings.password
        if password is None and user == login.user:
            password = login.password
        if settings.token is None and password is None:
            raise WebProblem(
                "There is nothing to log in with at the web API: it takes no SSH keys. Give ansible_pcli_api_password, "
                "or ansible_pcli_api_token."
            )
        access = ApiAccess(
            host=login.host,
            port=settings.port,
            user=user,
            password=password,
            token=settings.token,
            validate_certs=settings.validate_certs,
            ca_path=settings.ca_path,
            pins=settings.pins,
        )
        failed = self._failed_logins()
        why = failed.why_not(self._account(access), self._session.clock.now()) if password is not None else None
        if why is None:
            return access
        if settings.token is not None:
            return replace(access, password=None)
        raise WebProblem(why, passes=failed.refusal(self._account(access)) is None, sent=False)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the API of a conductor questions, in the form that its release offers. Answers are data of the product.

A question that cannot be answered gives None, or says what is missing (``problems``); it raises ApiError only where
nothing could be asked. Nothing here changes anything, but for the export of the configuration.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from ..software.disks import Disk
from ..software.events import Event
from ..software.node_id import NodeId
from ..software.versions import Version, try_parse
from . import exports, queries
from .alarms import AlarmList, read_alarms
from .allowed import ApiRequest, path_of
from .assets import AssetList, from_graphql, from_rest, with_software
from .claims import TokenClaims, read_token
from .errors import ApiError, Nonsense, NotOffered
from .graphql import Envelope, ask
from .history import History, of_node, read_page
from .nodes import (
    Connection,
    NodeState,
    read_connections,
    read_database_links,
    read_disks,
    read_states,
)
from .queries import Part, Query, build
from .schema import LONG, SHORT, Schema, read_schema
from .session import ApiSession
from .transport import Answer
from .values import text, truth

#: A history is read in pages of so many events, and no more pages than that.
_PAGE, _MOST_PAGES = 200, 20


@dataclass(frozen=True)
class Conductor:
    """Which machine has answered, by ``GET /system``. None: not said."""

    node_id: NodeId | None
    version_text: str | None
    version: Version | None
    is_conductor: bool | None


class ApiClient:
    """The questions. One client belongs to one session; what the release offers is asked once."""

    def __init__(self, session: ApiSession):
        self._session = session
        self._schema: Schema | None = None
        self._asked_schema = False

    # -- what there is ------------------------------------------------------------------------------------------------

    @property
    def schema(self) -> Schema | None:
        """What GraphQL offers; None where it does not say. Raises ApiError where nobody answers, or not GraphQL.

        What went wrong in between may pass, and is asked for again the next time.
        """
        if not self._asked_schema:
            self._asked_schema = self._introspect()
        return self._schema

    def _introspect(self) -> bool:
        """Ask for the schema in both forms. Whether the answers are final."""
        final = True
        for document in (LONG, SHORT):
            try:
                envelope = ask(self._session, document)
            except NotOffered:
                continue
            self._schema = read_schema(envelope.data)
            if self._schema is not None:
                return True
            final = final and not envelope.problems
        return final

    def claims(self) -> TokenClaims:
        """What the token says of the account. Raises ApiError."""
        return read_token(self._session.token)

    def conductor(self) -> Conductor | None:
        """Which machine answers; None where it does not say. Raises ApiError."""
        value = self._session.ask(ApiRequest("GET", "/system"))
        if not isinstance(value, dict):
            return None
        router, node, version = text(value, "router"), text(value, "node"), text(value, "softwareVersion")
        return Conductor(
            node_id=NodeId(router, node) if router and node else None,
            version_text=version,
            version=try_parse(version),
            is_conductor=truth(value.get("isConductor")),
        )

    # -- the authority ------------------------------------------------------------------------------------------------

    def assets(self) -> AssetList | None:
        """Every asset, by GraphQL, else by REST; None where neither shows a list. Raises ApiError.

        GraphQL is not known to show the software of a node, and REST is: where the first does not, both are asked.
        """
        listed = None
        with contextlib.suppress(Nonsense):  # whatever stands in place of GraphQL, REST may be there
            listed = self._assets_by_graphql()
        if listed is None:
            return self._assets_by_rest()
        if listed.assets and all(asset.software is None for asset in listed.assets):
            with contextlib.suppress(ApiError):  # then the software is not known, and the list is what it is
                return with_software(listed, self._assets_by_rest())
        return listed

    def _assets_by_graphql(self) -> AssetList | None:
        envelope = self._query(queries.ASSETS, {}, needed="allAuthorities.assets.assetId")
        return None if envelope is None else from_graphql(envelope.data, envelope.problems)

    def _assets_by_rest(self) -> AssetList | None:
        return from_rest(self._session.ask(ApiRequest("GET", "/asset", parameters={"verbose": "true"})))

    def alarms(self, router: str | None = None, node: str | None = None) -> AlarmList | None:
        """The alarms of the authority, a router, or a node; None where no list is shown. Raises ApiError."""
        names = ("router", router, *(("node", node) if node else ())) if router else ()
        return read_alarms(self._session.ask(ApiRequest("GET", path_of(*names, "alarm"))))

    # -- nodes --------------------------------------------------------------------------------------------------------

    def node_state(self, node_id: NodeId) -> NodeState | None:
        """State, version, processes and leader of a node; None where not shown. Raises ApiError.

        Nodes are asked for one by one: an answer about a pair failed as a whole while one of them was down (I95-63462).
        """
        return read_states(self._of_node(queries.STATE, node_id, "state")).get(node_id)

    def connections(self, node_id: NodeId) -> tuple[Connection, ...] | None:
        """The connections of a node to others, both nodes of the conductor among them; None where not shown."""
        return read_connections(self._of_node(queries.CONNECTIVITY, node_id, "connectivity")).get(node_id)

    def disks(self, node_id: NodeId) -> tuple[Disk, ...] | None:
        """The disks of a node with their free space; None where not shown. Raises ApiError."""
        in_bytes = read_disks(self._of_node(queries.DISK, node_id, "disk.usage")).get(node_id)
        if in_bytes:
            return in_bytes
        return read_disks(self._of_node(queries.PLATFORM_DISKS, node_id, "platform.disks.percentUsed")).get(node_id)

    def _of_node(self, part: Part, node_id: NodeId, needed: str) -> Mapping[str, object]:
        variables = {"allRouters_name": node_id.router, "nodes_name": node_id.node}
        envelope = self._query(part, variables, needed=f"allRouters.nodes.{needed}")
        return envelope.data if envelope else {}

    def database_links(self, router: str) -> dict[str, int]:
        """How many links of its database each node of a pair has, as far as they are shown. Raises ApiError."""
        path = "metrics.redundancy.databaseConnection.activeConnections.value"
        envelope = self._query(queries.DATABASE, {"activeConnections_router": router}, needed=path)
        return read_database_links(envelope.data) if envelope else {}

    # -- history ------------------------------------------------------------------------------------------------------

    def events_since(self, node_id: NodeId, since: datetime) -> History | None:
        """What the history says of a node since a moment (with a zone); None where it is not shown. Raises ApiError.

        How the API wants its times is not documented. A release that refuses them is asked without, and what is older
        is left out here in any case.
        """
        start = since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        history = self._history(node_id, since, {"auditLogs_startTime": start})
        return self._history(node_id, since, {}) if history is None else history

    def _history(self, node_id: NodeId, since: datetime, limits: Mapping[str, object]) -> History | None:
        events: list[Event] = []
        problems: tuple[str, ...] = ()
        for number in range(_MOST_PAGES):
            variables = {"allRouters_name": node_id.router, "auditLogs_first": _PAGE, **limits}
            if number:
                variables["auditLogs_startIndex"] = len(events)
            envelope = self._query(queries.AUDIT, variables, needed="allRouters.auditLogs.timestamp")
            page = read_page(envelope.data) if envelope else None
            if envelope is None or page is None:
                return None if not number else self._cut(events, node_id, since, (*problems, "a page of it is missing"))
            problems = (*problems, *envelope.problems)
            if not page.more:
                unknown = page.more is None and len(page.events) >= _PAGE
                events += page.events
                return self._cut(events, node_id, since, (*problems, *(("it may go on",) if unknown else ())))
            if not page.events or (events and page.events[0] in events):  # it does not know startIndex
                return self._cut(events, node_id, since, (*problems, "only its first page is shown"))
            events += page.events
        return self._cut(events, node_id, since, (*problems, f"only {len(events)} events were read"))

    @staticmethod
    def _cut(events: list[Event], node_id: NodeId, since: datetime, problems: tuple[str, ...]) -> History:
        return History(of_node(events, node_id.router, node_id.node, since), tuple(dict.fromkeys(problems)))

    # -- backup -------------------------------------------------------------------------------------------------------

    def list_exports(self) -> list[str] | None:
        """The names of all exports; None where they are not shown. Raises ApiError."""
        return exports.list_exports(self._session)

    def export(self, name: str) -> str:
        """Export the running configuration; the name of its file on the conductor. Raises ApiError."""
        return exports.export(self._session, name)

    def download(self, file_name: str) -> bytes:
        """The bytes of an export. Raises ApiError."""
        return exports.download(self._session, file_name)

    # -- asking -------------------------------------------------------------------------------------------------------

    def look(self, request: ApiRequest) -> Answer:
        """The answer to a request as it is: see :meth:`ApiSession.look`. Raises ApiError."""
        return self._session.look(request)

    def _query(self, part: Part, variables: Mapping[str, object], needed: str) -> Envelope | None:
        """The answer about a part; None where this release does not offer the field that is ``needed``."""
        schema = self.schema
        if schema is None:
            return None
        for style in queries.STYLES if not schema.has_types else queries.STYLES[:1]:
            query = build(schema, part, variables, style)
            if query is None or not any(field == needed or field.startswith(f"{needed}.") for field in query.fields):
                return None
            envelope = self._try(query, variables)
            if envelope is not None:
                return envelope
        return None

    def _try(self, query: Query, variables: Mapping[str, object]) -> Envelope | None:
        try:
            return ask(self._session, query.document, query.values(variables))
        except NotOffered:
            return None

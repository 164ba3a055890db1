# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads ``show system`` and the small lists of a running system: connections, processes, versions, plugins, exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..pcli.response import Response
from ..pcli.tables import Table
from .asset_states import TRIM
from .assets import parse_duration
from .empty_answers import is_whole, only_frame, says_none, shows_none, unreached
from .node_id import NodeId
from .node_versions import NodeVersion, read_versions
from .remarks import casts_doubt
from .versions import try_parse

__all__ = [
    "InternalLink",
    "Link",
    "NodeVersion",  # for whoever reads a system
    "Process",
    "SystemStatus",
    "read_versions",
    "service_runs",
    "try_parse",
]

# 'running' in show system (CLI-6.0), 'Running' as Service Status in show assets <id> (ts_ap_salt_minion), 'active' in
# show system services (CLI-7.2).
_SERVICE_UP = frozenset(("running", "active", "up", "online", "started"))
# 'offline' in show system (CLI-6.0), and what systemd calls a service that is down. Any other text decides nothing: the
# service may be starting, and only a service that is certainly down reverts an upgrade.
_SERVICE_DOWN = frozenset(
    ("offline", "inactive", "stopped", "stopping", "failed", "dead", "down", "disabled", "exited", "crashed", "killed")
    + ("unhealthy", "deactivating")
)
# The denials of these words, as one word each.
_SERVICE_NOT_UP = frozenset(("notrunning", "notactive", "notstarted", "notup"))


def service_runs(word: str | None) -> bool | None:
    """Whether this word for the state of a service means that it runs. None: it is not known (yet).

    Only the whole text counts. `running (0 failed)` and `starting (was stopped)` are not known, since a known word says
    little where it stands among others; `inactive (dead)` and `active (running)`, as systemd
    prints them, consist of known words.
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", TRIM.sub("", word or "")).lower()
    words = re.sub(r"[()\s_\-]+", " ", text).split()
    if "".join(words) in _SERVICE_NOT_UP or (words and _SERVICE_DOWN.issuperset(words)):
        return False
    return True if words and _SERVICE_UP.issuperset(words) else None


@dataclass(frozen=True)
class SystemStatus:
    """One node in ``show system``. ``uptime`` in seconds; before 6.3.0 it is no proof of a boot (I95-58152).

    ``status``: the word for its service; empty where its cell is, None where the release prints no such cell.
    """

    node: str | None
    router: str | None = None
    status: str | None = None
    version: str | None = None
    uptime: int | None = None
    role: str | None = None
    alarms: int | None = None
    #: When the device said so, by its own clock.
    at: datetime | None = None
    #: False: the conductor said that it does not reach the node. None: its answer cannot be read. Then nothing else is
    #: known of it.
    reached: bool | None = True

    @property
    def runs(self) -> bool | None:
        """Whether the SSR service runs; None if not printed."""
        return service_runs(self.status)


@dataclass(frozen=True)
class Link:
    """One row of ``show system connectivity``; the ends are spelled ``node.router``."""

    local: str
    remote: str
    state: str

    @property
    def up(self) -> bool:
        """Whether this connection is up."""
        return self.state.strip().lower() == "connected"


@dataclass(frozen=True)
class InternalLink:
    """One row of ``show system connectivity internal``: a service of a node, as another node (or itself) reaches it.

    ``state`` is the word as printed, in the column Message.
    """

    local: str
    remote: str
    service: str
    state: str

    @property
    def up(self) -> bool | None:
        """Whether it is connected. None for a word that says neither."""
        word = re.sub(r"[^a-z]", "", self.state.lower())
        if word in _LINK_UP:
            return True
        return False if _LINK_DOWN.search(self.state) else None


_CONNECTIONS = "connections?|connectivity"
# 'Connected' in CLI-6.0; what stands there for a service that is not reached is documented nowhere.
_LINK_UP = {"connected", "synchronized", "insync", "up", "ok", "running"}
_LINK_DOWN = re.compile(
    r"disconnect|not[ _-]?connected|unreachable|refused|timed? ?-?out|fail|\bdown\b|lost|no route|out[ -]of[ -]sync"
    r"|not (?:in sync|reachable|running)|unavailable",
    re.I,
)


@dataclass(frozen=True)
class Process:
    """One row of ``show system processes``; ``primary`` is None where the column is empty or not there."""

    node: str
    name: str
    status: str
    primary: bool | None


def read_system(response: Response) -> list[SystemStatus] | None:
    """Read ``show system``: blocks titled with the node (CLI-6.0), or a table of nodes where a release prints one.

    None: it cannot be read. Every system has a status, so there is no answer that says "none".
    """
    if response.error or response.broken:
        return None
    statuses = [_from_fields(block.title, block.fields) for block in response.blocks if _get(block.fields, "status")]
    for table in response.tables:
        for row in table.rows:
            if table.cell(row, "Node") and table.cell(row, "Status", "State"):
                statuses.append(_from_fields(table.cell(row, "Node"), row))
    return [replace(status, at=response.date) for status in statuses] or None


def read_system_of(node_id: NodeId, response: Response) -> SystemStatus | None:
    """Read ``show system router R node N``. None only where the conductor has no such command.

    A time-out, an error or an empty answer is no such refusal: then it is not known whether the node is reached. The
    same holds where the answer bears another name, says that not everything was reached, or has a line beside its
    fields that may be about that ("showing the last known state").
    """
    router, node = node_id
    if response.disconnected or (response.counts and response.counts.disconnected):
        return SystemStatus(node, router, reached=False)
    beside = any(casts_doubt(line, (node, f"{node}.{router}")) for line in response.messages)
    if not (response.error or response.broken or unreached(response) or beside):
        own = [
            status for status in [*(read_system(response) or ()), *_without_service(response)] if _is(node_id, status)
        ]
        if own:
            return own[0]
    return None if response.refuses_question else SystemStatus(node, router, reached=None)


def _without_service(response: Response) -> list[SystemStatus]:
    """Those of the nodes where a release prints a version or an uptime, and no word for the service, or none in it."""
    blocks = [block for block in response.blocks if any(_get(block.fields, name) for name in ("version", "uptime"))]
    return [replace(_from_fields(block.title, block.fields), at=response.date) for block in blocks]


def status_of(node_id: NodeId, statuses: Sequence[SystemStatus]) -> SystemStatus | None:
    """The status of a node: the one that bears its name, or the only one if that bears none."""
    own = [status for status in statuses if _is(node_id, status)]
    unnamed = [status for status in statuses if status.node is None]
    return own[0] if own else unnamed[0] if len(statuses) == len(unnamed) == 1 else None


def _is(node_id: NodeId, status: SystemStatus) -> bool:
    router, node = node_id
    return status.router in (None, router) and status.node in (node, f"{node}.{router}")


def version_of(node_id: NodeId, versions: Iterable[NodeVersion]) -> NodeVersion | None:
    """The only version that is printed of a node; None where it is none, or where several may be meant."""
    router, node = node_id
    whole = f"{node}.{router}"  # both names may hold a dot
    own = [
        version
        for version in versions
        if (version.node in (None, node) and version.router in (None, router))
        or f"{version.node}.{version.router}" == whole
    ]
    return own[0] if len(own) == 1 else None


def _from_fields(title: str | None, fields: dict[str, str]) -> SystemStatus:
    count = _get(fields, "alarm count", "alarms")
    uptime = _get(fields, "uptime")
    name = _get(fields, "node") or re.sub(r"\A\s*node:\s*", "", title or "", flags=re.I)
    return SystemStatus(
        node=name.strip() if name else None,
        router=_get(fields, "router"),
        status=_get(fields, "status", "state") or _blank(fields, "status", "state"),
        version=_get(fields, "version", "software version", "ssr version"),
        uptime=parse_duration(uptime) if uptime else None,
        role=_get(fields, "role"),
        alarms=int(count) if count and count.strip().isdigit() else None,
    )


def _get(fields: dict[str, str], *names: str) -> str | None:
    lower = {key.strip().lower(): value.strip() for key, value in fields.items()}
    return next((lower[name] for name in names if lower.get(name)), None)


def _blank(fields: dict[str, str], *names: str) -> str | None:
    """Empty where one of these fields is printed without a value; None where none of them is printed."""
    return "" if any(key.strip().lower() in names for key in fields) else None


def read_connectivity(response: Response) -> list[Link] | None:
    """Read ``show system connectivity`` (CLI-6.0). Empty: it says that there are none; None: it cannot be read."""
    tables = [table for table in response.tables if table.column("State", "Status") and table.column("Remote Node")]
    links = [
        Link(_end(table, row, "Local"), _end(table, row, "Remote"), table.cell(row, "State", "Status") or "")
        for table in tables
        for row in table.filled("Local Router", "Local Node").rows
    ]
    if response.error or response.broken or not all(link.local and link.remote and link.state for link in links):
        return None
    return links if links or shows_none(response, tables, _CONNECTIONS) else None


def read_internal_connectivity(response: Response) -> list[InternalLink] | None:
    """Read ``show system connectivity internal`` (CLI-6.0). Empty: it says that there are none; None: unreadable."""
    tables = [table for table in response.tables if table.has("Service") and table.has("Remote Node")]
    links = [
        InternalLink(
            _end(table, row, "Local"),
            _end(table, row, "Remote"),
            table.cell(row, "Service") or "",
            table.cell(row, "Message", "State", "Status") or "",
        )
        for table in tables
        for row in table.filled("Local Router", "Local Node", "Remote Node").rows
    ]
    if response.error or response.broken or not all(link.local and link.remote and link.state for link in links):
        return None
    return links if links or shows_none(response, tables, _CONNECTIONS) else None


def _end(table: Table, row: dict[str, str], side: str) -> str:
    """One end of a connection as ``node.router``, also where the router has a column of its own."""
    node, router = table.cell(row, f"{side} Node") or "", table.cell(row, f"{side} Router")
    return f"{node}.{router}" if node and router and not node.endswith(f".{router}") else node


def within(links: Iterable[Link], router: str, nodes: Iterable[str | None], others: Iterable[str | None]) -> list[Link]:
    """The connections between the nodes of a router, with both ends as ``node.router``.

    Where a conductor shows the names of nodes alone, they count only if no node of another router (``others``) has one
    of them.
    """
    own, elsewhere = {node for node in nodes if node}, set(others)
    full = {f"{node}.{router}": f"{node}.{router}" for node in own}
    full |= {node: f"{node}.{router}" for node in own - elsewhere}
    ends = [(full.get(link.local), full.get(link.remote), link) for link in links]
    return [replace(link, local=a, remote=b) for a, b, link in ends if a and b and a != b]


# 'Y' and 'N' in CLI-6.0; the other words are those of other columns of this kind.
_LEADS = frozenset(("y", "yes", "true", "primary", "active", "leader"))
_FOLLOWS = frozenset(("n", "no", "false", "secondary", "standby", "backup"))


def read_processes(response: Response) -> list[Process] | None:
    """Read ``show system processes`` (CLI-6.0). Empty: it says that there are none; None: it cannot be read."""
    tables = [table for table in response.tables if table.has("Process")]
    processes = []
    for table in tables:
        for row in table.filled("Node").rows:
            primary = (table.cell(row, "Primary") or "").strip().lower()
            processes.append(
                Process(
                    node=table.cell(row, "Node") or "",
                    name=table.cell(row, "Process") or "",
                    status=(table.cell(row, "Status") or "").lower(),
                    primary=True if primary in _LEADS else False if primary in _FOLLOWS else None,
                )
            )
    if response.error or response.broken or not all(process.node and process.name for process in processes):
        return None
    return processes if processes or shows_none(response, tables, "process(?:es)?") else None


def primary_node(
    processes: Iterable[Process], process: str = "routingManager", nodes: Iterable[str] = ()
) -> str | None:
    """The one node of a router that leads this process, by its name; None where that is not known.

    Known it is where exactly one node shows it as primary and running, and every one of ``nodes`` shows the process:
    two leaders, none, or half of the pair missing are signs of a stuck routingManager (I95-65680).

    ``processes`` are those of one router. The column may say ``node.router``, and a name may hold a dot: with ``nodes``
    (the names of the router's nodes) it is known where the name ends, else it ends at the first dot. Case is ignored.
    """
    rows = [row for row in processes if row.name.lower() == process.lower() and row.node]
    leading = {row.node.lower(): row for row in rows if row.primary}
    if len(leading) != 1:
        return None
    leader = next(iter(leading.values()))
    if leader.status and service_runs(leader.status) is not True:
        return None
    known = tuple(nodes)
    if not known:
        return leader.node.partition(".")[0]
    if not set(known) <= {_which(row.node, known) for row in rows}:
        return None
    return _which(leader.node, known)


def _which(shown: str, known: Iterable[str]) -> str | None:
    """The node that a cell means, `node` or `node.router`: the longest name that fits, since a name may hold a dot."""
    return max((name for name in known if _is_node(shown, name)), key=len, default=None)


def _is_node(shown: str, name: str) -> bool:
    """Whether this cell, `node` or `node.router`, may mean the node of this name."""
    return shown.lower() == name.lower() or shown.lower().startswith(f"{name.lower()}.")


#: "No software versions available": here the word is the name of the list.
_OFFERS = r"(?:(?:software|ssr) )?(?:versions?|images?|releases?|upgrades?|software)(?: (?:are )?available)?"
_VERSION = re.compile(r"(?<![\w.])(?:128T-|SSR-)?\d+\.\d+\.\d+-\d[\w.\-]*")
# Words of a sentence about a version: which one runs, is too old, or is gone.
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|no|not|cannot|runs?|running|required|minimum|removed|withdrawn|than|your)\b",
    re.IGNORECASE,
)
_OFFERED = ("Version", "Available", "Software Version", "SSR Version")


def read_available(response: Response) -> list[str] | None:
    """Read ``show system software available``: the versions as this conductor spells them, in its order.

    Empty: nothing is offered; None: the answer cannot be read.
    """
    if response.error or response.broken:
        return None
    tables = [table for table in response.tables if table.has(*_OFFERED)]
    texts = [table.cell(row, *_OFFERED) for table in tables for row in table.rows]
    # Another layout: a version is a version wherever it stands alone, and not in a sentence ("is no longer offered").
    lines = [line for line in response.text.split("\n") if not _SENTENCE.search(line)]
    if not any(text and try_parse(text) for text in texts):
        texts = [word for line in lines for word in _VERSION.findall(line)]
    offered = list(dict.fromkeys(text for text in texts if text and try_parse(text)))
    if offered:
        return offered
    empty = [table for table in tables if not table.rows]
    return [] if shows_none(response, empty, _OFFERS) or only_frame(response) else None


def read_plugins(response: Response) -> dict[str, str] | None:
    """Read ``show plugins installed``: version by name. The command is documented (CLI-7.2), its layout is not.

    None where there is no table with names that can be read: then nothing is known.
    """
    plugins: dict[str, str] = {}
    if response.error or response.broken:
        return None
    readable = says_none(response, "plugins?")
    for table in response.tables:
        if table.column("Plugin", "Name", "Plugin Name", "Package"):
            readable = True
            for row in table.rows:
                name = table.cell(row, "Plugin", "Name", "Plugin Name", "Package")
                if name:
                    plugins[name] = table.cell(row, "Version", "Installed Version", "Installed") or ""
    whole = (is_whole(response) and not unreached(response)) or not response.tables
    return plugins if plugins or (readable and whole) else None


def read_names(response: Response, *columns: str) -> list[str] | None:
    """The cells of the first of these columns in every table that has it. None: the response cannot be read."""
    tables = [table for table in response.tables if table.has(*columns)]
    names = [cell for table in tables for cell in (table.cell(row, *columns) for row in table.rows) if cell]
    if response.error or response.broken:
        return None
    empty = [table for table in tables if not table.rows]
    shown = shows_none(response, empty, "(?:exported )?(?:configurations?|configs?|exports?)") or only_frame(response)
    return names if names or shown else None

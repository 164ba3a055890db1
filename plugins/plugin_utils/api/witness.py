# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Joins what the PCLI says of a node with what the API says of it. Pure.

Both are answers of the same conductor, and either may be late, unreadable or wrong. Where they agree, or one is silent,
the answer stands. Where they differ, the careful one counts and both are quoted: a node is away or busy if one says so,
and settled only if nobody denies it; a version or a service that is disputed is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..software.download_entries import FAILED, NOTHING, PAUSED, RUNNING, THERE, UNREADABLE
from ..software.downloads import DownloadState
from ..software.node_status import NodeStatus
from ..software.system import service_runs
from ..software.versions import Version, build_equal
from .assets import ApiAsset
from .nodes import NodeState

PCLI, API, BOTH, NOBODY = "PCLI", "API", "both", "nobody"
NOT_KNOWN = "it counts as not known"


@dataclass(frozen=True)
class Conflict:
    """What the two say of one thing, word by word, and what counts therefore."""

    about: str
    pcli: str
    api: str
    counts: str

    def __str__(self) -> str:
        pcli = f"the PCLI says '{self.pcli}'" if self.pcli else "the PCLI says nothing of it"
        return f"{self.about}: {pcli} and the API says '{self.api}'; {self.counts}"


@dataclass(frozen=True)
class Joined:
    """A node as both witnesses show it. ``heard``: who has said anything of it.

    ``by_api``: what only the API has said; for people, who want to know from whom it is known.
    """

    status: NodeStatus
    heard: str
    by_api: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def words(self) -> str:
        """What to add to a reason or to evidence; empty where both agree or the API is silent."""
        parts = [str(conflict) for conflict in self.conflicts]
        if self.by_api:
            parts.append(f"only the API says: {', '.join(self.by_api)}")
        return "; ".join(parts)


def join_node(pcli: NodeStatus | None, asset: ApiAsset | None, state: NodeState | None = None) -> Joined:
    """The status of a node from both. ``pcli`` None, or not reachable: the PCLI is silent.

    ``asset`` and ``state`` are what the API shows: the conductor's view of the node, and the node's own.
    """
    spoken = pcli if pcli is not None and pcli.reachable else None
    seen, contradictions = _by_api(asset, state)
    if spoken is None or seen is None:
        status = spoken or seen or pcli or NodeStatus()
        heard = PCLI if spoken else API if seen else NOBODY
        said = (seen.words(),) if seen else ()
        return Joined(replace(status, settled=False) if contradictions else status, heard, said, contradictions)
    joining = _Joining(spoken, seen, contradictions)
    status = replace(
        spoken,
        **joining.version(),
        **joining.state(),
        **joining.service(),
        install_type=joining.install_type(),
    )
    if joining.disputed:
        status = replace(status, settled=False)
    return Joined(status, BOTH, tuple(joining.by_api), tuple(joining.conflicts))


def _by_api(asset: ApiAsset | None, state: NodeState | None) -> tuple[NodeStatus | None, tuple[Conflict, ...]]:
    """What the API shows, as the PCLI's reader would have it, and where it contradicts itself.

    None where it shows nothing that counts.
    """
    row = asset.asset if asset else None
    contradictions = []
    version, version_text = (row.version, row.version_text) if row else (None, None)
    if version is None and state is not None:
        version, version_text = state.version, state.version_text
    elif version and state and state.version and not _may_be_equal(version, state.version):
        contradictions.append(_contradiction("version", version_text, state.version_text))
        version = version_text = None
    words = [word for word in (row.service if row else None, state.status if state else None) if word]
    services = {service_runs(word) for word in words} - {None}
    if len(services) > 1:
        contradictions.append(_contradiction("service", *words))
    if version is None and not services and not contradictions and not (row and row.status):
        return None, ()
    status = NodeStatus(
        reachable=True,
        version_text=version_text,
        version=version,
        state=row.status if row and row.status else _NOT_SHOWN,
        settled=bool(row and row.settled),
        away=bool(row and row.away),
        busy=bool(row and row.busy),
        service=services.pop() if len(services) == 1 else None,
        service_text=", ".join(dict.fromkeys(words)) or None,
        install_type=row.install_type if row else None,
    )
    return status, tuple(contradictions)


def _contradiction(about: str, asset: str | None, node: str | None) -> Conflict:
    return Conflict(about, "", f"{asset} of the asset, {node} of the node", NOT_KNOWN)


_NOT_SHOWN = "not shown"
#: The state of a node whose assets do not count, as between the nodes of a conductor pair from below 6.3.
_OWN_SESSION = "its own session answers"


class _Joining:
    """Joins field by field, and notes who said what."""

    def __init__(self, pcli: NodeStatus, api: NodeStatus, contradictions: tuple[Conflict, ...]):
        self._pcli, self._api = pcli, api
        said = {"version": pcli.version_text, "service": pcli.service_text}
        self.by_api: list[str] = []
        self.conflicts = [replace(conflict, pcli=said[conflict.about] or "") for conflict in contradictions]
        self._denied = {conflict.about for conflict in contradictions}

    @property
    def disputed(self) -> bool:
        """Whether anything that a node must have to be settled is disputed."""
        return any(conflict.about != "install type" for conflict in self.conflicts)

    def version(self) -> dict[str, object]:
        """The version that is known; that which shows more of itself where both name the same."""
        pcli, api = self._pcli, self._api
        if "version" in self._denied:
            return {"version": None, "version_text": None}
        if api.version is None:
            return {}
        shown = {"version": api.version, "version_text": api.version_text}
        if pcli.version is None:
            self.by_api.append(f"version {api.release}")
            return shown
        if _may_be_equal(pcli.version, api.version):
            return shown if _detail(api.version) > _detail(pcli.version) else {}
        self.conflicts.append(Conflict("version", pcli.version_text or "", api.version_text or "", NOT_KNOWN))
        return {"version": None, "version_text": None}

    def state(self) -> dict[str, object]:
        """The state, and whether the node is settled, away, or busy. Away beats busy beats all others."""
        pcli, api = self._pcli, self._api
        if api.state == _NOT_SHOWN or pcli.state == _OWN_SESSION:
            return {}
        if not pcli.state.strip():
            self.by_api.append(f"state {api.state}")
            return {"state": api.state, "settled": api.settled, "away": api.away, "busy": api.busy}
        both = {
            "settled": pcli.settled and api.settled,
            "away": pcli.away or api.away,
            "busy": pcli.busy or api.busy,
        }
        if (pcli.settled, pcli.away, pcli.busy) == (api.settled, api.away, api.busy):
            return both
        careful = pcli.state if _caution(pcli) >= _caution(api) else api.state
        self.conflicts.append(Conflict("state", pcli.state, api.state, f"'{careful}' counts"))
        return {**both, "state": careful}

    def service(self) -> dict[str, object]:
        """Whether the service runs. A disputed one neither runs nor is down: only a proven one decides anything."""
        pcli, api = self._pcli, self._api
        if "service" in self._denied:
            return {"service": None}
        if api.service is None:
            return {}
        if pcli.service is None:
            self.by_api.append(f"service {api.service_text}")
            return {"service": api.service, "service_text": api.service_text}
        if pcli.service == api.service:
            return {}
        said = pcli.service_text or "", api.service_text or ""
        self.conflicts.append(Conflict("service", *said, NOT_KNOWN))
        return {"service": None}

    def install_type(self) -> str | None:
        """Image or package; None where they differ."""
        pcli, api = self._pcli.install_type, self._api.install_type
        if pcli and api and pcli != api:
            self.conflicts.append(Conflict("install type", pcli, api, NOT_KNOWN))
            return None
        if api and not pcli:
            self.by_api.append(f"install type {api}")
        return pcli or api


def _may_be_equal(first: Version, second: Version) -> bool:
    """Whether two texts may name one version: lists leave out the rebuild or the build."""
    same_rebuild = None in (first.rebuild, second.rebuild) or first.rebuild == second.rebuild
    return same_rebuild and build_equal(first, second) is not False


def _detail(version: Version) -> int:
    parts = (version.patch, version.build, version.stamp, version.rebuild)
    return sum(part is not None for part in parts)


def _caution(status: NodeStatus) -> int:
    return 3 if status.away else 2 if status.busy else 0 if status.settled else 1


# -- downloads ----------------------------------------------------------------------------------------------------

#: The careful one first: what runs is waited for, what has failed is not built upon.
_CAREFUL = (RUNNING, PAUSED, FAILED, NOTHING, THERE)


def join_download(
    pcli: DownloadState, api: DownloadState, *, denies: bool = False
) -> tuple[DownloadState, Conflict | None]:
    """The state of a download from both, and what they dispute.

    The PCLI's *nothing* means that it does not mention the version, unless it ``denies``: a list of what lies on the
    node does not have it. That of the API means that its lists do not have it, which denies *there* and *running*; a
    failure is shown by the PCLI alone.
    """
    if api.kind == UNREADABLE or pcli.kind == api.kind:
        return pcli, None
    if denies and not pcli.readable:
        pcli = replace(pcli, kind=NOTHING, words=pcli.words or "not in the list of the software of its node")
        if api.kind == NOTHING:
            return pcli, None
    elif not pcli.readable:
        only = f"only the API says: {api.words or api.kind}" if api.readable else ""
        return replace(api, second=only), None
    counts = min((pcli, api), key=lambda state: _CAREFUL.index(state.kind))
    if api.kind == NOTHING and pcli.kind in (PAUSED, FAILED):
        return counts, None
    conflict = Conflict("download", pcli.words or pcli.kind, api.words or api.kind, f"'{counts.kind}' counts")
    return replace(counts, second=str(conflict)), conflict

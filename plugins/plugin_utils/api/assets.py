# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads assets, the nodes as the conductor sees them, and the software that lies on them. Pure.

Shapes: GraphQL ``allAuthorities … assets`` (stage_check, ssr-mcp) and REST ``/asset?verbose=true``
(t128-bulk-upgrade), with the same names of fields. The words for a state came in upper case before 5.6.8 and in others
since; they are read as those of the PCLI are, and an unknown one is kept as it came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..software.asset_states import read_state
from ..software.assets import Asset, Downloads, read_install_type
from ..software.download_entries import NOTHING, RUNNING, THERE, UNREADABLE
from ..software.download_words import read_words
from ..software.downloads import DownloadState
from ..software.node_id import NodeId
from ..software.versions import Version, install_type_of, satisfies, try_parse
from .values import Row, gaps, inside, plain, rows, text, texts, truth, whole

#: What stands in place of a value (``show assets`` prints the same words for an asset that was never connected).
_NO_VALUE = frozenset(("", "none", "unknown", "n/a", "null", "-"))
_SERVICE = re.compile(r"service(?:Status|State)")
_CONDUCTOR = re.compile(r"conductorConnectivity(?:Status|State)?")
_PEER = re.compile(r"peerConductorConnectivity(?:Status|State)?")


@dataclass(frozen=True)
class SoftwareVersions:
    """The software of one node. None: not said. ``refreshing``: the list of what is offered is being fetched.

    That flag, and ``downloading``, may outlast their end (I95-60505): what is downloaded counts before them.
    """

    downloaded: tuple[str, ...] | None = None
    downloading: tuple[str, ...] | None = None
    available: tuple[str, ...] | None = None
    upgrading: tuple[str, ...] | None = None
    refreshing: bool | None = None

    @property
    def lists(self) -> Downloads | None:
        """The same as the PCLI's reader has it; None where one of its lists is not known."""
        if self.downloaded is None or self.downloading is None or self.available is None:
            return None
        return Downloads(self.downloaded, self.downloading, self.available)


@dataclass(frozen=True)
class ApiAsset:
    """One node as the API shows it. None: it does not say.

    ``asset`` has what the PCLI shows as well, in the same words. ``progress`` is the text that the conductor writes
    while something goes on. ``failed_status`` and ``upgrade_warning`` are kept as they came: what they may hold is
    documented nowhere.
    """

    asset: Asset
    progress: str | None = None
    failed_status: str | None = None
    upgrade_warning: str | None = None
    platform: str | None = None
    configured: bool | None = None
    software: SoftwareVersions | None = None

    @property
    def node_id(self) -> NodeId | None:
        """Its router and node; None for an asset that belongs to nobody yet."""
        return NodeId(self.asset.router, self.asset.node) if self.asset.router and self.asset.node else None


@dataclass(frozen=True)
class AssetList:
    """The assets that an answer shows. ``problems``: why it may not be all of them; empty: it says of none missing.

    ``source``: GraphQL or REST, for messages.
    """

    assets: tuple[ApiAsset, ...]
    problems: tuple[str, ...] = ()
    source: str = ""

    def of(self, node_id: NodeId) -> ApiAsset | None:
        """The only asset of a node. None where it has none or several: not known, and never *there is none*."""
        own = [asset for asset in self.assets if asset.node_id == node_id]
        return own[0] if len(own) == 1 else None


def from_graphql(data: Mapping[str, object], problems: tuple[str, ...] = ()) -> AssetList | None:
    """The assets in the data of a query; None where there is no list of them."""
    lists = list(inside(data, "allAuthorities", "assets"))
    listed = [row for value in lists for row in rows(value) or ()]
    if not any(rows(value) is not None for value in lists):
        return None
    duplicates = {
        text(row, "assetId") for value in inside(data, "allAuthorities", "duplicateAssets") for row in rows(value) or ()
    } - {None}
    if any(gaps(value) for value in lists):
        problems = (*problems, "the list has places without an asset")
    return _list(listed, problems, "GraphQL", {name.lower() for name in duplicates if name})


def from_rest(value: object) -> AssetList | None:
    """The assets in an answer of ``GET /asset``; None where it is no list."""
    listed = rows(value)
    if listed is None:
        return None
    return _list(listed, ("the list has places without an asset",) if gaps(value) else (), "REST", set())


def with_software(assets: AssetList, other: AssetList | None) -> AssetList:
    """The assets, with the software that another list shows of those of which this one shows none."""
    by_id = {asset.asset.asset_id: asset.software for asset in (other.assets if other else ()) if asset.asset.asset_id}
    return replace(
        assets,
        assets=tuple(
            replace(asset, software=asset.software or by_id.get(asset.asset.asset_id)) for asset in assets.assets
        ),
    )


def _list(listed: Iterable[Row], problems: tuple[str, ...], source: str, duplicates: set[str]) -> AssetList:
    assets = []
    for row in listed:
        asset = _asset(row)
        if asset is None:
            problems = (*problems, f"an entry has neither a name nor an id: {json.dumps(row)[:100]}")
        else:
            duplicate = (asset.asset.asset_id or "").lower() in duplicates
            assets.append(replace(asset, asset=replace(asset.asset, duplicate=duplicate)))
    return AssetList(tuple(assets), tuple(dict.fromkeys(problems)), source)


def _asset(row: Row) -> ApiAsset | None:
    router, node = _value(row, "routerName", "router"), _value(row, "nodeName", "node")
    asset_id = _value(row, "assetId", "id")
    if not (node or asset_id):
        return None
    shown = text(row, "status", "state") or ""
    state = read_state(shown)
    version_text = _value(row, "t128Version", "softwareVersion", "version")
    errors = _errors(row)
    return ApiAsset(
        asset=Asset(
            router=router,
            node=node,
            asset_id=asset_id,
            version_text=version_text,
            version=try_parse(version_text),
            install_type=read_install_type(_value(row, "installationType", "installType"))
            or install_type_of(version_text or ""),
            status=shown,
            state=state.name,
            settled=state.settled,
            away=state.away,
            busy=state.busy,
            time_in_status=whole(row.get("statusDurationSeconds")),
            errors=None if errors is None else len(errors),
            service=_by_pattern(row, _SERVICE),
            conductor_connectivity=_by_pattern(row, _CONDUCTOR),
            peer_connectivity=_by_pattern(row, _PEER),
            error_texts=errors or (),
        ),
        progress=text(row, "text"),
        failed_status=_shown(row.get("failedStatus")),
        upgrade_warning=_shown(row.get("upgradeWarning")),
        platform=_value(row, "platformType"),
        configured=truth(row.get("assetIdConfigured")),
        software=_software(row.get("softwareVersions")),
    )


def _value(row: Row, *names: str) -> str | None:
    value = text(row, *names)
    return None if value is None or value.lower() in _NO_VALUE else value


def _by_pattern(row: Row, pattern: re.Pattern[str]) -> str | None:
    """The word of the one field whose name fits, in lower case; None where none or several do, or it is no word."""
    fields = [name for name in row if pattern.fullmatch(name)]
    value = row[fields[0]] if len(fields) == 1 else None
    return plain(value).lower() if isinstance(value, str) else None


def _shown(value: object) -> str | None:
    """A value of unknown shape as a text; None where it says nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return None
    return plain(value) or None if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _errors(row: Row) -> tuple[str, ...] | None:
    """The errors of an asset as texts; None where the answer does not say, empty where it says that there are none."""
    value = row.get("errorsJson", row.get("errors"))
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except (ValueError, RecursionError):
            value = [value]
    if value is None:
        return None
    listed = value if isinstance(value, list) else [value]
    return tuple(_error(entry) for entry in listed if entry not in (None, "", {}))


def _error(entry: object) -> str:
    if isinstance(entry, dict):
        words = [text(entry, name) for name in ("env", "operation", "reason")]
        if any(words):
            return ": ".join(word for word in words if word)
    return plain(entry) if isinstance(entry, str) else json.dumps(entry, sort_keys=True)


# -- software -----------------------------------------------------------------------------------------------------


def _software(value: object) -> SoftwareVersions | None:
    if not isinstance(value, dict):
        return None
    refresh = value.get("refresh")
    software = SoftwareVersions(
        downloaded=texts(value.get("downloadedVersion")),
        downloading=texts(value.get("currentlyDownloadingVersion")),
        available=texts(value.get("availableVersion")),
        upgrading=texts(value.get("currentlyUpgradingVersion")),
        refreshing=truth(refresh.get("inProgress")) if isinstance(refresh, dict) else None,
    )
    return software if software != SoftwareVersions() else None


def download_state(asset: ApiAsset | None, wanted: Version) -> DownloadState:
    """Whether a release is on a node or on its way there. *Unreadable* is all that is not known."""
    software = asset.software if asset else None
    if software is None:
        return DownloadState(UNREADABLE, words="the API does not show the software of this node")
    there = [name for name in software.downloaded or () if _is(name, wanted)]
    if there:
        return DownloadState(THERE, words=f"downloaded: {there[0]}")
    coming = software.downloading
    if coming and any(_may_be(name, wanted) for name in coming):
        progress = asset.progress if asset and asset.progress else ""
        words = ", ".join(filter(None, (f"downloading: {coming[0]}", progress)))
        exact = any(_is(name, wanted) for name in coming)
        told = read_words(progress)  # without a figure in it nothing tells that a download does not get on
        return DownloadState(RUNNING if exact else UNREADABLE, told.percent, told.mark, words)
    if software.downloaded is None or coming is None:
        return DownloadState(UNREADABLE, words="the API does not show all of the software of this node")
    if any(_may_be(name, wanted) for name in software.downloaded):
        return DownloadState(UNREADABLE, words=f"downloaded: {', '.join(software.downloaded)}")
    return DownloadState(NOTHING, words=f"downloaded: {', '.join(software.downloaded) or 'nothing'}")


def _is(name: str, wanted: Version) -> bool:
    """Whether a text means this version and no other: one without a rebuild may be that of another rebuild."""
    version = try_parse(name)
    return version is not None and satisfies(version, wanted) is True


def _may_be(name: str, wanted: Version) -> bool:
    """Whether a text may mean this version: it is another one only if it can be read as one."""
    version = try_parse(name)
    return version is None or satisfies(version, wanted) is not False

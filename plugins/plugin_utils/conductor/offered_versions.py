# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions that a conductor offers, and the one version of a run among them (rule 2).

What the conductor runs itself it can give to its routers, but ``show system version`` may spell it otherwise than what
a request takes: the routers would all seem to run something else. So its spelling is read where it is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from ..pcli.errors import Unreadable
from ..software.assets import Asset
from ..software.system import NodeVersion
from ..software.targets import Target
from ..software.version_resolution import resolve
from ..software.versions import Version, satisfies, try_parse
from .client import Conductor

#: So many routers are asked what is offered to them, until one names what the conductor runs.
_ROUTERS_TO_ASK = 3


@dataclass(frozen=True)
class RequestedVersion:
    """The version that a user requests for an operation, and what is done where several builds match it."""

    operation: str
    version: str
    several_builds: str = "refuse"


def offered_versions(conductor: Conductor, report: Callable[[str], None]) -> list[str]:
    """The versions that the conductor offers. Where they cannot be read, that is reported, and there are none."""
    try:
        return conductor.available()
    except Unreadable as error:
        report(f"what is offered is not known: {error}")
        return []


def resolve_version(
    conductor: Conductor,
    requested: RequestedVersion,
    targets: Sequence[Target],
    assets: Sequence[Asset],
    report: Callable[[str], None],
) -> str:
    """The one version of a run, spelled as the conductor offers it. Raises RequestedVersionError."""
    local_node, own = conductor.local_node(), conductor.own_version()
    running = {(asset.router, asset.node): asset.version_text for asset in assets if asset.version_text}
    if own and own.version:
        running[local_node] = own.text
    offered = offered_versions(conductor, report)
    if requested.operation == "downgrade":  # the plain list need not hold what is older than the conductor
        offered = list(dict.fromkeys([*offered, *conductor.available_below()]))
    if own and any(target.router != local_node[0] for target in targets):
        offered = _with_own_version(conductor, requested, offered, targets, assets, own)
    named = {node_id for target in targets for node_id in target.node_ids}
    texts = [text for node_id, text in running.items() if node_id in named]
    return resolve(requested.version, offered, texts, requested.several_builds).version


def _with_own_version(
    conductor: Conductor,
    requested: RequestedVersion,
    offered: list[str],
    targets: Sequence[Target],
    assets: Sequence[Asset],
    own: NodeVersion,
) -> list[str]:
    """What is offered, with what the conductor runs, spelled as it is offered to one of its routers."""
    wanted = try_parse(requested.version)
    if any(is_same_build(text, own) for text in offered):
        return offered
    if own.version is None or wanted is None or satisfies(own.version, wanted) is False:
        return [*offered, own.text]  # for the list of what there is
    names_nodes, local_router = conductor.takes_nodes(requested.operation), conductor.local_node()[0]
    routers = routers_to_ask(targets, assets, own, local_router) if names_nodes else []
    for router in routers[:_ROUTERS_TO_ASK]:
        spellings = [text for text in conductor.available(router) if is_same_build(text, own)]
        if spellings:
            return [*offered, *spellings]
    local_first = sorted(assets, key=lambda asset: (asset.router, asset.node) != conductor.local_node())
    # Below 6.3 a request takes the name of a package, and that is never without its rebuild.
    least = wanted if names_nodes else own.version
    named = {target.router for target in targets} - {local_router}
    texts = [*_available_to(conductor, named), *(asset.version_text for asset in local_first)]
    return [*offered, shown_spelling(texts, own, wanted, least) or own.text]


def _available_to(conductor: Conductor, routers: Collection[str]) -> list[str]:
    """What ``show assets software`` lists as available to the nodes of these routers, in every release that has it."""
    nodes = conductor.available_to_nodes()
    return [text for node_id, texts in nodes.items() if node_id.router in routers for text in texts]


def routers_to_ask(
    targets: Iterable[Target], assets: Sequence[Asset], own: NodeVersion, local_router: str
) -> list[str]:
    """Routers that can say what is offered to them: settled, and not on the conductor's own version."""
    routers = {target.router for target in targets} - {local_router}
    routers -= {asset.router for asset in assets if asset.version_text and is_same_build(asset.version_text, own)}
    return list(dict.fromkeys(asset.router for asset in assets if asset.router in routers and asset.settled))


def shown_spelling(texts: Iterable[str | None], own: NodeVersion, wanted: Version, least: Version) -> str | None:
    """The first of these texts that names the conductor's version, and shows all that is needed of it.

    A request that names a rebuild must not lose it in a spelling that does not show it.
    """
    for text in texts:
        version = try_parse(text) if text and is_same_build(text, own) else None
        if version is not None and all(satisfies(version, part) is True for part in (wanted, least)):
            return text
    return None


def is_same_build(text: str, own: NodeVersion) -> bool:
    """True if a text names the build that the conductor runs; it may leave out the rebuild (`SSR-7.1.0-50`)."""
    version = try_parse(text)
    if version is None or version.build is None or own.version is None:
        return False
    return satisfies(own.version, version) is not False

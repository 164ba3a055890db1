# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which version each router gets (rule 41): that of the task, or the ``ssr_version`` of the host that stands for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..software.names import decrypted
from ..software.targets import Target
from ..software.version_resolution import RequestedVersionError
from ..software.versions import Version, parse_requested_version
from .base import BadInput
from .targets import Hosts, router_of

#: The variable of a router host that names its own release.
VARIABLE = "ssr_version"


@dataclass(frozen=True)
class Versions:
    """The version of a run, and of those routers that get another one.

    ``refused``: why nothing may be sent to a router, since its own version cannot be resolved.
    """

    default: str
    by_router: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The versions of the run, for people."""
        return ", ".join(dict.fromkeys((self.default, *self.by_router.values())))


def versions_of_hosts(target_hosts: Sequence[str] | None, hosts: Hosts) -> dict[str, str]:
    """What is requested for the routers whose hosts name a release. Raises BadInput for one that is none.

    An empty one is a mistake: whoever holds a router back must not get it upgraded.
    """
    requested = {}
    for host in target_hosts or []:
        if host in hosts and VARIABLE in hosts[host]:
            requested[router_of(hosts, host)] = _checked(host, hosts[host][VARIABLE])
    return requested


def _checked(host: str, value: object) -> str:
    value = decrypted(value)
    if not isinstance(value, str):
        raise BadInput(f"{VARIABLE} of host {host} is {value!r}, which is no text. Put it in quotes in the inventory.")
    text = str(value)
    if not text:
        raise BadInput(f"{VARIABLE} of host {host} is empty. Name the release that this router gets, or leave it out.")
    try:
        parse_requested_version(text)
    except ValueError as error:
        raise BadInput(f"{VARIABLE} of host {host}: {error}") from error
    return text


def parsed(requested: Mapping[str, str]) -> dict[str, Version]:
    """The same as versions."""
    return {router: parse_requested_version(text) for router, text in requested.items()}


def resolve_versions(
    default: str,
    requested: Mapping[str, str],
    targets: Sequence[Target],
    resolve: Callable[[str, Sequence[Target]], str],
) -> Versions:
    """The full versions of a run, each resolved once. Raises RequestedVersionError for that of the task.

    ``requested``: by router, where its host names one; ``resolve``: finds the one version that a text stands for.
    Where that fails for the version of single hosts, only their routers are left out.
    """
    routers: dict[str, list[Target]] = {}
    for target in targets:
        routers.setdefault(requested.get(target.router, default), []).append(target)
    full, refused = {}, {}
    for text, named in routers.items():
        try:
            full[text] = resolve(text, named)
        except RequestedVersionError as error:
            if text == default or len(routers) == 1:
                raise
            full[text] = text
            refused |= {target.router: f"{VARIABLE} of its host: {error}" for target in named}
    common = full.get(default) or next(iter(full.values()))
    own = {target.router: full[text] for text, named in routers.items() for target in named if full[text] != common}
    return Versions(common, own, refused)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of the table of path rules: a step from one release to another, a rule, and a finding. Pure.

The rules themselves are in path_rules.py and path_defects.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .versions import Version

Release = tuple[int, int, int]

# The values a step accepts; any other would match no rule and look as if nothing were wrong.
_WORDS = {
    "role": ("router", "conductor"),
    "operation": ("upgrade", "downgrade", "revert"),
    "rule": ("strict", "minor"),
    "install_type": ("image", "package", None),
    "platform": ("ssr400", "ssr440", "other", None),
}


@dataclass(frozen=True)
class Span:
    """Releases from ``first`` to ``last``, both included, whatever their build."""

    first: Release
    last: Release

    def __contains__(self, version: object) -> bool:
        return isinstance(version, Version) and self.first <= version.numbers <= self.last

    def __str__(self) -> str:
        first, last = (".".join(str(part) for part in end) for end in (self.first, self.last))
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class Step:
    """One step of a router or a conductor from the release that it runs to another.

    ``conductor``: what the conductor of a router runs. ``install_type``: `image` or `package` as it is before the step.
    ``pair``: it has two nodes. ``plugins``: version by name, as installed; empty where that is not known.
    ``conductor_orders``: the conductor itself does the nodes of a pair one after the other; None where that is not
    decided yet. ``platform``: `ssr400`, `ssr440` or `other`; None where it is not known.
    ``rule``: how the releases of a conductor and its router must compare (`strict`: major.minor.patch, `minor`: the
    older rule, major.minor). For a conductor also, ``managed``: what its routers run, and ``unsettled``: how many of
    its assets are not settled and were not accepted so by name; None where nobody has counted.

    ValueError for a value that no rule knows.
    """

    role: str
    running: Version | None
    wanted: Version
    conductor: Version | None = None
    install_type: str | None = None
    pair: bool = False
    operation: str = "upgrade"
    plugins: Mapping[str, str] = field(default_factory=dict)
    rule: str = "strict"
    managed: tuple[Version, ...] = ()
    unsettled: int | None = None
    conductor_orders: bool | None = None
    platform: str | None = None

    def __post_init__(self) -> None:
        for name, known in _WORDS.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{getattr(self, name)!r} is no {name} of a step. Known are: {known}.")

    @property
    def conductor_up(self) -> bool:
        return self.role == "conductor" and self.operation == "upgrade"

    @property
    def router_up(self) -> bool:
        return self.role == "router" and self.operation == "upgrade"

    @property
    def back(self) -> bool:
        """Whether it is a downgrade or a revert."""
        return self.operation != "upgrade"

    @property
    def hardware(self) -> str | None:
        """The platform; `other` where the name of the running package is one that no SSR400 has (they are aarch64)."""
        if self.platform is None and self.running is not None and self.running.machine == "x86_64":
            return "other"
        return self.platform

    @property
    def driver(self) -> Version | None:
        """The version whose commands carry this step: the conductor's."""
        return self.running if self.role == "conductor" else self.conductor

    def reaches(self, *release: int) -> bool:
        """Whether it goes from below this release to it or beyond."""
        return below(self.running, *release) and self.wanted.at_least(*release)

    def leaves(self, *release: int) -> bool:
        """Whether it goes from this release or above to below it."""
        return since(self.running, *release) and not self.wanted.at_least(*release)


@dataclass(frozen=True)
class PathRule:
    """A row of the table. ``text`` is a sentence that may hold {running}, {wanted} and {conductor}.

    ``via``: the releases of which one must (``block``), or had better (``warn``), come in between.
    """

    name: str
    applies: Callable[[Step], bool] = field(repr=False)
    severity: str
    text: str
    source: str
    via: Span | None = None


@dataclass(frozen=True)
class PathFinding:
    """A rule that applies to a step, with the versions filled in."""

    name: str
    severity: str
    text: str
    source: str
    via: Span | None = None

    @property
    def blocks(self) -> bool:
        """Whether the rule forbids the step."""
        return self.severity == "block"


def below(version: Version | None, *release: int) -> bool:
    return version is not None and not version.at_least(*release)


def since(version: Version | None, *release: int) -> bool:
    return version is not None and version.at_least(*release)


def within(version: Version | None, first: Release, last: Release) -> bool:
    return version in Span(first, last)


def among(version: Version | None, spans: Sequence[Span]) -> bool:
    return any(version in span for span in spans)

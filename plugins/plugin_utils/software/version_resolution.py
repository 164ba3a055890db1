# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resolves the release that a user requests to the one full version that is sent to the conductor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .versions import (
    Version,
    build_equal,
    fits,
    package_equal,
    parse,
    parse_requested_version,
    satisfies,
    spelled,
    try_parse,
)

SEVERAL = ("refuse", "newest")

#: How a conductor gets to offer a release.
_TO_OFFER = (
    "Check the release and the conductor's repositories, or import the image (playbook stage_conductor, "
    "conductor_upgrade_iso), then run again."
)


class RequestedVersionError(ValueError):
    """A requested version that matches no version, or more than one. The message lists what is offered."""


@dataclass(frozen=True)
class Resolution:
    """The version, spelled as the conductor spells it, and why it is this one."""

    version: str
    reason: str


def resolve(requested: str, offered: Sequence[str], running: Sequence[str], several: str = "refuse") -> Resolution:
    """Find the one version that `requested` stands for.

    `offered`: what the conductor offers; `running`: what the targets run now, both as printed. `several`: what to do if
    more than one build matches: `refuse`, or take the `newest`. RequestedVersionError if none matches, if several do,
    or if the text is no version.
    """
    if several not in SEVERAL:
        raise RequestedVersionError(f"{several!r} is not a rule for several builds. Accepted: {', '.join(SEVERAL)}.")
    try:
        wanted = parse_requested_version(requested)
    except ValueError as error:
        raise RequestedVersionError(str(error)) from error
    on_offer = _distinct(text for text in offered if _fits(text, wanted))
    in_use = _distinct(text for text in running if satisfies_text(text, wanted))
    if several == "refuse" and _all_run(running, in_use):
        return Resolution(_spelling(in_use[0], on_offer), f"every target already runs {spelled(in_use[0].text)}")
    if several == "newest":
        return _newest(requested, on_offer, in_use, offered)
    if len(on_offer) == 1:
        return Resolution(
            on_offer[0].text, f"{spelled(on_offer[0].text)} is the only version on offer that {requested} stands for"
        )
    if not on_offer and len(in_use) == 1:
        return Resolution(
            in_use[0].text, f"{spelled(in_use[0].text)} is not on offer, but it already runs on one of the targets"
        )
    raise RequestedVersionError(_refusal(requested, on_offer or in_use, offered))


def satisfies_text(text: str, wanted: Version) -> bool:
    """Whether a printed version surely is `wanted`."""
    version = try_parse(text)
    return version is not None and satisfies(version, wanted) is True


def _fits(text: str, wanted: Version) -> bool:
    """Offered versions may be spelled without their rebuild (`SSR-7.1.0-50` for `7.1.0-50.r1.el9`)."""
    version = try_parse(text)
    return version is not None and fits(version, wanted)


def _distinct(texts: Iterable[str]) -> list[Version]:
    """One entry for each version, in the first spelling of those that show most of it; oldest first."""
    unique: dict[tuple[Version, int | None], Version] = {}
    for text in texts:
        version = parse(text)
        unique.setdefault((version, version.rebuild), version)
    known = unique.values()
    return sorted(
        (version for version in known if not _covered(version, known)),
        key=lambda version: (version.key, version.rebuild or 0),
    )


def _covered(version: Version, others: Iterable[Version]) -> bool:
    """Whether another entry is the same build with its rebuild shown."""
    shown = (other for other in others if other.rebuild is not None)
    return version.rebuild is None and any(build_equal(other, version) and satisfies(other, version) for other in shown)


def _all_run(running: Sequence[str], in_use: list[Version]) -> bool:
    return len(in_use) == 1 and all(try_parse(text) == in_use[0] for text in running)


def _spelling(version: Version, on_offer: list[Version]) -> str:
    same = (other.text for other in on_offer if other == version and package_equal(other, version) is not False)
    return next(same, version.text.partition(" (")[0])


def _newest(requested: str, on_offer: list[Version], in_use: list[Version], offered: Sequence[str]) -> Resolution:
    candidates = [*on_offer, *in_use]
    if not candidates:
        raise RequestedVersionError(_refusal(requested, [], offered))
    best = max(candidates)
    return Resolution(
        _spelling(best, on_offer), f"{spelled(best.text)} is the newest version that {requested} stands for"
    )


def _refusal(requested: str, fitting: list[Version], offered: Sequence[str]) -> str:
    if fitting:
        listed = ", ".join(dict.fromkeys(spelled(version.text) for version in fitting))
        return (
            f"{requested} stands for more than one version: {listed}. Name one of them, or take the newest by "
            "several_builds: newest (conductor_upgrade_several_builds)."
        )
    if not offered:
        return f"{requested} cannot be resolved: the conductor offers no version at all. {_TO_OFFER}"
    listed = ", ".join(dict.fromkeys(map(spelled, offered)))
    return f"{requested} is not offered by the conductor. Offered: {listed}. {_TO_OFFER}"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a resource group may be asked for with a single command, which moves all of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .plan import RouterPlan

_ADVICE = "set sequencing to node"


def against_group(group: str, plans: Sequence[RouterPlan], in_flight: int) -> str | None:
    """Why nothing is sent, as a sentence; None where nothing is against any member."""
    why = _bad(plans)
    if why is None and any(plan.state == "planned" for plan in plans):
        why = _at_work(plans) or _too_many(plans, in_flight) or _exclusive(plans) or _waves(plans)
    asked = f"Nothing was sent: with sequencing vendor the whole resource group {group} is asked for at once, and "
    return f"{asked}{why}" if why else None


def mates_of(plans: Sequence[RouterPlan]) -> tuple[str, ...]:
    """The routers outside of the resource group that share an exclusive group with one of its routers."""
    own = {plan.router for plan in plans}
    mates = (router for plan in plans for router in plan.mates)
    return tuple(dict.fromkeys(router for router in mates if router not in own))


def _bad(plans: Sequence[RouterPlan]) -> str | None:
    bad = next((plan for plan in plans if plan.state not in ("planned", "up_to_date")), None)
    return f"{bad.router} is {bad.state}: {bad.reason.rstrip('.')}. Fix that, or {_ADVICE}." if bad else None


def _at_work(plans: Sequence[RouterPlan]) -> str | None:
    adopted = next((plan for plan in plans if plan.adopted), None)
    if adopted is None:
        return None
    return f"something runs on {adopted.router} already: {adopted.reason.rstrip('.')}. Wait for its end, or {_ADVICE}."


def _too_many(plans: Sequence[RouterPlan], in_flight: int) -> str | None:
    """The conductor orders its members, so that all of them count as in flight.

    So does one that runs the version already: no document says that the conductor leaves it as it is.
    """
    if len(plans) <= in_flight:
        return None
    return f"it has {len(plans)} routers, while in_flight allows {in_flight}. Raise in_flight, or {_ADVICE}."


def _exclusive(plans: Sequence[RouterPlan]) -> str | None:
    """Never two of an exclusive group at once (rule 23)."""
    by_group: dict[str, list[str]] = {}
    for plan in plans:
        if plan.group is not None:
            by_group.setdefault(plan.group, []).append(plan.router)
    together = next(((group, routers) for group, routers in by_group.items() if len(routers) > 1), None)
    if together is None:
        return None
    group, routers = together
    names = " and ".join(routers[:2])
    return f"{names} are of the same exclusive group {group}, of which never two are moved at once: {_ADVICE}."


def _waves(plans: Sequence[RouterPlan]) -> str | None:
    """A wave begins when all of the earlier ones have ended (rule 23); the conductor knows no waves."""
    first, last = plans[0], plans[-1]  # plans are in the order of their waves
    if first.wave == last.wave:
        return None
    return f"{first.router} is in wave {first.wave} and {last.router} in wave {last.wave}: {_ADVICE}."

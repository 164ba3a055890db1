# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a revert leads (rule 39): what lies on the idle volume of a node, held against what the node ran before.

The command takes no version: an image-based system has two volumes, and a revert boots the other one (intro_rollback).
Whoever upgraded twice, or whose idle volume holds something else, would end somewhere else than expected.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from ..conductor import Conductor
from ..pcli.errors import ConnectFailed, NoPrompt, NoRoom, PcliError, SessionBroken
from ..software.system import NodeVersion
from ..software.versions import satisfies, try_parse
from .desk import Desk
from .observe import Observer

#: How long a roll-out waits for a free shell to ask, in seconds.
_PATIENCE = 300.0


@dataclass(frozen=True)
class WayBack:
    """What is known of a revert before it is sent. ``refused``: why it must not be; ``warning``: what is not known.

    ``leads_to``: the version on the idle volume, as printed; None where it is not known.
    """

    refused: str | None = None
    warning: str | None = None
    leads_to: str | None = None


def judge_way_back(told: NodeVersion | None, wanted: str | None) -> WayBack:
    """Does a revert lead to ``wanted``? Pure. ``told``: what the node prints of its volumes; None: unreadable."""
    if told is None or not told.prints_volumes:
        return WayBack(warning="it does not print what lies on its idle volume, so where a revert leads is not known")
    idle, expected = told.idle, try_parse(wanted)
    if idle is None or idle.version is None:
        shown = f" ('{idle.version_text}')" if idle and idle.version_text else ""
        return WayBack(
            refused=f"its idle volume holds no version that can be read{shown}, so there is nothing to go back to"
        )
    answer = satisfies(idle.version, expected) if expected else None
    leads_to = idle.version_text
    if answer is False:
        return WayBack(refused=_elsewhere(leads_to, idle.volume, wanted), leads_to=leads_to)
    if answer is None:
        more = f"its idle volume shows {leads_to}, which does not tell whether it is {wanted or 'what ran before'}"
        return WayBack(warning=more, leads_to=leads_to)
    return WayBack(leads_to=leads_to)


def _elsewhere(leads_to: str | None, volume: str | None, wanted: str | None) -> str:
    where = f"volume {volume}" if volume else "its idle volume"
    return (
        f"a revert would lead to {leads_to}, which lies on {where}, and not to {wanted}. If that is what you want, "
        f"name it as the version to go back to"
    )


def ask_way_back(conductor: Conductor, place: tuple[str, str], wanted: str | None) -> WayBack:
    """Ask the node (router and node). Raises NoRoom, and the errors of the connection."""
    try:
        if not conductor.takes_nodes("revert"):  # below 6.3 there are no volumes
            return WayBack()
        return judge_way_back(conductor.volumes_of(*place), wanted)
    except NoRoom:
        raise
    except PcliError as error:
        if error.connection and not isinstance(error, NoPrompt):
            raise
        return WayBack(warning=f"where a revert leads could not be told: {error}")


def way_back_steps(
    desk: Desk, observer: Observer, place: tuple[str, str], wanted: str | None
) -> Generator[bool, None, WayBack]:
    """The same in a roll-out, which waits for a shell, and for a connection that is lost.

    Of a package-based node nothing is asked: it has no volumes.
    """
    row = observer.asset(*place)
    if row is not None and row.install_type == "package":
        return WayBack()
    deadline = desk.clock.now() + _PATIENCE
    while True:
        try:
            return ask_way_back(desk.conductor, place, wanted)
        except (NoRoom, SessionBroken, ConnectFailed) as error:
            if desk.clock.now() >= deadline:
                return WayBack(refused=f"where a revert leads could not be told: {error}")
            if not isinstance(error, NoRoom):
                observer.note(error)
        except PcliError as error:  # nobody lets us in any more
            return WayBack(refused=f"where a revert leads could not be told: {error}")
        yield False

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which volume of a node boots next, and where a revert would lead: may something be sent to it (rule 39)? Pure.

The command of a revert takes no version: an image-based system has two volumes, and a revert boots the other one
(intro_rollback). Whoever upgraded twice, or whose idle volume holds something else, would end somewhere else than
expected. And where another volume is selected for the next boot than the one that runs, somebody has prepared a change,
which an upgrade would overwrite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..software.system import NodeVersion
from ..software.versions import satisfies, spelled, try_parse


@dataclass(frozen=True)
class Rollback:
    """What is known of a revert before it is sent. ``refused``: why it must not be; ``warning``: what is not known.

    ``leads_to``: the version on the idle volume, as printed; None where it is not known. ``asked`` False: it could not
    even be asked, which says nothing about the node.
    """

    refused: str | None = None
    warning: str | None = None
    leads_to: str | None = None
    asked: bool = True


def judge_boot_volume(volumes: NodeVersion | None) -> Rollback:
    """Whether a node may be upgraded, or somebody has prepared something else for its next boot.

    What is not printed is no finding: of the published releases none is known to print it.
    """
    prepared = volumes.prepared if volumes is not None else None
    if volumes is None or prepared is None:
        return Rollback()
    return Rollback(refused=f"{prepared}: somebody has prepared a change. {volumes.how_to_settle}")


def judge_rollback(volumes: NodeVersion | None, wanted: str | None, ours: bool = False) -> Rollback:
    """Whether a revert leads to ``wanted``. ``volumes``: what the node prints of them; None: unreadable.

    ``ours``: this run has moved the node before. Then a boot volume that is selected otherwise is nobody's preparation,
    and no reason to leave the node as bad as it is: it is a warning.
    """
    if volumes is None or not volumes.prints_volumes:
        return Rollback(warning="it does not print what lies on its idle volume, so where a revert leads is not known")
    prepared = judge_boot_volume(volumes)
    if prepared.refused and not ours:
        return prepared
    back = _judge_idle(volumes, wanted)
    if prepared.refused and not back.refused:
        return replace(back, warning="; ".join(filter(None, (volumes.prepared, back.warning))))
    return back


def _judge_idle(volumes: NodeVersion, wanted: str | None) -> Rollback:
    idle, expected = volumes.idle, try_parse(wanted)
    if idle is None or idle.version is None:
        shown = f" ('{idle.version_text}')" if idle and idle.version_text else ""
        return Rollback(
            refused=f"its idle volume holds no version that can be read{shown}, so there is nothing to go back to"
        )
    answer = satisfies(idle.version, expected) if expected else None
    leads_to = idle.version_text
    if answer is False:
        return Rollback(refused=_elsewhere(leads_to, idle.volume, wanted), leads_to=leads_to)
    if answer is None:
        before = spelled(wanted) or "what ran before"
        more = f"its idle volume shows {spelled(leads_to)}, which does not tell whether it is {before}"
        return Rollback(warning=more, leads_to=leads_to)
    return Rollback(leads_to=leads_to)


def _elsewhere(leads_to: str | None, volume: str | None, wanted: str | None) -> str:
    where = f"volume {volume}" if volume else "its idle volume"
    return (
        f"a revert would lead to {spelled(leads_to)}, which lies on {where}, and not to {spelled(wanted)}. If that is "
        "what you want, name it as the version to go back to"
    )

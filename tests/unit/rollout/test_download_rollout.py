# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many routers by day: how many download at once, and what is told, where the conductor tells little or nothing."""

from __future__ import annotations

import math

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action.software_download import ActionModule

from tests.unit.fakes import NEW, Course, Night, VirtualClock, authority, read

SHOWN = NEW.removesuffix(".el7")


class Noon(ActionModule):
    """A task that downloads to routers, with everything that its module does, on a fake conductor in virtual time."""

    __init__, tell, warn, alive, go = Night.__init__, Night.tell, Night.warn, Night.alive, Night.go

    def states(self, **args: object) -> dict[str, str]:
        result = self.go(module="software_download", **args)
        return {router: entry["state"] for router, entry in result["by_router"].items()}


def noon(count: int, seconds: float, **more) -> Noon:
    """Routers that download for so many seconds each, on a conductor that shows nothing of downloads."""
    day = Noon(authority(VirtualClock(), [f"r{number:02}" for number in range(count)], **more))
    day.conductor.shows_downloads = False
    day.conductor.course = Course(600, download=seconds)
    return day


@pytest.mark.parametrize("words", ["", "0x7f 2:1/0 --"])
def test_where_nothing_can_be_read_no_more_download_at_once_than_the_user_allows(words) -> None:
    day = noon(40, 880)
    day.conductor.told["download"] = words
    states = day.states(download_silence=300, expected_download=900)
    assert set(states.values()) == {"done"} and len(states) == 40
    assert day.conductor.most["downloads"] == 5
    assert 8 * 880 <= day.clock.now() - 1000 < 8 * 930, "eight steps of five, and no more time than they need"


def test_where_nothing_can_be_read_a_router_has_a_short_line_at_its_end_and_the_advice_is_given_once() -> None:
    day = noon(12, 880)
    day.states(download_silence=300, expected_download=900)
    ends = [line for line in day.lines if "DONE" in line]
    assert ends == [
        f"r{number:02}: DONE: {SHOWN} is asked for; nothing tells whether it is there" for number in range(12)
    ]
    assert sum("by hand" in line for line in day.lines) == 1
    assert not any("no figure" in line for line in day.lines), "that is another matter"
    assert sum(" sent: " in line for line in day.lines) == 12


def test_downloads_that_hang_without_a_figure_do_not_keep_the_others_from_theirs() -> None:
    day = noon(9, 100)
    conductor, hung = day.conductor, [f"r{number:02}" for number in range(5)]
    conductor.courses = {(name, "a"): Course(600, download=math.inf) for name in hung}

    def told(operation, router=None, node=None):
        asked = any(request.router == router for request in conductor.sent)
        downloaded = NEW in conductor.software[router, node].downloaded
        return read(f"{node}: {NEW} is {'downloaded' if downloaded else 'downloading'}" if asked else "")

    conductor.status = told
    states = day.states(download_silence=300, expected_download=600, download_timeout=9000, max_failures=9)
    assert [states[name] for name in hung] == ["failed"] * 5
    assert [state for name, state in states.items() if name not in hung] == ["done"] * 4
    ended = [at for at, line in zip(day.told_at, day.lines, strict=True) if "DONE" in line]
    assert min(ended) > 600 and max(ended) < 600 + 200
    assert sum("no figure tells" in line for line in day.lines) == 5, "once for each of those that hang"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads: bandwidth, pause, the HA peer as a source, removal, and how all that shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.simulator.bandwidth import Link, Transfer

from .pcli_client import LOW, NEW, PROMPT, column, pair, pcli, until

DOWNLOAD = f"request system software download {{}} force version {NEW}"
SLOW = {"durations.download": 100000}


def seven(**overrides: Any) -> Simulator:
    """A conductor with the words of 7.x, which has `pause` and `sequenced`."""
    return pair(**{"routers.0.version": NEW, "dialect.pin": "7.x", **overrides})


def took(sim: Simulator, node_id: str) -> float:
    """Simulated seconds of the only download there."""
    times = [e["sim"] for e in sim.log if e["event"] in ("operation_begins", "operation_ends") and e["node"] == node_id]
    return times[1] - times[0]


class Agenda:
    """A scheduler in virtual time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, int, Any]] = []
        self.done: list[tuple[float, Any]] = []

    def moment(self) -> float:
        return self.now

    def spawn(self, process: Any, delay: float = 0.0) -> None:
        self.due.append((self.now + delay, len(self.due), process))

    def fire(self, signal: Any) -> None:
        self.done.append((self.now, signal))

    def run(self, until: float = 1e9) -> None:
        while self.due and min(self.due)[0] <= until:
            self.due.remove(first := min(self.due))
            self.now = first[0]
            next(first[2])
        self.now = max(self.now, until if until < 1e9 else 0.0)


def ended(agenda: Agenda, transfer: Transfer) -> float:
    return next(moment for moment, signal in agenda.done if signal is transfer.done)


def test_shares_of_a_link_follow_who_is_there() -> None:
    agenda = Agenda()
    link = Link(agenda, 1)  # type: ignore[arg-type]
    short, long, late = Transfer(100), Transfer(300), Transfer(100)
    link.start(short)
    link.start(long)
    agenda.run(until=100)
    assert (link.left(short), link.left(long)) == (50, 250)
    link.start(late)
    agenda.run()
    # Three share from 100 s on: 50 each until 250 s; two until 350 s (late has 50 left); long has 150 alone.
    assert (ended(agenda, short), ended(agenda, late), ended(agenda, long)) == (250, 350, 500)


def test_who_leaves_a_link_keeps_what_is_left_and_the_others_speed_up() -> None:
    agenda = Agenda()
    link = Link(agenda, 1)  # type: ignore[arg-type]
    gone, stays = Transfer(100), Transfer(100)
    link.start(gone)
    link.start(stays)
    agenda.run(until=100)
    assert link.stop(gone) == 50 and link.stop(gone) == 50 and link.busy == 1
    agenda.run()
    assert ended(agenda, stays) == 150 and len(agenda.done) == 1


def test_more_downloads_than_the_conductor_serves_share_its_bandwidth() -> None:
    entry = {"name": "s{n}", "count": 8, "version": LOW, "resource_groups": ["g"]}
    overrides = {"bandwidth": {"conductor": 2}, "durations.download": 1000, "speedup": 1000}
    with seven(fleet=[entry], **overrides) as sim:
        pcli(sim).run(DOWNLOAD.format("resource-group g"))
        node_ids = [f"node1.s{number}" for number in range(1, 9)]
        assert all(until(sim, node_id, downloaded=[NEW], operation=None) for node_id in node_ids)
        # Eight at once, two at full speed: each takes four times as long.
        assert all(3900 < took(sim, node_id) < 4400 for node_id in node_ids)


def test_without_a_limit_they_do_not_wait_for_each_other() -> None:
    entry = {"name": "s{n}", "count": 8, "version": LOW, "resource_groups": ["g"]}
    with seven(fleet=[entry], **{"durations.download": 1000, "speedup": 1000}) as sim:
        pcli(sim).run(DOWNLOAD.format("resource-group g"))
        node_ids = [f"node1.s{number}" for number in range(1, 9)]
        assert all(until(sim, node_id, downloaded=[NEW], operation=None) for node_id in node_ids)
        assert all(950 < took(sim, node_id) < 1400 for node_id in node_ids)


def test_the_share_grows_when_others_are_done() -> None:
    overrides = {"bandwidth": {"conductor": 1}, "durations.download": 2000, "speedup": 1000}
    with seven(**overrides) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD.format("router branch"))
        shell.run(DOWNLOAD.format("router hub node h1"))
        assert until(sim, "b1.branch", downloaded=[NEW], operation=None)
        assert until(sim, "h1.hub", downloaded=[NEW], operation=None)
        # 2000 s of work each, one at a time: done after 4000 s, whatever the shares were.
        begun = min(e["sim"] for e in sim.log if e["event"] == "operation_begins")
        ended = max(e["sim"] for e in sim.log if e["event"] == "operation_ends")
        assert 3900 < ended - begun < 4700


def test_the_second_node_of_a_sequenced_pair_loads_from_the_first() -> None:
    overrides = {"bandwidth": {"conductor": 1}, "durations.download": 1000, "speedup": 1000}
    with seven(**overrides) as sim:
        pcli(sim).run(DOWNLOAD.format("router hub sequenced"))
        assert until(sim, "h2.hub", downloaded=[NEW], operation=None)
        assert until(sim, "h1.hub", downloaded=[NEW], operation=None)
        starts = [e["node"] for e in sim.log if e["event"] == "operation_begins"]
        assert len(starts) == 2 and took(sim, starts[0]) < 1400
        # Somebody else may use the conductor meanwhile: the pair does not feel it.
        assert took(sim, starts[1]) < 1400
    with seven(**overrides) as sim:
        shell = pcli(sim)
        with sim.world.lock:
            sim.world.find("h1", "hub")[0].downloaded.add(NEW)
        shell.run(DOWNLOAD.format("router branch"))
        shell.run(DOWNLOAD.format("router hub node h2"))
        assert until(sim, "h2.hub", downloaded=[NEW], operation=None)
        assert took(sim, "h2.hub") < 1400


def test_a_paused_download_goes_on_where_it_was() -> None:
    pause = f"request system software download pause router branch force version {NEW}"
    with seven(**{"durations.download": 4000, "speedup": 1000}) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD.format("router branch"))
        begun = sim.clock.now()
        assert sim.wait_for(lambda s: s.clock.now() > begun + 2000)
        assert "Pausing" in shell.run(pause)
        truth = sim.node_truth("b1.branch")
        assert (truth["operation"], truth["paused"], truth["downloaded"]) == (None, [NEW], [])
        assert column(shell.run("show system software download router branch"), "Status") == ["Paused"]
        assert "No download of SSR-6.3.5-39.r1 is in progress" in shell.run(pause)
        again = sim.clock.now()
        shell.run(DOWNLOAD.format("router branch"))
        assert until(sim, "b1.branch", downloaded=[NEW], paused=[])
        assert sim.clock.now() - again < 2900, "it began anew"


def test_pausing_a_sequenced_download_starts_no_second_node() -> None:
    with seven(**SLOW) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD.format("router hub sequenced"))
        shell.run(f"request system software download pause router hub force version {NEW}")
        assert sim.wait_for(lambda s: not any(node.operation for node in s.world.routers["hub"].nodes))
        assert [e["event"] for e in sim.log if e["event"] == "operation_begins"] == ["operation_begins"]


def test_who_waits_for_a_download_is_told_when_it_is_paused() -> None:
    with seven(**SLOW, **{"behaviour.request_mode": "blocks"}) as sim:
        waiting, other = pcli(sim), pcli(sim, "c2")
        waiting.send(DOWNLOAD.format("router hub sequenced") + "\r")
        assert sim.wait_for(lambda s: any(node.operation for node in s.world.routers["hub"].nodes))
        other.run(f"request system software download pause router hub force version {NEW}")
        assert "% Error:" in waiting.expect(PROMPT)


def test_a_download_that_is_paused_before_it_has_begun_is_over() -> None:
    with seven(**SLOW) as sim:
        nodes, release = sim.world.routers["hub"].nodes, sim.world.release_for(NEW)
        with sim.world.lock:
            job = sim.lifecycle.begin("download", nodes, release, {"sequenced"}, "admin", "c1.Conductor")
            assert sim.lifecycle.downloads.pause(nodes[0], release)
        assert sim.wait_for(lambda _s: job.over)
        assert [operation.state for operation in job.operations] == ["paused", "not started"]


def test_delete_cancels_a_download_and_forgets_a_paused_one() -> None:
    delete = f"delete system software router branch force version {NEW}"
    with seven(**SLOW) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD.format("router branch"))
        assert "Deleting" in shell.run(delete)
        assert until(sim, "b1.branch", operation=None, downloaded=[])
        assert "is not downloaded" in shell.run(delete)
        shell.run(DOWNLOAD.format("router branch"))
        shell.run(f"request system software download pause router branch force version {NEW}")
        assert "Deleting" in shell.run(delete)
        assert sim.node_truth("b1.branch")["paused"] == []


def test_the_software_of_assets_tells_what_is_loading_and_what_is_there() -> None:
    with seven(**SLOW, **{"routers.2.nodes.0.downloaded": [LOW]}) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD.format("router branch"))
        assert until(sim, "b1.branch", phase="download")
        text = shell.run("show assets software router branch")
        assert column(text, "Downloading") == ["SSR-6.3.5-39.r1"]
        assert column(text, "Downloaded") == [LOW]
        shell.run(f"delete system software router branch force version {NEW}")
        assert column(shell.run("show assets software router branch"), "Downloading") == [""]


def test_the_progress_of_a_download_is_what_is_done() -> None:
    with seven(**{"durations.download": 40000}) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD.format("router branch"))

        def shown() -> int:
            return int(column(shell.run("show system software download router branch node b1"), "Progress")[0][:-1])

        first, begun = shown(), sim.clock.now()
        assert sim.wait_for(lambda s: s.clock.now() > begun + 4000)
        assert 100 > shown() > first


@pytest.mark.parametrize(("manner", "words"), [("completes", "Starting"), ("refused", "is already downloaded")])
def test_a_download_of_what_is_there(manner: str, words: str) -> None:
    with seven(**{"behaviour.download_again": manner, "routers.2.nodes.0.downloaded": [NEW], **SLOW}) as sim:
        assert words in pcli(sim).run(DOWNLOAD.format("router branch"))
        assert until(sim, "b1.branch", operation=None)


def test_an_upgrade_loads_first_what_is_not_there_and_shares_the_bandwidth() -> None:
    overrides = {"bandwidth": {"conductor": 1}, **SLOW}
    with seven(**overrides) as sim:
        shell = pcli(sim)
        shell.run(f"request system software upgrade router branch force version {NEW}")
        assert until(sim, "b1.branch", phase="download")
        assert column(shell.run("show assets software router branch"), "Downloading") == ["SSR-6.3.5-39.r1"]
        assert "is not downloaded" in shell.run(f"delete system software router branch force version {NEW}")
        assert sim.node_truth("b1.branch")["operation"] == "upgrade"

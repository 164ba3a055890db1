# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads before upgrades: made sure of first, never in the way of the conductor's own last word."""

from __future__ import annotations

import itertools
import json
import math
from datetime import timedelta

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import NotOffered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads

from tests.unit.fakes import NEW, OLD, Course, FakePending, Night, VirtualClock, authority, read, refusal
from tests.unit.rollout.nights import nodes_after

SHOWN = NEW.removesuffix(".el7")

ROUTERS = {"R": ("a",), "S": ("a",), "T": ("a",), "U": ("a",)}


def go(night: Night, *targets: str, **more) -> dict[str, dict]:
    """The result of the only node of each router."""
    nodes = nodes_after(night, *targets, **{"health_check": False, "download_silence": 300, **more})
    return {router: node for (router, _name), node in nodes.items()}


def requests(night: Night) -> list[tuple[str, str]]:
    """The operation and router of every request that was sent, in their order."""
    return [(request.operation, request.router) for request in night.conductor.sent]


def blind(night: Night) -> None:
    """A conductor that shows nothing of downloads in tables."""
    night.conductor.shows_downloads = False


def answer(night: Night, words: str, after: float = 1.0) -> None:
    """What the conductor prints when a download is asked for, and after how long."""
    send = night.conductor.send

    def sends(request) -> FakePending:
        pending = send(request)
        if request.operation == "download":
            pending.ends_at = night.clock.now() + after
            pending.final = refusal(words[1:]) if words[0] == "%" else read(words)
        return pending

    night.conductor.send = sends


def refuse_upgrades(
    night: Night, words: str, until: float = math.inf, router: str = "R", operation: str = "upgrade"
) -> list[float]:
    """Refuse the upgrade of a router until so many seconds from the begin. Returns when it was asked for."""
    send, asked = night.conductor.send, []

    def sends(request) -> FakePending:
        if request.router != router:
            return send(request)
        for node_id in night.conductor.boxes:
            if node_id[0] == router:
                night.conductor.refuse.pop(node_id, None)
                if request.operation == operation and night.clock.now() - 1000 < until:
                    night.conductor.refuse[node_id] = words
        if request.operation == operation:
            asked.append(night.clock.now() - 1000)
        return send(request)

    night.conductor.send = sends
    return asked


ROWS = """\
======== ====== ================= ============= ========== ==========
 Router   Node   Version           Status        Progress   Elapsed
======== ====== ================= ============= ========== ==========
"""


def shows(night: Night, tell) -> None:
    """Let the status of downloads be a table; ``tell`` gives status and progress of (router, node), or None."""
    blind(night)
    status = night.conductor.status

    def says(operation, router=None, node=None):
        told = tell(router, node) if operation == "download" else None
        if told is None:
            return status(operation, router, node)
        elapsed = f"{int(night.clock.now()) // 60}m {int(night.clock.now()) % 60}s"
        return read(f"{ROWS} {router:6}   {node:4}   {NEW:15}   {told[0]:11}   {told[1]:8}   {elapsed}\n")

    night.conductor.status = says


def sent_for(night: Night) -> dict[str, float]:
    """When the download of each router was asked for."""
    return {router: at for at, what, router, _ in night.conductor.log if what == "download"}


def upgraded_at(night: Night, router: str = "R") -> float:
    """When the first upgrade of a router was sent."""
    return next(at for at, what, name, _ in night.conductor.log if (what, name) == ("upgrade", router))


# -- the way it should go ---------------------------------------------------------------------------------------------


def test_the_release_is_brought_before_the_upgrade_is_asked_for(night) -> None:
    assert go(night)["R"]["state"] == "done"
    assert requests(night) == [("download", "R"), ("upgrade", "R")] and upgraded_at(night) >= 200


def test_no_more_routers_download_at_once_than_the_user_allows(night) -> None:
    nodes = go(night, "R", "S", "T", "U", downloads_in_flight=2)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert night.conductor.most["downloads"] == 2 and night.conductor.most["in flight"] > 2


def test_a_release_that_is_there_is_not_asked_for_again(night) -> None:
    night.conductor.software["R", "a"] = Downloads((OLD, NEW))
    assert go(night)["R"]["state"] == "done" and requests(night) == [("upgrade", "R")]


def test_a_download_that_runs_already_is_followed(night, clock) -> None:
    night.conductor.software["R", "a"] = Downloads((OLD,), (NEW,))
    clock.after(500, lambda: night.conductor.software.update({("R", "a"): Downloads((OLD, NEW))}))
    assert go(night)["R"]["state"] == "done"
    assert requests(night) == [("upgrade", "R")] and upgraded_at(night) >= 500


def test_a_long_download_that_is_shown_to_go_on_is_waited_for(night) -> None:
    night.conductor.course = Course(600, download=5000)
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) >= 5000


def test_a_router_that_is_up_to_date_downloads_nothing(night) -> None:
    night.conductor.show(night.conductor.boxes["R", "a"], version=NEW)
    assert go(night)["R"]["state"] == "up_to_date" and requests(night) == []


# -- what the conductor says ------------------------------------------------------------------------------------------


def test_a_download_that_is_refused_keeps_the_router_from_being_upgraded_and_no_other(night) -> None:
    night.conductor.refuse["R", "a"] = "no such version on the disk"
    nodes = go(night, "R", "S")
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("blocked", "done")
    assert "no such version" in nodes["R"]["reason"] and ("upgrade", "R") not in requests(night)


def test_a_refusal_that_says_that_it_is_there_is_none(night) -> None:
    blind(night)
    answer(night, "%Version 6.3.5-37.r1.el7 is already downloaded")
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) < 60


def test_a_refusal_that_says_that_one_is_in_progress_is_followed(night) -> None:
    answer(night, "%a download is already in progress")
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) >= 200


@pytest.mark.parametrize("words", ["Maximum number of concurrent downloads reached", "Node 'a.R' is disconnected"])
def test_a_download_that_is_refused_since_this_is_not_the_moment_is_asked_for_again(night, words) -> None:
    asked = refuse_upgrades(night, words, until=150, operation="download")
    nodes = go(night, "R", "S", downloads_in_flight=2)
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("done", "done")
    assert len(asked) == 3 and asked[2] - asked[1] > asked[1] - asked[0] >= 60


def test_a_download_that_is_never_the_moment_blocks_at_the_time_out(night) -> None:
    refuse_upgrades(night, "Maximum number of concurrent downloads reached", operation="download")
    node = go(night, "R", download_timeout=2000)["R"]
    assert node["state"] == "blocked" and "Maximum number" in node["reason"] and night.clock.now() - 1000 >= 2000


def test_a_download_that_fails_in_words_keeps_the_router_from_being_upgraded_and_no_other(night, clock) -> None:
    night.conductor.courses["R", "a"] = Course(600, download=math.inf)
    status = night.conductor.status

    def says(operation, router=None, node=None):
        if (operation, router) == ("download", "R") and clock.now() > 1100:
            return read(f"Download of {NEW} on a failed: checksum mismatch")
        return status(operation, router, node)

    night.conductor.status = says
    nodes = go(night, "R", "S")
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("blocked", "done")
    assert "checksum mismatch" in nodes["R"]["reason"]


@pytest.mark.parametrize("words", ["", "Download: 6.3.0 complete", "▓▒░ strange signs ░▒▓"])
def test_silence_lets_the_upgrade_be_tried(night, words) -> None:
    """Whatever the status says that is not about this version is no reason to wait, and none to give up."""
    blind(night)
    night.conductor.told["download"] = words
    assert go(night)["R"]["state"] == "done" and 300 <= upgraded_at(night) < 400


def test_after_silence_a_refusal_of_the_upgrade_that_no_time_mends_is_the_last_word(night) -> None:
    blind(night)
    refuse_upgrades(night, "the command is not permitted")
    node = go(night)["R"]
    assert node["state"] == "failed" and "not permitted" in node["reason"]
    assert requests(night) == [("download", "R"), ("upgrade", "R")]


def test_a_request_that_keeps_its_prompt_until_the_download_is_over_reports_its_end(clock) -> None:
    night = Night(authority(clock, {"R": ("a",)}, blocking=True))
    blind(night)
    assert go(night)["R"]["state"] == "done" and 200 <= upgraded_at(night) < 230


def test_a_request_that_takes_a_while_to_be_accepted_is_no_download_that_is_over(night) -> None:
    blind(night)
    answer(night, "✔ Request accepted", after=9)
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) >= 300


def test_a_request_that_says_that_it_is_complete_is_believed_where_nothing_else_is_reported(night) -> None:
    blind(night)
    answer(night, f"Download of {NEW} completed", after=9)
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) < 30


def test_a_request_that_keeps_its_prompt_and_then_refuses_is_a_refusal(night) -> None:
    blind(night)
    answer(night, "%the server cannot be reached", after=120)
    node = go(night)["R"]
    assert node["state"] == "blocked" and "server cannot be reached" in node["reason"]


def test_a_download_that_never_ends_blocks_its_router_in_time_and_no_upgrade_is_sent_into_it(night) -> None:
    night.conductor.software["R", "a"] = Downloads((OLD,), (NEW,))
    nodes = go(night, "R", "S", download_timeout=1000)
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("blocked", "done")
    assert "not on the node after 16 min" in nodes["R"]["reason"] and requests(night).count(("upgrade", "R")) == 0


def test_a_release_without_a_command_for_downloads_upgrades_nothing_and_says_so(night) -> None:
    command_for = night.conductor.command_for

    def without(request):
        if request.operation == "download":
            raise NotOffered("This release has no command for a download.")
        return command_for(request)

    night.conductor.command_for = without
    assert "no command for a download" in go(night)["R"]["reason"]


@pytest.mark.parametrize("begin", [50, 195, 201])
def test_a_conductor_that_is_away_while_it_downloads_costs_no_router(night, begin) -> None:
    night.conductor.away(begin, begin + 200)
    nodes = go(night, "R", "S", "T", downloads_in_flight=1)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert len(requests(night)) == len(set(requests(night))) == 6


def test_the_session_that_breaks_while_the_request_is_sent_sends_it_no_second_time(night, clock) -> None:
    send, broken = night.conductor.send, []

    def breaks(request) -> FakePending:
        pending = send(request)
        if request.operation == "download" and not broken:
            broken.append(request)
            night.conductor.go()
            clock.after(20, night.conductor.come_back)
            raise SessionBroken("The device closed the connection.")
        return pending

    night.conductor.send = breaks
    assert go(night)["R"]["state"] == "done" and requests(night) == [("download", "R"), ("upgrade", "R")]


def test_without_downloads_nothing_is_asked_for(night) -> None:
    assert go(night, download=False)["R"]["state"] == "done" and requests(night) == [("upgrade", "R")]


def test_the_times_of_downloads_are_kept_apart_from_those_of_upgrades(night, tmp_path) -> None:
    go(night, "R", "S", journal=str(tmp_path), run_id="x")
    (record,) = tmp_path.glob("run-*.json")
    seen = json.loads(record.read_text())["durations"]
    assert len(seen["download"]) == len(seen["upgrade"]) == 2
    assert 200 <= min(seen["download"]) <= 230 and 600 <= min(seen["upgrade"]) <= 640


# -- what cannot be read ----------------------------------------------------------------------------------------------


def many(count: int, **more) -> Night:
    """A night with so many routers of one node."""
    return Night(authority(VirtualClock(), [f"r{number:02}" for number in range(count)], **more))


@pytest.mark.parametrize("words", ["", "▓▒░ strange signs ░▒▓", "No download operations found."])
def test_downloads_that_cannot_be_read_cost_the_silence_once_and_all_routers_are_upgraded(words) -> None:
    night = many(20)
    blind(night)
    night.conductor.told["download"] = words
    night.conductor.course = Course(600, download=20)
    states = night.states(health_check=False, in_flight=20, download_silence=300, max_failures=0)
    assert set(states.values()) == {"done"} and night.conductor.wrong == []
    starts = [at for at, what, *_ in night.conductor.log if what == "upgrade"]
    assert min(starts) >= 300 and max(starts) < 300 + 100, "once for the run, and not once for each router"
    assert sum("nothing readable" in line for line in night.lines) == 1


def refuse_what_is_not_there(night: Night) -> None:
    """A conductor that has the last word: no upgrade of a router whose download is not over."""
    send, boxes = night.conductor.send, night.conductor.boxes

    def sends(request) -> FakePending:
        node_id = next(node_id for node_id in boxes if node_id[0] == request.router)
        night.conductor.refuse.pop(node_id, None)
        if request.operation == "upgrade" and NEW not in night.conductor.software[node_id].downloaded:
            night.conductor.refuse[node_id] = f"Version {NEW} is still downloading"
        return send(request)

    night.conductor.send = sends


@pytest.mark.parametrize("first", [True, False])
def test_where_nothing_can_be_read_no_more_download_at_once_than_the_user_allows(first) -> None:
    night = many(40)
    blind(night)
    night.conductor.course = Course(600, download=1180)
    refuse_what_is_not_there(night)
    given = {"expected_download": 1200, "in_flight": 20, "download_first": first, "max_failures": 0}
    states = night.states(health_check=False, download_silence=300, **given)
    assert set(states.values()) == {"done"} and night.conductor.wrong == []
    assert night.conductor.most["downloads"] == 5
    assert max(at for at, what, *_ in night.conductor.log if what == "download") <= 7 * 1230, "no slower than needed"


def test_an_upgrade_that_is_accepted_shows_that_the_next_download_may_begin() -> None:
    night = many(10)
    blind(night)
    night.conductor.course = Course(600, download=20)
    assert set(night.states(health_check=False, download_silence=300, in_flight=10).values()) == {"done"}
    asked = [at for at, what, *_ in night.conductor.log if what == "download"]
    assert asked[5] < 320, "long before the 900 s that a download is expected to take"


def test_a_router_whose_release_is_missing_is_not_kept_from_it_by_its_own_place(night) -> None:
    blind(night)
    asked = refuse_upgrades(night, "the software is not downloaded", until=500)
    assert go(night, downloads_in_flight=1, expected_download=9000)["R"]["state"] == "done"
    assert requests(night).count(("download", "R")) > 1 and asked[-1] < 1000


def test_downloads_that_hang_without_a_figure_keep_no_upgrade_of_another_router_waiting() -> None:
    night = many(9)
    hung = [f"r{number:02}" for number in range(5)]
    blind(night)
    night.conductor.courses = {(name, "a"): Course(600, download=math.inf) for name in hung}
    status = night.conductor.status

    def says(operation, router=None, node=None):
        if operation != "download" or router not in sent_for(night):
            return status(operation, router, node)
        downloaded = NEW in night.conductor.software[router, node].downloaded
        return read(f"{node}: {NEW} is {'downloaded' if downloaded else 'downloading'}")

    night.conductor.status = says
    given = {"download_silence": 300, "expected_download": 600, "download_timeout": 9000, "max_failures": 0}
    states = night.states(health_check=False, **given)
    assert [states[name] for name in hung] == ["blocked"] * 5 and list(states.values()).count("done") == 4
    starts = [at for at, what, *_ in night.conductor.log if what == "upgrade"]
    assert min(starts) >= 800 and max(starts) < 900, "after the expected time, and not after the time-out"
    blocked = [at for at, line in zip(night.told_at, night.lines, strict=True) if "BLOCKED" in line]
    assert min(blocked) >= 9000
    assert sum("no figure tells" in line for line in night.lines) == 5, "once for each of those that hang"


# -- words and figures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Downloaded", "Complete", "Available", "Ready", "100 %"])
def test_the_words_for_what_is_there_let_the_upgrade_go(night, word) -> None:
    shows(night, lambda router, node: (word, "-") if router in sent_for(night) else None)
    nodes = go(night, "R", "S", "T", "U", max_failures=0)
    assert {node["state"] for node in nodes.values()} == {"done"} and upgraded_at(night) < 30


def test_a_percentage_that_stands_still_while_time_goes_on_blocks_the_router_once_and_spends_nothing(night) -> None:
    def tell(router, node):
        return ("In Progress", "0%") if router in sent_for(night) else None

    shows(night, lambda router, node: tell(router, node) if router == "R" else ("Downloaded", "100%"))
    nodes = go(night, "R", "S", "T", "U", in_flight=1, max_failures=0, download_silence=300)
    assert [nodes[name]["state"] for name in "RSTU"] == ["blocked", "done", "done", "done"]
    assert "does not get on at 0 %" in nodes["R"]["reason"] and ("upgrade", "R") not in requests(night)
    ended = next(at for at, line in zip(night.told_at, night.lines, strict=True) if line.startswith("R: BLOCKED"))
    assert 300 <= ended < 350, "not the time-out of the download, and not again in the upgrade"
    assert sum("does not get on" in line for line in night.lines) == 1


def test_a_percentage_that_moves_is_waited_for_longer_than_the_silence(night, clock) -> None:
    def tell(router, node):
        if router not in sent_for(night):
            return None
        percent = min(100, int((clock.now() - 1000 - sent_for(night)[router]) / 20))
        return ("Complete" if percent == 100 else "Downloading", f"{percent}%")

    shows(night, tell)
    assert go(night, download_silence=300)["R"]["state"] == "done" and upgraded_at(night) >= 2000


def test_a_download_that_fails_blocks_its_router_and_no_budget_is_spent(night) -> None:
    failing = ("R", "S", "T")
    shows(
        night,
        lambda router, node: (
            (("Failed", "3%") if router in failing else ("Downloaded", "-")) if router in sent_for(night) else None
        ),
    )
    result = night.go("R", "S", "T", "U", health_check=False, max_failures=0, in_flight=1)
    assert result["totals"] == {"blocked": 3, "done": 1} and result["run"]["stopped"] is None


def test_failures_of_downloads_are_not_counted_for_the_batches_that_follow(night, tmp_path) -> None:
    night.conductor.refuse = {("R", "a"): "no such version", ("S", "a"): "no such version"}
    given = {"health_check": False, "max_failures": 0, "journal": str(tmp_path), "run_id": "tonight"}
    assert set(night.states("R", "S", **given).values()) == {"blocked"}
    assert set(night.states("T", "U", **given).values()) == {"done"}


def test_a_failure_of_last_month_blocks_nobody(night) -> None:
    night.conductor.course = Course(600, download=60)
    night.conductor.told["download"] = f"{ROWS} R        a      {NEW}   Failed        3%         1m 2s\n"
    assert go(night)["R"]["state"] == "done"


@pytest.mark.parametrize("stored", [False, True])
def test_a_failure_of_last_month_that_is_shown_again_after_the_download_blocks_nobody(night, stored) -> None:
    """A conductor may show what runs now in its place, and nothing of what has ended since."""
    night.conductor.course = Course(600, download=60)
    night.conductor.stored = lambda router, node: [NEW] if stored and night.clock.now() > 1100 else []

    def tell(router, node):
        begun = sent_for(night).get(router)
        runs = begun is not None and night.clock.now() - 1000 - begun < 60
        return ("Downloading", "40%") if runs else ("Failed", "3%")

    shows(night, tell)
    assert go(night)["R"]["state"] == "done"


# -- an upgrade that comes too early ----------------------------------------------------------------------------------


def test_an_upgrade_that_is_refused_while_it_still_downloads_is_tried_again_with_growing_pauses(night) -> None:
    blind(night)
    night.conductor.courses["S", "a"] = Course(20, download=10)
    asked = refuse_upgrades(night, f"Version {NEW} is still downloading", until=1000)
    nodes = go(night, "R", "S", in_flight=1, max_failures=0)
    assert {node["state"] for node in nodes.values()} == {"done"}
    pauses = [after - before for before, after in itertools.pairwise(asked)]
    assert len(asked) == 5 and all(later >= 1.5 * sooner for sooner, later in itertools.pairwise(pauses))
    assert requests(night).count(("download", "R")) == 1, "what is on its way is not asked for again"
    assert upgraded_at(night, "S") < 400, "the other router has its slot meanwhile"


def test_a_release_that_never_comes_blocks_its_router_with_the_words_of_the_conductor(night) -> None:
    blind(night)
    asked = refuse_upgrades(night, "the software is not downloaded")
    nodes = go(night, "R", "S", in_flight=1, max_failures=0, download_timeout=3000)
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("blocked", "done")
    assert "the software is not downloaded" in nodes["R"]["reason"] and not nodes["R"]["accepted"]
    assert 5 <= len(asked) < 12 and asked[-1] - asked[0] <= 3100
    assert requests(night).count(("download", "R")) > 1, "it is asked for again"


def second_node_without_release(**first: str) -> Night:
    """A pair whose second node lacks the release when its turn comes. ``first``: how its first node is from then on."""
    night = Night(authority(VirtualClock(), {"R": ("a", "b")}))
    night.conductor.shows_downloads = False
    send = night.conductor.send

    def sends(request) -> FakePending:
        if (request.operation, request.node) == ("upgrade", "b"):
            night.conductor.refuse["R", "b"] = "the software is not downloaded"
            night.conductor.show(night.conductor.boxes["R", "a"], **first)
        return send(request)

    night.conductor.send = sends
    return night


def test_a_second_node_whose_release_is_missing_waits_for_it_and_is_held_in_the_end() -> None:
    night = second_node_without_release()
    result = night.go(health_check=False, download_silence=60, download_timeout=2000)
    states = {node["node"]: node["state"] for node in result["by_router"]["R"]["nodes"]}
    assert states == {"a": "done", "b": "held"} and "not downloaded" in result["by_router"]["R"]["reason"]


def test_a_second_node_that_is_not_begun_after_its_own_download_names_it() -> None:
    result = second_node_without_release(service="Stopped").go(health_check=False, download_silence=60)
    reason = next(node["reason"] for node in result["by_router"]["R"]["nodes"] if node["node"] == "b")
    assert "its upgrade was not sent" in reason and "its peer a" in reason and "Its download was asked for" in reason


def test_what_is_shown_as_there_and_is_not_is_asked_for_again(night) -> None:
    """Last month's history calls it complete; meanwhile somebody has deleted it."""
    blind(night)
    night.conductor.told["download"] = f"{NEW} completed"
    refuse_upgrades(night, "the software is not downloaded", until=200)
    assert go(night)["R"]["state"] == "done"
    assert ("download", "R") in requests(night) and requests(night)[0] == ("upgrade", "R")


def test_without_downloads_a_release_that_is_missing_blocks_and_is_no_failure(night) -> None:
    refuse_upgrades(night, "the software is not downloaded")
    nodes = go(night, "R", "S", download=False, max_failures=0, in_flight=1)
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("blocked", "done")


def test_that_it_is_tried_again_is_reported_once(night) -> None:
    blind(night)
    asked = refuse_upgrades(night, "the software is not downloaded", until=3000)
    go(night, in_flight=1, download_timeout=9000)
    assert len(asked) > 4
    assert sum("its release is not there yet" in line for line in night.lines) == 1
    assert sum("sent: request system software download" in line for line in night.lines) == 1


# -- two lanes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False])
def test_a_very_slow_download_holds_up_nobody(night, first) -> None:
    night.conductor.courses["R", "a"] = Course(600, download=9000)
    nodes = go(night, "R", "S", "T", "U", in_flight=1, downloads_in_flight=2, download_first=first)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert max(upgraded_at(night, name) for name in "STU") < 3000 and upgraded_at(night, "R") >= 9000


def test_downloads_run_ahead_of_the_upgrades_in_their_order(night) -> None:
    go(night, "R", "S", "T", "U", in_flight=1, downloads_in_flight=1)
    asked = sent_for(night)
    assert list(asked) == ["R", "S", "T", "U"] and max(asked.values()) < 700 < upgraded_at(night, "S")


def test_downloads_that_are_not_to_run_ahead_wait_until_upgrades_have_taken_what_is_there(night) -> None:
    go(night, "R", "S", "T", "U", in_flight=1, downloads_in_flight=1, download_first=False)
    asked = sent_for(night)
    assert asked["T"] >= upgraded_at(night, "R") and asked["U"] >= upgraded_at(night, "S")


def test_both_nodes_of_a_pair_have_the_release_before_the_first_is_begun() -> None:
    night = Night(authority(VirtualClock(), {"R": ("a", "b")}))
    night.conductor.courses["R", "b"] = Course(600, download=2000)
    result = night.go(health_check=False)
    assert result["totals"] == {"done": 1}
    assert [request.operation for request in night.conductor.sent] == ["download", "upgrade", "upgrade"]
    assert upgraded_at(night) >= 2000


@pytest.mark.parametrize(("before", "patient"), [(False, False), (True, True)])
def test_the_channel_downloads_proves_the_release_only_where_it_was_not_there_before(night, before, patient) -> None:
    """What is offered from the disk may lie on the conductor's."""
    blind(night)
    night.conductor.stored = lambda router, node: [NEW] if before or night.clock.now() > 1100 else []
    assert go(night)["R"]["state"] == "done"
    assert requests(night) == [("download", "R"), ("upgrade", "R")]
    assert (upgraded_at(night) >= 300) is patient


def test_a_second_node_that_waits_for_the_first_one_does_not_stand_still() -> None:
    night = Night(authority(VirtualClock(), {"R": ("a", "b")}))

    def tell(router, node):
        since = night.clock.now() - 1000 - 1000 * (node == "b")
        percent = max(0, min(100, int(since / 10)))
        words = "Queued" if percent == 0 else "Downloading" if percent < 100 else "Complete"
        return (words, f"{percent}%") if night.conductor.sent else None

    shows(night, tell)
    result = night.go(health_check=False, download_silence=300)
    assert result["totals"] == {"done": 1} and upgraded_at(night) >= 2000


def test_where_some_can_be_read_the_others_are_not_all_waited_for_as_long() -> None:
    night = many(12)

    def tell(router, node):
        return ("Downloaded", "-") if router in sent_for(night) and router < "r03" else None

    shows(night, tell)
    states = night.states(health_check=False, in_flight=12, downloads_in_flight=3, download_silence=900)
    assert set(states.values()) == {"done"}
    starts = [at for at, what, *_ in night.conductor.log if what == "upgrade"]
    assert max(starts) < 900 + 2 * 130 + 60


def test_a_router_that_fits_no_more_into_the_window_ends_though_its_download_goes_on(night, clock) -> None:
    night.conductor.courses["R", "a"] = Course(600, download=9000)
    end = format_timestamp(clock.wall() + timedelta(seconds=4000))
    nodes = go(night, "R", "S", window_end=end)
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("not_started", "done")
    assert "Its download was asked for" in nodes["R"]["reason"] and clock.now() - 1000 < 2000


def test_a_pair_of_which_one_node_cannot_get_the_release_is_not_begun() -> None:
    night = Night(authority(VirtualClock(), {"R": ("a", "b")}))

    def tell(router, node):
        return (("Downloaded", "-") if node == "a" else ("Failed", "0%")) if night.conductor.sent else None

    shows(night, tell)
    result = night.go(health_check=False)
    assert result["totals"] == {"blocked": 1} and [request.operation for request in night.conductor.sent] == [
        "download"
    ]


def test_an_asset_that_downloads_is_adopted_by_nobody_and_opens_no_breaker(night, clock) -> None:
    for name in "RST":
        night.conductor.show(night.conductor.boxes[name, "a"], status="Downloading")
    night.conductor.software = {node_id: Downloads((OLD, NEW)) for node_id in night.conductor.software}
    nodes = go(night, "R", "S", "T", "U", in_flight=1, breaker_percent=2.0)
    assert {node["state"] for node in nodes.values()} == {"done"} and night.conductor.most["in flight"] == 1
    assert not any(node["adopted"] for node in nodes.values()) and not any("pause" in line for line in night.lines)


def test_the_stop_file_ends_the_downloads_too(night, clock, tmp_path) -> None:
    stop = tmp_path / "stop"
    clock.after(300, stop.touch)
    nodes = go(night, "R", "S", "T", "U", downloads_in_flight=1, in_flight=1, stop_file=str(stop))
    assert nodes["R"]["state"] == "done" and [nodes[name]["state"] for name in "STU"] == ["not_started"] * 3
    assert len(sent_for(night)) == 2
    assert "The release is there" in nodes["S"]["reason"] and "nothing was sent" in nodes["U"]["reason"]


def test_a_download_that_was_sent_is_named_although_it_was_only_followed_afterwards(night, clock, tmp_path) -> None:
    stop = tmp_path / "stop"
    refused = refuse_upgrades(night, "the software is not downloaded")
    shows(night, lambda router, node: ("Downloading", "-") if refused else None)
    clock.after(2000, stop.touch)
    nodes = go(night, in_flight=1, stop_file=str(stop))
    assert any("being downloaded already" in line for line in night.lines)
    assert nodes["R"]["state"] == "not_started" and "Its download was asked for" in nodes["R"]["reason"]


def test_a_budget_that_is_spent_while_routers_download_stops_their_upgrades() -> None:
    night = many(12)
    night.conductor.course = Course(600, download=300)
    for number in range(12):
        refuse_upgrades(night, "no such version", router=f"r{number:02}")
    result = night.go(health_check=False, in_flight=1, max_failures=1)
    assert result["totals"] == {"failed": 2, "not_started": 10}


# -- what is told -----------------------------------------------------------------------------------------------------


def test_a_download_has_lines_at_its_begin_and_end_and_a_line_for_all_in_between(night, clock) -> None:
    def tell(router, node):
        if router not in sent_for(night):
            return None
        percent = min(100, int((clock.now() - 1000 - sent_for(night)[router]) / 3))
        return ("Complete" if percent == 100 else "Downloading", f"{percent}%")

    shows(night, tell)
    go(night, "R", "S", "T", "U", downloads_in_flight=2)
    own = [line for line in night.lines if "download" in line and not line.startswith("downloads: ")]
    assert len(own) == 4 and all("sent: request system software download" in line for line in own)
    assert [line for line in night.lines if line.endswith(" is there")] == [
        f"{name}: {SHOWN} is there" for name in "RSTU"
    ]
    assert "downloads: 0 there, 2 on the way, 2 waiting" in night.lines
    assert any(line.startswith("downloads: 2 there, 2 on the way") for line in night.lines)


def test_the_status_file_shows_who_downloads_and_who_waits_for_that(night, clock, tmp_path) -> None:
    path, seen = tmp_path / "status.json", []
    clock.after(100, lambda: seen.append(json.loads(path.read_text())["targets"]))
    go(night, "R", "S", downloads_in_flight=1, status_file=str(path))
    assert (seen[0]["R"]["state"], seen[0]["R"]["phase"]) == ("waiting", "download")
    assert (seen[0]["S"]["state"], seen[0]["S"]["phase"]) == ("waiting", "waits for its download")


def test_the_line_for_all_counts_what_is_not_reported_only_while_it_waits() -> None:
    night = many(7)
    blind(night)
    night.conductor.course = Course(600, download=20)
    status = night.conductor.status

    def says(operation, router=None, node=None):
        hangs = operation == "download" and router == "r00" and router in sent_for(night)
        return read(f"{node}: {NEW} is downloading") if hangs else status(operation, router, node)

    night.conductor.status = says
    given = {"download_silence": 60, "download_timeout": 9000, "in_flight": 1, "downloads_in_flight": 2}
    night.states(health_check=False, **given)
    own = [(at, line) for at, line in zip(night.told_at, night.lines, strict=True) if line.startswith("downloads: ")]
    assert any(line.endswith("2 without a report") for _at, line in own), "while they wait for their slot"
    assert own[-1][1] == "downloads: 0 there, 1 on the way, 0 waiting"
    assert own[-1][0] > max(night.conductor.ended.values())


def test_with_the_defaults_upgrades_begin_with_the_first_release_and_go_on_beside_the_downloads() -> None:
    night = Night(authority(VirtualClock(), [f"r{number:02}" for number in range(60)]))
    assert set(night.states(in_flight=10, downloads_in_flight=5).values()) == {"done"}
    operations = [operation for _at, operation, *_rest in night.conductor.log if operation != "health-check"]
    assert operations.index("upgrade") <= 6, "one place was given on at most, before the first upgrade was sent"
    last_download = len(operations) - 1 - operations[::-1].index("download")
    assert operations[:last_download].count("upgrade") >= 30
    began = [at for at, operation, *_rest in night.conductor.log if operation == "upgrade"]
    assert began[0] <= 200 + 3 * 5, "a download takes 200 s, and three looks show that it is there"

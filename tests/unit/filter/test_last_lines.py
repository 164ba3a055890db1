# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines of a run over routers: what happened, why, and what to type next."""

from __future__ import annotations

import pytest
from ansible import context
from ansible_collections.sessionsmart.ssr.plugins.filter.fleet import fleet_handover, fleet_report
from ansible_collections.sessionsmart.ssr.plugins.filter.last_lines import (
    FilterModule,
    next_step,
    run_again,
    run_lines,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import in_short
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult, summary


def test_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {"in_short", "next_action", "run_again", "run_lines"}


def test_the_last_lines_of_a_run_say_a_shared_reason_once_and_name_the_files_that_are_there(tmp_path) -> None:
    (tmp_path / "routers-1-from-a.json").write_text("{}", encoding="utf-8")
    same = {"state": "failed", "reason": "refused"}
    handover = {"problems": dict.fromkeys("abcdefg", same) | {"x": same | {"reason": "other"}}, "more_problems": 2}
    assert run_lines(
        {"msg": "Routers in 1 batch of this run: 10 failed."},
        handover,
        "The preparation failed.",
        [f"{tmp_path}/routers-1-from-*.json", f"{tmp_path}/status.json", ""],
    ) == [
        "Routers in 1 batch of this run: 10 failed.",
        "The preparation failed.",
        "failed: 7 routers: a, b, c, d, e and 2 more: refused",
        "failed: x: other",
        "2 more routers with problems are in the reports.",
        f"file: {tmp_path}/routers-1-from-*.json",
    ]


def test_a_reason_of_several_routers_does_not_name_their_nodes_and_that_of_one_does() -> None:
    nodes = [NodeResult(f"s{number}", "n", "not_started", "too late") for number in (1, 2)]
    nodes += [NodeResult("s3", name, "not_started", "too late") for name in ("b", "a")]
    nodes += [NodeResult("s4", name, "failed", "too hot") for name in ("b", "a")]
    handover = fleet_handover(fleet_report([summary("upgrade", nodes)]))
    assert run_lines({"msg": ""}, handover, "", [])[1:] == [
        "failed: s4: b and a: too hot",
        "not_started: 3 routers: s1, s2, s3: too late",
    ]


def test_why_nothing_was_sent_is_said_once_in_the_last_lines() -> None:
    why = "The preparation of the batch that begins with h1 failed: no route."
    same = {"state": "not_started", "reason": why}
    handover = {"totals": {"not_started": 2}, "problems": {"a": same, "b": same}}
    assert run_lines({}, handover, why, []) == ["2 routers: 2 not_started", f"not_started: 2 routers: a, b: {why}"]


def test_a_long_reason_keeps_its_cause_and_its_advice_in_the_last_lines_of_a_run() -> None:
    reason = f"Ansible ended this task. {'The conductor went on with something else. ' * 40}Run again."
    report = fleet_report([{"by_router": {"hub": {"state": "unknown", "reason": reason, "nodes": []}}}])
    (line,) = run_lines({"msg": ""}, fleet_handover(report), "", [])[1:]
    assert line.startswith("unknown: hub: Ansible ended this task.") and line.endswith("Run again.")
    assert "\u2026" in line and len(line) < 350


# -- what to type next ------------------------------------------------------------------------------------------------

HOSTS = ["a", "b", "c"]


def task(**states: str) -> dict:
    return {"by_router": {router: {"state": state, "reason": "so", "nodes": []} for router, state in states.items()}}


def reviewed(*bad: str, stopped: str | None = None, never: tuple[str, ...] = (), **totals: int) -> dict:
    """What a review says at the end: the hosts that fail, the routers that were never begun, how many there are."""
    return {"hosts_not_ok": list(bad), "not_begun": list(never), "stopped": stopped, "totals": totals, "msg": "ended."}


def again(results, hosts=tuple(HOSTS), review=None, **more) -> dict:
    return run_again(results, {host: host for host in hosts}, review, **more)


def said(what: dict, unknown: bool = False) -> str:
    return next_step(what, ["sessionsmart.ssr.revert_routers"], unknown)


RUN = "run again with the same options: ansible-playbook sessionsmart.ssr.revert_routers \u2026"


@pytest.mark.parametrize("state", ["failed", "held", "blocked", "reverted", "unknown", "relapsed"])
def test_a_router_that_needs_a_person_is_what_the_next_run_is_limited_to(state) -> None:
    what = again([{"skipped": True}, task(a="done", b=state, c="up_to_date")])
    assert (what["due"], what["limit"]) == (True, ["b"])
    assert said(what) == f"next: fix what the lines above name, then {RUN} --limit b"
    look = "see with sessionsmart.ssr.report how the routers are, fix"
    assert said(what, unknown=True).startswith(f"next: {look}")


@pytest.mark.parametrize("review", [None, reviewed(done=3)])
def test_nothing_is_next_where_all_routers_are_well(review) -> None:
    what = again([task(a="done", b="skipped", c="up_to_date")], review=review)
    assert not what["due"] and run_lines(review or {}, {"totals": {"done": 3}}, "", [], what)[1:] == []


def test_the_names_of_the_hosts_are_those_of_the_inventory() -> None:
    what = run_again([task(a="done", b="failed")], {"host-a": "a", "host-b": "b"})
    assert what["limit"] == ["host-b"]


def test_routers_that_were_never_begun_come_after_those_that_failed() -> None:
    what = again([task(a="failed", b="not_started", c="not_started")])
    assert said(what).endswith(" --limit a (then like this run, for 2 routers not begun)")
    review = reviewed("a", never=("b",), stopped="a failed", failed=1)
    assert said(again([], review=review)).endswith(" --limit a (then like this run, for 1 router not begun)")


@pytest.mark.parametrize(
    ("results", "review"),
    [
        ([task(a="failed", b="failed", c="held")], None),  # all of them
        ([task(a="not_started", b="not_started", c="not_started")], None),
        ([], reviewed("b", never=("b", "c"), stopped="the stop file is there", done=1)),
        ([], reviewed("a", stopped="the conductor has relapsed", done=3)),  # a host that must fail, and is well
    ],
)
def test_without_a_part_of_the_routers_to_begin_with_the_same_run_is_next(results, review) -> None:
    assert said(again(results, review=review)) == f"next: fix what the lines above name, then {RUN}"


def test_a_router_of_which_no_task_says_anything_is_not_taken_for_a_good_one() -> None:
    assert again([task(a="done", b="done")])["limit"] == ["c"]


def test_the_conductor_stays_in_the_limit_where_it_must() -> None:
    assert again([task(a="failed", b="done", c="done")], first=["ssr_conductors"])["limit"] == ["ssr_conductors", "a"]


def test_a_long_limit_is_in_a_file_and_named_only_if_it_could_be_written(tmp_path) -> None:
    names = [f"a-router-of-a-long-street-{number}" for number in range(9)]
    path = tmp_path / "my routers.limit"
    routers = {host: host for host in [*names, "good"]}
    results = [task(**dict.fromkeys(names, "failed"), good="done")]
    what = run_again(results, routers, path=str(path))
    assert what["lines"] == names and said(what).endswith("ansible-playbook sessionsmart.ssr.revert_routers \u2026")
    path.write_text("")
    assert said(what).endswith(f" --limit '@{path}'")
    without = run_again(results, routers)
    assert (without["lines"], without["limit"], without["due"]) == ([], [], True)


def test_what_is_next_stands_behind_the_reasons() -> None:
    handover = {"totals": {"failed": 1}, "problems": {"b": {"state": "failed", "reason": "refused"}}}
    lines = run_lines({}, handover, "", [], again([task(a="done", b="failed", c="done")]))
    assert lines[1] == "failed: b: refused" and lines[2].startswith("next: ") and lines[2].endswith(" --limit b")


def test_after_a_dry_run_what_cannot_be_done_is_left_out_and_nothing_that_is_planned_was_not_begun(monkeypatch) -> None:
    what = again([task(a="planned", b="blocked", c="planned")], check_mode=True)
    assert (what["due"], what["without"], what["waiting"]) == (True, ["b"], 0)
    line = "next: leave out what the lines above name, or fix it, then run without --check: ansible-playbook"
    assert said(what) == f"{line} sessionsmart.ssr.revert_routers \u2026 --limit '!b'"
    for limit in ("a,b,c", "a:b:c"):
        monkeypatch.setattr(context, "CLIARGS", {"subset": limit})
        assert said(what).endswith("\u2026 --limit 'a,b,c,!b'")
    assert not again([task(a="planned", b="planned", c="up_to_date")], check_mode=True)["due"]


def test_after_a_dry_run_in_which_nothing_can_be_done_it_is_to_be_run_again() -> None:
    assert said(again([task(a="blocked", b="blocked", c="blocked")], check_mode=True)) == (
        f"next: fix what the lines above name, then {RUN}"
    )
    names = [f"a-router-of-a-long-street-{number}" for number in range(9)]
    what = again([task(**dict.fromkeys(names, "blocked"), a="planned")], (*names, "a"), check_mode=True, path="/x")
    assert what["without"] == [] and said(what).endswith(RUN), "a limit that is too long for a line"


# -- who was left out, and the conductor ------------------------------------------------------------------------------


def skipped(**why: str) -> dict:
    """The data for the last lines of a run of which these routers were left out."""
    nodes = [NodeResult(router, f"{router}-node", "skipped", reason) for router, reason in why.items()]
    return fleet_handover(fleet_report([summary("upgrade", [*nodes, NodeResult("z", "n", "done", "runs 6.3.5")])]))


def test_routers_that_were_left_out_are_named_with_the_rule() -> None:
    same = "it is disconnected, and those are left out"
    assert run_lines(reviewed(done=1, skipped=2), skipped(a=same, b=same), "", [])[1:] == [
        f"skipped: 2 routers: a, b: {same}"
    ]
    (line,) = run_lines(reviewed(), skipped(a=same), "", [])[1:]
    assert line == f"skipped: a: {same}"


def test_with_all_that_there_can_be_the_last_lines_fit_on_a_screen_of_25(tmp_path) -> None:
    nodes = [NodeResult(f"r{number}", "n", "failed", f"reason {number}") for number in range(40)]
    nodes += [NodeResult(f"s{number}", "n", "skipped", f"rule {number}") for number in range(40)]
    handover = fleet_handover(fleet_report([summary("upgrade", nodes)]))
    pair = [summary("upgrade", [NodeResult("Conductor", name, "done") for name in ("c1", "c2")])]
    due = again([task(a="failed", b="done", c="done")])
    lines = run_lines(reviewed(failed=40), handover, "It stopped.", [str(tmp_path), str(tmp_path)], due, pair)
    assert len(lines) <= 25 - 2 and "25 more routers with problems are in the reports." in lines


def test_however_many_reasons_there_are_the_routers_that_were_left_out_have_one_line() -> None:
    handover = skipped(a="one", b="two", c="three", d="one")
    (line,) = run_lines(reviewed(done=1), handover, "", [])[1:]
    assert line == "skipped: 2 routers: a, d: one; b: two; 1 more, see the reports"


def test_who_was_left_out_in_earlier_batches_is_kept_and_the_data_stay_small() -> None:
    earlier = skipped(**{f"r{number}": "so" for number in range(30)})
    report = fleet_report([summary("upgrade", [NodeResult("x", "n", "skipped", "so")])])
    handover = fleet_handover(report, earlier)
    assert len(handover["skipped"]) == 20 and handover["skipped"]["r0"] == "so" and handover["totals"]["skipped"] == 31
    (line,) = run_lines(reviewed(), handover, "", [])[1:]
    assert line == "skipped: 20 routers: r0, r1, r2, r3, r4 and 15 more: so; 11 more, see the reports"


def test_a_run_that_has_upgraded_the_conductor_first_mentions_it() -> None:
    versions = {"from_version": "6.3.0-107.r1.el7", "to_version": "SSR-6.3.5-39.r1"}
    pair = [summary("upgrade", [NodeResult("Conductor", name, "done", **versions)]) for name in ("c1", "c2")]
    lines = run_lines(reviewed(done=3), {"totals": {"done": 3}}, "", [], None, pair)
    assert lines == ["ended.", "Conductor: c1 and c2 done (6.3.0-107.r1 to 6.3.5-39.r1)"]
    pair[0] = summary("upgrade", [NodeResult("Conductor", "c1", "up_to_date", **versions)])
    assert run_lines(reviewed(), {}, "", [], None, pair)[1] == (
        "Conductor: c1 up_to_date (6.3.5-39.r1); c2 done (6.3.0-107.r1 to 6.3.5-39.r1)"
    )
    gone = reviewed(relapsed=1) | {"by_router": {"Conductor": {"state": "relapsed", "nodes": []}}}
    assert "relapsed" in run_lines(gone, {}, "", [], None, pair)[1]


# -- in short ---------------------------------------------------------------------------------------------------------


def test_a_text_in_short_keeps_its_beginning_and_its_end_and_whole_words() -> None:
    text = (
        "store-1 failed: it was refused. " + "The conductor went on about it for long. " * 20 + "Fix that, run again."
    )
    short = in_short(text, 160)
    assert short.startswith("store-1 failed: it was refused.") and short.endswith("Fix that, run again.")
    assert len(short) <= 160 and set(short.split()) - {"\u2026"} <= set(text.split())


def test_a_reason_of_many_pages_is_shortened_like_any_other() -> None:
    """What looks for repetitions must not look at each pair of places: of this text it would take days."""
    text = f"It was refused. {'The conductor went on about it for long. ' * 500}Run again."
    assert len(in_short(text, 300)) <= 300


@pytest.mark.parametrize("text", ["", None, "short", "a\n b"])
def test_a_short_text_is_not_cut(text) -> None:
    assert in_short(text, 20) == " ".join(str(text or "").split())


def test_a_long_word_is_cut_all_the_same() -> None:
    assert in_short("x" * 500, 100) == f"{'x' * 47} \u2026 {'x' * 50}"


REFUSED = (
    "failed: node2: The device refused 'request system software upgrade router store-02 force node node2 version "
    "SSR-6.3.5-39.r1': % Error: Pre-upgrade health check failed: System Processes Check. It was refused by the "
    "conductor's own pre-check (System Processes Check). Nothing was started. Fix the cause named in the answer, then "
    "run again."
)
NO_NODE = (
    "The preparation of the batch that begins with store-01 failed: None of 2 nodes of the conductor can be used. "
    "cond-1: Nobody answers SSH at [127.0.0.1]:1: Connection refused. Check ansible_host and ansible_port, and that it "
    "is up. cond-2: The login as admin at [127.0.0.1]:2 with the password was refused. It was tried once and is not "
    "tried again, since six failures lock an account for half an hour. Check ansible_user. Nothing was sent."
)


@pytest.mark.parametrize("letters", [240, 300])
def test_what_the_device_said_and_the_check_outlast_the_request_that_a_reason_repeats(letters: int) -> None:
    short = in_short(REFUSED, letters)
    assert short.startswith("failed: node2: The device refused the request: % Error: Pre-upgrade health check failed: ")
    assert "failed: System Processes Check. " in short and "Nothing was started." in short and len(short) <= letters


def test_on_the_line_of_a_host_the_check_is_named_once() -> None:
    assert in_short(f"store-02 {REFUSED}", 160) == (
        "store-02 failed: node2: The device refused the request: % Error: Pre-upgrade health check failed: System "
        "Processes Check. Nothing was started."
    )
    reverted = "store-01 reverted: node1 runs 6.3.5-39.r1, but its own health check failed: System Processes Check. "
    short = in_short(f"{reverted}Then reverted: runs 6.3.0-107.r1, Synchronized, service running", 160)
    assert short == f"{reverted}Then reverted: runs 6.3.0-107.r1"


def test_what_each_node_said_outlasts_the_advice() -> None:
    assert in_short(NO_NODE, 240) == (
        "The preparation failed: None of 2 nodes of the conductor can be used. cond-1: Nobody answers SSH at "
        "[127.0.0.1]:1: Connection refused. cond-2: The login as admin at [127.0.0.1]:2 with the password was refused. "
        "Nothing was sent."
    )


def test_advice_goes_only_as_far_as_it_must() -> None:
    text = "It failed. Check the one. It went on. Check the other, and wait."
    assert in_short(text, 45) == "It failed. Check the one. It went on."


@pytest.mark.parametrize(
    "said", ["Install of the image failed on the second volume.", "Start failed with code 3.", "Load is too high."]
)
def test_what_the_device_said_is_no_advice_although_it_begins_like_one(said) -> None:
    short = in_short(
        f"'request system software upgrade router a' was refused: {'so ' * 40}it ended. {said} Fix it.", 160
    )
    assert said in short and len(short) <= 160

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen from what is known of a run: at most 25 lines of 100 columns, whatever has happened."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.last_screen import (
    COLUMNS,
    ERROR,
    LINES,
    OK,
    Ending,
    brief,
    commit_denied,
    last_screen,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.next_run import with_next_run

OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"
REFUSED = (
    "node1: The device refused 'request system software upgrade router store-1 force node node1 version 6.3.5': % "
    "Error: Pre-upgrade health check failed: disk full. It was refused by the conductor's own pre-check (disk). "
    "Nothing was started. Fix the cause named in the answer, then run again."
)
GONE = "node1: has not been seen by the conductor again within 1 h 30 min; it runs 6.3.0, Disconnected. Nothing more"


def entry(state: str, reason: str = "because", **versions: str) -> dict:
    """The entry of a router, with nodes that run these versions."""
    nodes = [
        {"node": node, "state": state, "reason": reason, "running_version": runs} for node, runs in versions.items()
    ]
    return {"state": state, "reason": reason, "nodes": nodes or [{"node": "node1", "state": state, "reason": reason}]}


def text_of(ending: Ending) -> str:
    """All lines as one, so that no test depends on where a line ends; they fit in any case."""
    lines = last_screen(ending)
    assert len(lines) <= LINES and all(len(line.text) <= COLUMNS and line.text.isprintable() for line in lines), lines
    return " ".join(" ".join(line.text for line in lines).split())


def test_a_good_night_is_four_lines_and_asks_for_nothing() -> None:
    ending = Ending(version=NEW, routers={"a": entry("done"), "b": entry("up_to_date")}, batches=2, report="/r.html")
    ending = with_next_run(ending, {}, "ansible-playbook x")
    assert [line.text for line in last_screen(ending)] == [
        "SSR UPGRADE TO 6.3.5-39.r1: ALL IS WELL",
        "routers in 2 batches: 1 done, 1 up_to_date",
        "commit: allowed",
        "report: /r.html",
    ]
    assert {line.kind for line in last_screen(ending)[:3]} == {OK}


def test_the_order_is_that_of_the_questions() -> None:
    routers = {"store-1": entry("failed", REFUSED), "store-2": entry("unknown", GONE), "ok": entry("done")}
    ending = Ending(version=NEW, routers=routers, waiting=["late"], why_waiting="max_failures is 2", report="/r.html")
    again = {"limit": ["store-1", "store-2"], "lines": [], "waiting": 1}
    text = text_of(with_next_run(ending, again, "ansible-playbook up.yml \u2026 --limit store-1,store-2"))
    parts = (
        "2 ROUTERS NEED A PERSON NOW",
        "routers: 1 dead, 1 failed, 1 done, 1 never begun",
        "dead: store-2: has not been seen",
        "failed: store-1: refused: Pre-upgrade health check failed: disk full",
        "next: see with sessionsmart.ssr.report how the routers are, fix what is named above, then run again",
        "for 1 never begun:",
        "ansible-playbook up.yml \u2026 --limit store-1,store-2",
        "commit: not now, nobody knows how store-2 is",
        "never begun: late: max_failures is 2",
        "report: /r.html",
    )
    assert [text.find(part) for part in parts] == sorted(text.find(part) for part in parts) and -1 not in map(
        text.find, parts
    ), text
    assert "Nothing was started" not in text and "request system" not in text


def test_routers_with_the_same_reason_share_a_line_whatever_their_nodes_are_called() -> None:
    routers = {f"store-{n}": entry("failed", REFUSED) for n in range(40)}
    text = text_of(Ending(routers=routers))
    assert (
        text.count("disk full") == 1 and "40 routers (store-0, store-1, store-2, store-3, store-4 and 35 more)" in text
    )


def test_forty_routers_with_forty_reasons_fit_and_the_rest_is_counted() -> None:
    routers = {f"store-{n:02}": entry("failed", f"node1: {'failed in its own way ' * 9}{n}") for n in range(40)}
    ending = Ending(version=NEW, routers=routers, report="/r.html")
    lines = [line.text for line in last_screen(with_next_run(ending, {}, "ansible-playbook x"))]
    named = [line for line in lines if line.startswith("failed: store-")]
    assert len(lines) == LINES and lines[-1] == "report: /r.html"
    assert f"and {40 - len(named)} more in the report" in lines


def test_worst_comes_first() -> None:
    routers = {
        "a": entry("held", "x"),
        "b": entry("failed", "y"),
        "c": entry("unknown", "z"),
        "d": entry("unknown", GONE),
    }
    lines = [line.text for line in last_screen(Ending(routers=routers))[2:]]
    order = [line.split(":")[0] for line in lines if not line.startswith((" ", "commit"))]
    assert order == ["dead", "unknown", "failed", "held"]


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending(routers={"a": entry("done")}), ""),
        (Ending(routers={"a": entry("unknown")}), "nobody knows how a is"),
        (Ending(routers={"a": entry("held", node1=NEW, node2=OLD)}), "the pair a is on two versions"),
        (Ending(conductors={"C": entry("failed", c1=NEW, c2=OLD)}), "the pair C is on two versions: c1 runs 6.3.5"),
        (Ending(conductors={"C": entry("reverted", c1=OLD, c2=OLD)}), ""),
        (Ending(interrupted="x", at_work=["a"]), "something may run still on a"),
    ],
)
def test_a_commit_is_denied_while_something_is_unknown_or_a_pair_is_on_two_versions(ending, words) -> None:
    assert commit_denied(ending).startswith(words) and bool(commit_denied(ending)) == bool(words)


def test_a_dry_run_says_that_nothing_was_sent_and_asks_to_run_without_check() -> None:
    ending = Ending(version=NEW, dry=True, routers={"a": entry("planned"), "b": entry("blocked", "no way")})
    again = {"without": ["b"], "limit": [], "lines": []}
    text = text_of(with_next_run(ending, again, "ansible-playbook x --limit '!b'"))
    assert "A DRY RUN, NOTHING WAS SENT" in text and "blocked: b: no way" in text and "commit" not in text
    assert "leave it out, then run without --check: ansible-playbook x --limit '!b'" in text


def test_in_awx_the_template_and_its_limit_are_named() -> None:
    ending = Ending(routers={"a": entry("failed")})
    text = text_of(with_next_run(ending, {"limit": ["a"], "lines": []}, "ansible-playbook x", "Upgrade north"))
    assert "launch the template 'Upgrade north' again with this limit: a" in text and "ansible-playbook" not in text
    again = {"limit": [], "lines": ["a", "b"], "path": "/reports/routers-1.limit"}
    assert "the hosts of this file as its limit: /reports/routers-1.limit" in text_of(
        with_next_run(ending, again, "ansible-playbook x", "Upgrade north")
    )


def test_a_command_that_is_too_long_can_still_be_copied() -> None:
    ending = Ending(routers={"a": entry("failed")})
    command = f"ansible-playbook /{'long/' * 12}up.yml \u2026 --limit {','.join(f'store-{n}' for n in range(8))}"
    lines = [line.text for line in last_screen(with_next_run(ending, {}, command))]
    first = next(number for number, line in enumerate(lines) if "ansible-playbook" in line)
    assert lines[first].endswith(" \\") and lines[first + 1].startswith("  --limit store-0,")


def test_an_interrupted_run_says_what_runs_still_and_that_the_same_takes_it_up() -> None:
    ending = Ending(version=NEW, routers={"a": entry("done")}, at_work=["b", "c"], interrupted="Ctrl-C", waiting=["d"])
    text = text_of(with_next_run(ending, {}, "ansible-playbook x"))
    assert (
        "INTERRUPTED. What was sent goes on by itself" in text
        and "takes up what is running: ansible-playbook x" in text
    )
    assert "commit: not now, something may run still on b, c" in text and last_screen(ending)[0].kind == ERROR


@pytest.mark.parametrize(
    "words", ["\x1b[31mred\x1b[0m \a", "line\nline\r\tend", "\u202etxet", "x" * 5000, "a b " * 3000]
)
def test_hostile_words_neither_move_the_cursor_nor_break_the_screen(words) -> None:
    routers = {f"r{words[:9]}{number}": entry("failed", f"{words}{number}") for number in range(30)}
    text_of(Ending(version=words[:20], routers=routers, waiting=[words[:30]], why_waiting=words, failures=[words]))


def test_a_reason_without_its_advice_is_never_empty() -> None:
    assert brief("Fix the cause") == "Fix the cause"
    assert brief(REFUSED) == "node1: refused: Pre-upgrade health check failed: disk full"


# -- the words of devices ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "% Error: The disk is full. Free space first on /boot.",
        "% Error: The disk is full. Nothing was started, since /boot has 2 MB left.",
        "% Error: Fix the cause of it. Nothing more is sent to this node by anybody.",
    ],
)
def test_the_words_of_a_device_stay_whole_whatever_they_are_like(words) -> None:
    bare = words.removeprefix("% Error: ")
    answered = f"node1: it is not known. The request was answered with: {words} Nothing more is sent: examine the node"
    refused = REFUSED.replace("Pre-upgrade health check failed: disk full.", bare)
    for reason in (answered, refused, "node1: has not reached the version. Nothing more is sent: examine the node"):
        text = text_of(Ending(routers={"a": entry("unknown", reason)}, said={"a": [words]}))
        assert bare.rstrip(".") in text and "examine the node" not in text, text
        assert text.count(bare.rstrip(".")) == 1


def test_routers_whose_devices_say_different_things_are_different_lines() -> None:
    same = "has not reached the requested version within 30 s"
    routers = {name: entry("unknown", same) for name in "abc"}
    text = text_of(Ending(routers=routers, said={"a": ["% Error: one"], "b": ["% Error: two"], "c": ["% Error: two"]}))
    assert f"unknown: a: {same}. The device said: % Error: one" in text, text
    assert f"unknown: 2 routers (b, c): {same}. The device said: % Error: two" in text


def test_a_router_whose_device_speaks_of_a_peer_that_is_away_is_not_dead() -> None:
    words = "% Error: Pre-upgrade health check failed: its peer hub-a is Disconnected"
    reason = f"node1: The device refused 'request system software upgrade router a': {words}"
    for said in ({"a": [words]}, {}):
        text = text_of(Ending(routers={"a": entry("failed", reason)}, said=said))
        assert "failed: a: refused: Pre-upgrade" in text and "dead" not in text, text
    assert "dead: a" in text_of(Ending(routers={"a": entry("unknown", GONE)}, said={"a": [words]}))


def test_a_run_with_a_limit_of_its_own_goes_on_within_it() -> None:
    ending = Ending(routers={"a": entry("failed"), "b": entry("done")}, waiting=["c"])
    again = {"limit": ["a"], "lines": [], "waiting": 1}
    text = text_of(with_next_run(ending, again, "ansible-playbook x --limit a", limit="north"))
    assert (
        "then the same with the limit of this one, north, for 1 never begun" in text and "without the limit" not in text
    )
    text = text_of(with_next_run(ending, {}, "ansible-playbook x", "Upgrade", "north"))
    assert "launch the template 'Upgrade' again with this limit: north" in text, text


def test_somebody_elses_work_that_may_go_on_forbids_a_commit() -> None:
    own = entry("not_started", "how what runs there ends is not known")
    own["nodes"][0]["adopted"] = True
    text = text_of(Ending(routers={"a": own, "b": entry("done")}, waiting=["a"]))
    assert "commit: not now, something that this run has not begun may run still on a" in text


def test_what_to_fix_is_below_where_it_stands_there() -> None:
    ending = Ending(routers={"a": entry("not_started", "nobody answers")}, waiting=["a"], why_waiting="nobody answers")
    text = text_of(with_next_run(ending, {}, "ansible-playbook x"))
    assert "fix what is named below" in text and "NOTHING WAS BEGUN" in text


def test_nothing_of_a_secret_and_nothing_that_a_terminal_obeys_is_on_it() -> None:
    words = "% Error: Refused: \x1b[31mRED\x1b[0m password=hunter2 token: abcdef123456 \u202eevil\u202c \u2066x\u2069"
    reason = f"node1: The device refused 'request system software upgrade': {words}"
    ending = Ending(routers={"a": entry("failed", reason)}, said={"a": [words]}, failures=[words], why_waiting=words)
    text = text_of(ending)
    assert "hunter2" not in text and "abcdef" not in text and "RED password=******** token: ********" in text, text
    assert not set(text) & set("\x1b\u202e\u202c\u2066\u2069")


def test_an_answer_that_says_nothing_of_the_end_is_left_out() -> None:
    answer = "\u2714 Starting software upgrade 1/1 targets complete."
    reason = (
        f"{GONE} is sent: examine the node. The request was answered with: {answer} The conductor has recorded: cold"
    )
    text = text_of(Ending(routers={"a": entry("unknown", reason)}, said={"a": ["cold"]}))
    assert "Starting" not in text and "The conductor has recorded: cold" in text

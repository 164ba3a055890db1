# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a bundle: which habits are recognised, what is played after a change, and how single answers are typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.simulator.from_probe import main, scenario_from_probe
from tests.simulator.habits import HABITS
from tests.simulator.habits.printed import PRINTED
from tests.simulator.probe.recognise import READ_OFF, SHOWN_IN
from tests.simulator.probe.tables import rows_with
from tests.simulator.probe.trial import Paper, likeness, shape
from tests.simulator.shell import Shell

from .pcli_client import NEW, PROMPT, Pcli, pair, pcli, until
from .probe_recorder import SHOWS, record, write
from .test_from_probe import SCENE, Recording, played, recorded, shell, usual  # noqa: F401 (usual is a fixture)
from .test_probe_bundle import MANIFEST

ASKED = {"router": "Conductor", "node": "c1"}
UPGRADE = f"request system software upgrade router branch force version {NEW}"


# --- recognised ---------------------------------------------------------------------------------------------------


def test_every_habit_of_what_is_printed_is_looked_for() -> None:
    """What a health check prints no probe sees, since asking for one runs it."""
    assert set(SHOWN_IN) | set(READ_OFF) <= set(HABITS)
    assert {habit.name for habit in PRINTED} - set(SHOWN_IN) - set(READ_OFF) == {"health_check_answer"}


def test_a_text_is_like_itself_whatever_the_time_and_unlike_another_layout() -> None:
    one = "Mon 2024-09-09 18:15:20 UTC\n Status   Time\n up       3d 4h 5m 6s\n"
    later = "Tue 2024-09-10 08:15:20 UTC\n Status   Time\n up       5s\n"
    assert likeness(shape(one), shape(later)) == 1.0
    assert likeness(shape(one), shape(one.replace("up", "down"))) < 1.0
    assert likeness(shape("a b"), shape("c d")) < 0.5


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_after_an_upgrade_the_bundle_is_played_as_the_recorded_conductor_would_answer(
    tmp_path: Path, seed: int
) -> None:
    # Ways that no answer shows before an upgrade, and that would show after one.
    ways = {"seed": seed, "asset_lag": "0", "downloads_channel": "as_offered", "upgrade_fetches": "by_itself"}
    recording = recorded(tmp_path, habits=ways)
    looks = ("show assets", "show system version router branch", "show system software available router hub")
    texts = []
    for sim in (pair(**{**SCENE, "clock.speedup": 4000}, habits=ways), played(recording.probed)):
        with sim:
            client = _client(sim)
            client.raw(UPGRADE, timeout=20)
            assert until(sim, "b1.branch", version=NEW, state="Synchronized", operation=None)
            texts.append([shape(client.run(look)) for look in looks])
    assert texts[0] == texts[1]


def _client(sim: Simulator) -> Pcli:
    user = sim.scenario.users[0]
    prompt = re.compile(PROMPT.pattern + r"|(?:^|[\r\n])\*?\[\w+\] ssr[#>] $")
    return pcli(sim, "c1", user=user.name, password=user.password, prompt=prompt)


def test_answers_that_no_habit_prints_are_named(usual: Recording, tmp_path: Path, capsys: Any) -> None:  # noqa: F811
    odd = "Disks\n  /dev/sda1 is 38 per cent full\n"
    rows = [
        {**row, "answer": odd} if row.get("command") == "show platform router hub disk" else row for row in usual.rows
    ]
    path = write(tmp_path / "odd.zip", rows, {**MANIFEST, "nodes": [{**ASKED, "role": "conductor"}]})
    assert scenario_from_probe(path).habits.strange() == ["show platform router hub disk"]
    assert main([str(path)]) == 0
    output = capsys.readouterr().out
    assert "No habit prints what was recorded of `show platform router hub disk`" in output
    assert "Habits recognised: " in output and "reads_ask: named (or shelved, never: " in output
    with played(scenario_from_probe(path)) as sim:
        assert shell(sim).run("show platform router hub disk") == odd.rstrip("\n")


# --- typed --------------------------------------------------------------------------------------------------------


def answering(tmp_path: Path, **row: Any) -> Simulator:
    """A conductor of one node that answers one command so."""
    full = {"kind": "pcli", "asked": ASKED, "width": 512, "prompt": "admin@c1.Conductor# ", "ended": "prompt", **row}
    return played(scenario_from_probe(write(tmp_path / "one.zip", [full], MANIFEST)))


def test_a_question_waits_for_the_answer_that_was_given(tmp_path: Path) -> None:
    question = "This may take a while. Go on? [y/N]: "
    asked = {"command": "show everything", "answer": f"{question}y\nall of it\n"}
    with answering(tmp_path, **asked, questions=[{"text": question, "answer": "y"}]) as sim:
        client = shell(sim)
        assert "all of it" in client.ask("show everything", "y")
        refused = client.ask("show everything", "n")
        assert "Operation canceled" in refused and "all of it" not in refused


def test_a_pager_waits_for_a_key(tmp_path: Path) -> None:
    raw = "one\ntwo\n--More--\r        \rthree\n--More--\r        \rfour\n"
    with answering(tmp_path, command="show lines", answer="one\ntwo\nthree\nfour\n", raw=raw) as sim:
        assert sim.scenario.style.pager.rows == 2
        client = shell(sim)
        more = re.compile("--More--$")
        assert "two" in client.raw("show lines", more)
        client.send(" ")
        assert "three" in client.expect(more)
        client.send("q")
        assert "four" not in client.expect(PROMPT)


@pytest.mark.parametrize(("speedup", "pause"), [(1, 40.0), (20, 2.0)])
def test_an_answer_takes_as_long_as_it_took_at_the_pace_of_the_clock(
    tmp_path: Path, speedup: int, pause: float
) -> None:
    with answering(tmp_path, command="show a", answer="a\n", seconds=40) as sim:
        pauses: list[float] = []
        paper = Paper(512)
        paper.pause = pauses.append  # type: ignore[method-assign]
        sim.clock.speedup = speedup
        node = sim.world.conductors[0]
        Shell(sim.world, sim.lifecycle, node, sim.scenario.users[0], paper).execute("show a")
        assert (pauses, paper.text.split()) == ([pause], ["a"])


def test_an_answer_without_a_prompt_stays_until_it_is_interrupted(tmp_path: Path) -> None:
    with answering(tmp_path, command="show forever", answer="so far\n", ended="time") as sim:
        client = shell(sim)
        client.raw("show forever", re.compile("so far"))
        client.send("\x03")
        assert PROMPT.search(client.expect(PROMPT))


def test_a_session_that_broke_breaks_again(tmp_path: Path) -> None:
    with answering(tmp_path, command="show crash", answer="oh\n", ended="closed") as sim, pytest.raises(EOFError):
        shell(sim).run("show crash")


def test_later_answers_come_in_their_order_and_the_last_one_stays(tmp_path: Path) -> None:
    row = {"kind": "pcli", "asked": ASKED, "width": 512, "prompt": "admin@c1.Conductor# ", "command": "show moods"}
    rows = [{**row, "answer": f"{mood}\n", "ended": "prompt"} for mood in ("good", "bad")]
    with played(scenario_from_probe(write(tmp_path / "b.zip", rows, MANIFEST))) as sim:
        client = shell(sim)
        assert [client.run("show moods") for _look in range(3)] == ["good", "bad", "bad"]


def test_other_prompts_and_users_are_played(tmp_path: Path) -> None:
    with answering(tmp_path, command="show a", answer="a\n", prompt="<op-7 on c1/Conductor> ") as sim:
        user = sim.scenario.users[0]
        client = pcli(sim, "c1", user=user.name, password=user.password, prompt=re.compile(r"<op-7 on c1/Conductor> $"))
        assert client.run("show a") == "a"
    with answering(tmp_path, command="show a", answer="a\n", prompt="*op-7@c1.Conductor# ") as sim:
        assert sim.scenario.users[0].name == "op-7" and shell(sim).prompt == "*op-7@c1.Conductor# "


def test_cells_that_were_broken_are_put_together_again() -> None:
    head = "===== ==========\n Id    Message\n===== ==========\n"
    text = f"{head} 1     a long t\n       ext here\n 2     two\n       words\n"
    assert [row["message"] for row in rows_with(text, "message")][:2] == ["a long t", "ext here"]
    rows = rows_with(text.replace(" 1  ", " 1x ").replace(" 2  ", " 2x "), "id", "message", begins="id")
    assert [row["message"] for row in rows] == ["a long text here", "two words"]


# --- texts for tests ------------------------------------------------------------------------------------------------


def test_answers_become_texts_with_the_next_free_numbers_and_each_once(tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "041-older.txt").write_text("# elsewhere\ntext\n")
    with pair(**SCENE) as sim:
        record(sim, tmp_path / "b.zip", SHOWS[:3])
    for _time in range(2):
        assert main([str(tmp_path / "b.zip"), "--fixtures", str(folder)]) == 0
    assert "0 texts written" in capsys.readouterr().out
    names = sorted(path.name for path in folder.glob("*.txt"))
    assert names[:3] == ["041-older.txt", "042-show_assets.txt", "043-show_assets_router_all_force.txt"]
    first, second, *_rest = (folder / "042-show_assets.txt").read_text().splitlines()
    assert re.match(r"# probe of \d{4}-\d\d-\d\d, 6\.3\.5-39\.r1\.el7 \| show assets \| [\d.]+ s, 512 columns$", first)
    assert second == "admin@c1.Conductor# show assets"
    assert main([str(tmp_path / "none.zip")]) == 2

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits: every way prints what the documents say, a seed is always the same world, and the lists agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import ScenarioError, Simulator, load_scenario
from tests.simulator.faults import TYPES
from tests.simulator.habits import HABITS, drawn
from tests.simulator.scenario import Scenario

from .pcli_client import LOW, NEW, OLD, PROMPT, QUESTION, cells, column, old_pair, pair, pcli, until

ROOT = Path(__file__).parents[3]
README = (ROOT / "tests" / "simulator" / "README.md").read_text(encoding="utf-8")
ASSUMPTIONS = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
#: Nothing moves on by itself: what is under way stays so.
STILL: dict[str, Any] = {"clock.speedup": 1, "durations.pre_check": 10, "durations.download": 1000}
DOWNLOAD = f"request system software download router branch force version {NEW}"
DONE = "6.3.5-39.r1.el7"


def habits(ways: dict[str, Any] | None = None, *, start=pair, **overrides: Any) -> Simulator:
    """A small authority with these habits; its conductors run the newest release with `newer=True`."""
    if overrides.pop("newer", False):
        overrides["routers.0.version"] = NEW
    return start(habits=ways or {}, **overrides)


def printed(command: str, ways: dict[str, Any], **overrides: Any) -> str:
    with habits(ways, **overrides) as sim:
        return pcli(sim).run(command)


def half_done(ways: dict[str, Any], **overrides: Any) -> str:
    """The alarms of a conductor pair of which the first node runs the new release."""
    return printed("show alarms router Conductor", ways, **{"routers.0.nodes.0.version": NEW, **overrides})


def loading(ways: dict[str, Any], *commands: str, **overrides: Any) -> list[str]:
    """What these commands print while the only node of `branch` downloads the new release."""
    with habits(ways, newer=True, **{**STILL, **overrides}) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD)
        assert until(sim, "b1.branch", phase="download")
        return [shell.run(command) for command in commands or ("show system software download router branch",)]


def loaded(ways: dict[str, Any], *commands: str, **overrides: Any) -> list[str]:
    """The same after the download has ended."""
    with habits(ways, newer=True, **overrides) as sim:
        shell = pcli(sim)
        shell.run(DOWNLOAD)
        assert until(sim, "b1.branch", downloaded=[NEW], operation=None)
        return [shell.run(command) for command in commands or ("show system software download router branch",)]


# --- the choice ---------------------------------------------------------------------------------------------------


class TestChoice:
    def test_without_a_word_every_habit_is_its_first_way(self):
        assert load_scenario("ha-6.3-image").habits.unusual() == {}

    def test_a_seed_is_always_the_same_world_and_others_differ(self):
        assert drawn(17) == drawn(17) == load_scenario("fleet-small", {"habits.seed": 17}).habits.ways
        assert len({tuple(drawn(seed).items()) for seed in range(20)}) == 20

    def test_a_few_dozen_seeds_try_every_way_of_every_habit(self):
        drawn_ways = {(name, way) for seed in range(60) for name, way in drawn(seed).items()}
        assert {(name, way) for name, habit in HABITS.items() for way in habit.ways} == drawn_ways

    def test_what_is_named_is_not_drawn(self):
        for seed in range(8):
            ways = load_scenario("ha-6.3-image", {"habits": {"seed": seed, "no_alarms": "sentence"}}).habits
            assert ways["no_alarms"] == "sentence"
            assert {name for name in HABITS if ways[name] != drawn(seed)[name]} <= {"no_alarms"}

    def test_a_way_changes_keys_of_the_scenario_and_leaves_those_that_it_has_unless_it_is_named(self):
        own = {"behaviour": {"request_mode": "returns"}}
        seed = next(seed for seed in range(50) if drawn(seed)["request_answer"] == "blocks")
        assert load_scenario("ha-6.3-image", {"habits": {"seed": seed}}).behaviour.request_mode == "blocks"
        assert load_scenario("ha-6.3-image", {"habits": {"seed": seed}, **own}).behaviour.request_mode == "returns"
        named = {"habits": {"request_answer": "blocks"}, **own}
        assert load_scenario("ha-6.3-image", named).behaviour.request_mode == "blocks"

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"alarm_cases": "upper"}, "habits: unknown key 'alarm_cases'; did you mean 'alarm_case'?"),
            ({"alarm_case": "small"}, "habits.alarm_case: 'small' is not one of lower, upper"),
            ({"seed": "x"}, "habits.seed: expected a whole number, got 'x'"),
            ("upper", "habits: expected a mapping, got str"),
        ],
    )
    def test_what_is_unknown_is_refused_with_a_sentence(self, given, words):
        with pytest.raises(ScenarioError, match=re.escape(words)):
            load_scenario({**load_source(), "habits": given})


def load_source() -> dict[str, Any]:
    return {"routers": [{"name": "C", "conductor": True, "version": OLD, "nodes": [{"name": "c1"}]}]}


# --- the lists ----------------------------------------------------------------------------------------------------


def guesses() -> dict[str, str]:
    """The last cell of each row of docs/assumptions.md, by its number."""
    rows = re.findall(r"^\| ([SLFTCW]\d+) \|.*\|([^|]*)\|$", ASSUMPTIONS, re.M)
    return {number: cell.strip() for number, cell in rows}


class TestLists:
    def test_the_page_of_assumptions_and_the_habits_are_the_same_list(self):
        stated: dict[str, set[str]] = {}
        for number, cell in guesses().items():
            if not cell.startswith("none: "):
                stated[number] = set(re.findall(r"`([^`]+)`", cell))
        known: dict[str, set[str]] = {}
        for habit in HABITS.values():
            for number in habit.guesses:
                known.setdefault(number, set()).add(habit.name)
        assert stated == known

    def test_a_guess_without_a_habit_names_the_fault_or_the_part_of_a_scenario_that_plays_it(self):
        sections = set(Scenario.__dataclass_fields__)
        for number, cell in guesses().items():
            if cell.startswith("none: "):
                names = {name.partition(".")[0] for name in re.findall(r"`([^`]+)`", cell)}
                assert names and names <= sections | set(TYPES) | {"previous"}, number

    def test_numbers_of_guesses_are_there_once(self):
        numbers = re.findall(r"^\| ([SLFTCW]\d+) \|", ASSUMPTIONS, re.M)
        assert len(numbers) == len(set(numbers)) == len(guesses())

    def test_the_readme_lists_every_habit_with_its_ways_and_guesses(self):
        for habit in HABITS.values():
            ways = ", ".join(f"`{way}`" for way in habit.ways)
            assert f"| `{habit.name}` | {ways} | {', '.join(habit.guesses)} |" in README
        assert len(re.findall(r"^\| `\w+` \| `[^|]*\| [SLFTCW]\d[^|]*\|$", README, re.M)) == len(HABITS)

    def test_every_habit_leaves_a_choice_and_says_which_pages_leave_it(self):
        for habit in HABITS.values():
            assert len(habit.ways) > 1 and len(set(habit.ways)) == len(habit.ways), habit.name
            assert len(habit.source) > 20 and habit.guesses, habit.name
            assert set(habit.settings) <= set(habit.ways), habit.name


# --- alarms and events --------------------------------------------------------------------------------------------

NODE_ALARM = f"Node c1 with version {NEW} does not match the HA peer with version {OLD}"
ASSET_ALARM = "c1.Conductor has a software version that does not match its peer"


class TestAlarms:
    def test_a_half_done_pair_in_the_words_of_both_catalogues(self):
        assert column(half_done({}), "Message")[0] == f"{ASSET_ALARM}."
        new = {"alarm_catalogue": "new", "mismatch_alarm": "node"}
        assert cells(half_done(new))[1][2:] == ["critical", "unavailable", "system", f"{NODE_ALARM}."]
        assert column(half_done({**new, "alarm_catalogue": "new_unstopped"}), "Message")[0] == NODE_ALARM
        both = column(half_done({**new, "mismatch_alarm": "both"}), "Message")
        assert both[:2] == [f"{ASSET_ALARM}.", f"{NODE_ALARM}."]

    def test_the_published_catalogue_does_not_know_the_alarm_of_the_node(self):
        assert column(half_done({"mismatch_alarm": "node"}), "Message")[0] == f"{ASSET_ALARM}."

    def test_a_node_that_is_away_in_both_catalogues(self):
        away = {"faults": [{"type": "conductor_node_down", "node": "c2", "after": 0, "since": "start"}]}
        slow = {**away, "clock.speedup": 1}
        for ways, texts in {
            "published": {"No connectivity to c2.Conductor", "Node c2 went offline"},
            "new": {
                "No connectivity to c2.Conductor.",
                "Node c2 went offline.",
                "c1: Internal Synchronization database is disconnected.",
                "Asset ‘c2.conductor’, which is configured as ‘c2.Conductor’, is not running.",
            },
        }.items():
            with habits({"alarm_catalogue": ways}, **slow) as sim:
                assert until(sim, "c2.Conductor", up=False)
                assert texts <= set(column(pcli(sim).run("show alarms router Conductor"), "Message"))

    def test_ports_disks_and_duplicates_in_the_newer_catalogue(self):
        faults = [
            {"type": "interface_down", "node": "b1", "when": "start"},
            {"type": "disk_low", "node": "b1"},
            {"type": "duplicate_asset", "node": "b1"},
        ]
        text = printed("show alarms router all force", {"alarm_catalogue": "new"}, faults=faults)
        messages = column(text, "Message")
        assert "Intf lan (1) operationally down." in messages
        assert "Disk space usage exceeds: 90%." in messages
        assert any(
            message.startswith("A duplicate asset with ID ‘b1.branch’branch has been detected.") for message in messages
        )

    def test_default_passwords_are_an_alarm_of_7_x_only(self):
        seven = {"routers.0.version": "7.2.3-8.r2.el9"}
        text = printed("show alarms router Conductor", {"alarm_catalogue": "new"}, **seven)
        assert "The following accounts have default passwords and must be updated" in text
        assert "default passwords" not in printed("show alarms router Conductor", {"alarm_catalogue": "new"})

    def test_upper_case_and_an_empty_source(self):
        ways = {"alarm_case": "upper", "alarm_source": "empty", "alarm_catalogue": "new", "mismatch_alarm": "node"}
        assert cells(half_done(ways))[1][2:5] == ["CRITICAL", "", "SYSTEM"]

    def test_the_line_about_shelved_alarms_may_be_missing(self):
        assert "There are 0 shelved alarms" in half_done({})
        assert "shelved alarms" not in half_done({"shelved_line": "omitted"})

    @pytest.mark.parametrize("line", ["printed", "omitted"])
    def test_no_alarms(self, line):
        ask = "show alarms router branch"
        lines = printed(ask, {"shelved_line": line}).splitlines()
        assert "There are 0 shelved alarms" in lines and not any(row.startswith("===") for row in lines)
        table = printed(ask, {"shelved_line": line, "no_alarms": "empty_table"})
        assert cells(table) == [["ID", "Time", "Severity", "Source", "Category", "Message"]]
        assert "No alarms" in printed(ask, {"shelved_line": line, "no_alarms": "sentence"}).splitlines()

    def test_unequal_install_types(self):
        types = {"routers.0.nodes.0.install_type": "package"}
        wanted = "c1.Conductor has a software installation type that does not match its peer."
        assert wanted in printed("show alarms router Conductor", {}, **types)
        wanted = "Node c1 is package based and its HA peer is image based"
        assert wanted in printed("show alarms router Conductor", {"type_alarm": "names"}, **types)

    def test_events_in_blocks(self):
        with habits({"events_layout": "blocks"}, newer=True, **STILL) as sim:
            shell = pcli(sim)
            shell.run(DOWNLOAD)
            lines = shell.run("show events router branch type provisioning").splitlines()
        title = next(index for index, line in enumerate(lines) if line.endswith("download started"))
        assert re.fullmatch(r" \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ download started", lines[title])
        assert lines[title - 1] == lines[title + 1] == "=" * (len(lines[title]) + 1)
        assert lines[title + 2 : title + 4] == [" Type:               provisioning", " Node:               b1"]


# --- questions and arguments ----------------------------------------------------------------------------------------


class TestQuestions:
    WARNING = "WARNING: Targeting router 'all' may take a long time. Continue anyway? [y/N]: "

    def asks(self, ways: dict[str, Any], command: str) -> bool:
        with habits(ways) as sim:
            shell = pcli(sim)
            shell.send(command + "\r")
            text = shell.expect(re.compile(f"{QUESTION.pattern}|{PROMPT.pattern}"))
        return text.endswith(self.WARNING)

    @pytest.mark.parametrize(
        ("way", "expected"),
        [
            ("named", {"show assets router all"}),
            ("shelved", {"show assets router all", "show alarms shelved"}),
            ("all", {"show assets router all", "show alarms shelved", "show alarms", "show assets"}),
            ("never", set()),
        ],
    )
    def test_which_reading_commands_ask(self, way, expected):
        commands = ["show assets router all", "show alarms shelved", "show alarms", "show assets"]
        quiet = ["show assets force", "show assets router hub", "show alarms router hub", "show system version"]
        asked = {command for command in commands + quiet if self.asks({"reads_ask": way}, command)}
        assert asked == expected

    def test_the_question_stands_below_the_date_and_no_cancels(self):
        with habits({"reads_ask": "all"}) as sim:
            shell = pcli(sim)
            yes, no = shell.ask("show alarms", "y"), shell.ask("show alarms", "n")
        lines = yes.replace("\r", "").splitlines()
        warning = next(index for index, line in enumerate(lines) if line.startswith("WARNING"))
        assert re.match(r"\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", lines[warning - 1])
        assert lines[warning + 1] == "✔ Retrieving alarms..." and yes.count(" UTC") == 1
        assert "Operation canceled" in no and "Retrieving" not in no

    @pytest.mark.parametrize(
        ("way", "words"),
        [
            ("sure", "Are you sure you want to upgrade b1.branch to version SSR-6.3.5-39.r1?"),
            ("intensive", "This command is resource intensive and can take a while. Are you sure?"),
            ("continue", "WARNING: Targeting router 'branch' may interrupt service. Continue anyway?"),
        ],
    )
    def test_requests_ask_in_several_words_or_never(self, way, words):
        request = f"request system software upgrade router branch version {NEW}"
        with habits({"request_wording": way}, newer=True) as sim:
            text = pcli(sim).ask(request, "n")
            assert f"{words} [y/N]: " in text and "Operation canceled" in text
            assert sim.node_truth("b1.branch")["upgrades_started"] == 0
        with habits({"request_wording": way, "requests_ask": "never"}, newer=True) as sim:
            assert "[y/N]" not in pcli(sim).run(request)
            assert sim.node_truth("b1.branch")["upgrades_started"] == 1

    def test_force_may_be_unknown_to_the_status_of_downloads(self):
        command = "show system software download router branch force"
        assert "No download operations found." in printed(command, {})
        text = printed(command, {"status_force": "unknown"})
        assert "% Error: unrecognized arguments: force" in text and "usage: download " in text

    def test_a_missing_argument_shows_the_usage_or_a_sentence(self):
        assert printed("request system software upgrade", {}).startswith("usage: upgrade [{router <router>")
        text = printed("request system software upgrade", {"missing_argument": "keyword"})
        assert text == "Keyword argument 'version' is required"

    def test_names_of_the_skip_arguments(self):
        assert "[skip-pre-check] [skip-health-check]" in printed("request system software upgrade", {})
        text = printed("request system software upgrade", {"skip_names": "health_check"})
        assert "[skip-pre-health-check] [skip-post-health-check]" in re.sub(r"\s+", " ", text)

    def test_below_a_usage_the_command_may_stand_in_the_line_again(self):
        with habits({"help_leftover": "yes"}) as sim:
            shell = pcli(sim)
            shell.send("request system software upgrade\r")
            shell.expect(re.compile(r"admin@c1\.Conductor# request system software upgrade$"))
            shell.send("\x15show config version\r")
            assert "not found" not in shell.expect(PROMPT)


# --- assets and versions --------------------------------------------------------------------------------------------


class TestAssets:
    def test_columns(self):
        modern = ["Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors"]
        for way, titles in {
            "documented": modern,
            "reordered": [*modern[2:], "Router", "Node"],
            "added": ["Router", "Node", "Platform", *modern[2:]],
            "renamed": [*modern[:3], "128T Version", *modern[4:]],
        }.items():
            rows = cells(printed("show assets", {"assets_layout": way}))
            assert rows[0] == titles, way
            assert rows[1][titles.index("Node")] == "c1"
            version = "128T Version" if way == "renamed" else "SSR Version"
            assert rows[1][titles.index(version)] == OLD

    def test_words_and_case_of_the_good_state(self):
        for ways, word in [
            ({}, "Synchronized"),
            ({"asset_case": "upper"}, "SYNCHRONIZED"),
            ({"asset_good_word": "running"}, "Running"),
            ({"asset_good_word": "running", "asset_case": "lower"}, "running"),
        ]:
            assert column(printed("show assets", ways), "Status")[0] == word
            assert f"Status:                       {word}" in printed("show assets b1.branch", ways)

    def test_routers_repeated(self):
        assert column(printed("show assets", {}), "Router")[:2] == ["Conductor", ""]
        assert column(printed("show assets", {"repeats": "repeated"}), "Router")[:2] == ["Conductor", "Conductor"]

    @pytest.mark.parametrize("width", ["132", "100"])
    def test_a_terminal_may_be_narrower_than_asked(self, width):
        long_name = {"routers.1.name": "RTR_EAST_CONDUCTOR_OF_A_LONG_NAME_INDEED"}
        assert max(map(len, printed("show assets", {}, **long_name).splitlines())) > 132
        lines = printed("show assets", {"width": width}, **long_name).splitlines()
        assert max(map(len, lines)) <= int(width)

    def test_headers_may_wrap_before_cells_do(self):
        """As in the samples of `show ospf neighbors`: a title takes two lines where its cells are short."""
        ways = {"wrap": "headers", "width": "132"}
        lines = printed("show assets", ways, **{"routers.1.name": "RTR_EAST_OF_A_LONG_NAME"}).splitlines()
        rule = next(index for index, line in enumerate(lines) if line.startswith("==="))
        titles = lines[rule + 1].split()
        assert titles == [
            "Router",
            "Node",
            "Asset",
            "Id",
            "SSR",
            "Version",
            "Install",
            "Status",
            "Time",
            "in",
            "Errors",
        ]
        assert lines[rule + 2].split() == ["Type", "Status"]
        assert "RTR_EAST_OF_A_LONG_NAME" in lines[rule + 6]

    def test_summary_and_software_may_be_no_commands(self):
        assert "  total:                   5" in printed("show assets summary", {})
        text = printed("show assets summary", {"assets_summary": "refused"})
        assert "% Error: Asset 'summary' not found" in text
        text = printed("show assets software", {"assets_software": "refused"})
        assert "% Error: Asset 'software' not found" in text

    def test_columns_of_the_software_of_assets(self):
        full, short = ["Router", "Node", "Installed", "Available"], {"assets_software": "installed_available"}
        [text] = loaded({}, "show assets software router branch")
        assert cells(text) == [
            [*full, "Downloading", "Downloaded"],
            ["branch", "b1", OLD, "SSR-6.3.5-39.r1", "", "SSR-6.3.5-39.r1"],
        ]
        [text] = loaded(short, "show assets software router branch")
        assert cells(text) == [full, ["branch", "b1", OLD, "SSR-6.3.5-39.r1"]]

    @pytest.mark.parametrize(
        ("way", "word"), [("hidden", "Synchronized"), ("words", "Downloading"), ("capitals", "DOWNLOADING")]
    )
    def test_a_busy_asset(self, way, word):
        [text] = loading({"busy_state": way}, "show assets router branch")
        assert column(text, "Status") == [word]
        if way != "hidden":
            upgrading = f"request system software upgrade router branch force version {NEW}"
            with habits({"busy_state": way}, newer=True, **STILL) as sim:
                shell = pcli(sim)
                shell.run(upgrading)
                assert column(shell.run("show assets router branch"), "Status") == [
                    "Upgrading" if way == "words" else "UPGRADING"
                ]

    def test_the_list_may_be_old(self):
        gone = [{"type": "conductor_node_down", "node": "c2", "after": 0, "since": "start", "seconds": 100000}]
        for lag, word in (("0", "Disconnected"), ("60", "Synchronized")):
            with habits({"asset_lag": lag}, faults=gone, **{"clock.speedup": 1}) as sim:
                assert until(sim, "c2.Conductor", state="Disconnected")
                assert column(pcli(sim).run("show assets router Conductor"), "Status")[1] == word
        with habits({"asset_lag": "20"}, faults=gone, **{"clock.speedup": 4000}) as sim:
            assert until(sim, "c2.Conductor", state="Disconnected")
            shell, texts = pcli(sim), []
            while "Disconnected" not in "".join(texts[-1:]):
                texts.append(shell.run("show assets router Conductor"))

    def test_spellings_of_versions(self):
        assert column(printed("show assets", {"asset_version": "no_rebuild"}), "SSR Version")[0] == "6.3.0-107.el7"
        for way, word in {"prefixed": "SSR-6.3.5-39.r1", "short": "SSR-6.3.5-39", "full": NEW}.items():
            with habits({"available_spelling": way}, newer=True) as sim:
                shell = pcli(sim)
                assert column(shell.run("show system software available router branch"), "Version") == [word]
                shell.run(f"request system software download router branch force version {word}")
                assert until(sim, "b1.branch", downloaded=[NEW])
        for way, words in {
            "dotted": ["SSR-6.3.0-107.r1.el7 (image based)", "128T-6.3.0-107.r1.el7 (package based)"],
            "tight": ["SSR-6.3.0-107r1.el7 (image based)", "128T-6.3.0-107r1.el7 (package based)"],
            "image": ["SSR-6.3.0-107.r1.el7.x86_64.ibu-v1", "128T-6.3.0-107.r1.el7 (package based)"],
        }.items():
            with habits({"package_cell": way}) as sim:
                shell = pcli(sim)
                asked = [shell.run(f"show system version router {name}") for name in ("branch", "hub")]
            assert [column(text, "Package")[0] for text in asked] == words

    def test_volumes_in_the_detail_of_a_version(self):
        ask = "show system version router Conductor node c1 detail"
        assert "Volume" not in printed(ask, {})
        lines = printed(ask, {"version_detail": "volumes"}).splitlines()
        start = lines.index(" Node: c1.Conductor")
        assert [line for line in lines[start + 2 : start + 24] if not re.search("Build|Hash", line)] == [
            " Version:               6.3.0",
            " Status:                r1",
            " Package:               128T-6.3.0-107.r1.el7",
            " SSR-IMG-release:       SSR-6.3.0-107.r1.el7.x86_64.ibu-v1",
            " Volume ID:             b",
            " Selected Boot Volume:  b",
            " Idle Volume:",
            "   Version:             6.2.5",
            "   Status:              r2",
            "   Package:             128T-6.2.5-5.r2.el7",
            "   Volume ID:           a",
            "",
        ]
        assert "Volume" not in printed("show system version router hub node h1 detail", {"version_detail": "volumes"})

    def test_a_revert_boots_the_other_volume(self):
        with habits({"version_detail": "volumes"}) as sim:
            shell = pcli(sim)
            shell.run("request system software revert router Conductor node c2 force")
            assert until(sim, "c2.Conductor", version=LOW, up=True)
            text = shell.run("show system version router Conductor node c2 detail")
        assert " Volume ID:             a" in text and "   Version:             6.3.0" in text


# --- status of downloads and upgrades -------------------------------------------------------------------------------


class TestDownloads:
    def test_layouts_while_it_runs_and_when_it_is_there(self):
        rows = cells(loading({"download_status": "table"})[0])
        assert rows[1][:5] == ["branch", "b1", "SSR-6.3.5-39.r1", "In Progress", "0%"]
        assert cells(loaded({"download_status": "table"})[0])[1][3] == "Complete"

        rows = cells(loading({"download_status": "words"})[0])
        assert rows[0] == ["Router", "Node", "Version", "Status", "Details"]
        assert rows[1] == ["branch", "b1", "SSR-6.3.5-39.r1", "Downloading", ""]
        assert cells(loaded({"download_status": "words"})[0])[1][3] == "Downloaded"

        rows = cells(loading({"download_status": "elapsed"})[0])
        assert rows[0] == ["Router", "Node", "Software Version", "Status", "Elapsed", "Progress"]
        assert rows[1][3] == "Download in progress" and re.fullmatch(r"0:00:\d\d", rows[1][4]) and rows[1][5] == "0%"
        assert cells(loaded({"download_status": "elapsed"})[0])[1][3] == "Completed"

        assert "b1.branch: in progress download SSR-6.3.5-39.r1" in loading({"download_status": "sentences"})[0]
        assert "b1.branch: completed download SSR-6.3.5-39.r1" in loaded({"download_status": "sentences"})[0]

        text = loading({"download_status": "blocks"})[0]
        assert " b1.branch" in text and re.search(r"Progress: +0%", text)
        assert re.search(r"State: +In Progress \(download\)", text)
        assert re.search(r"State: +Complete$", loaded({"download_status": "blocks"})[0], re.M)

    @pytest.mark.parametrize("state", [loading, loaded])
    def test_layouts_that_tell_nothing_of_a_download_that_does_not_fail(self, state):
        assert "No failed downloads." in state({"download_status": "failed_only"})[0]
        assert "0x7f 2:1/0 --" in state({"download_status": "unreadable"})[0]
        lines = [line for line in state({"download_status": "empty"})[0].splitlines() if line]
        assert len(lines) == 3 and lines[1].startswith("✔ Retrieving download status")

    @pytest.mark.parametrize(
        ("way", "words"),
        [
            ("words", "Failed"),
            ("failed_only", "Failed"),
            ("sentences", "b1.branch: failed download SSR-6.3.5-39.r1 (Download failed"),
        ],
    )
    def test_a_failed_one(self, way, words):
        with habits({"download_status": way}, newer=True, faults=["download_fails"]) as sim:
            shell = pcli(sim)
            shell.run(DOWNLOAD)
            assert until(sim, "b1.branch", history=[["download", NEW, "failed"]])
            assert words in shell.run("show system software download router branch")

    def test_one_that_hangs_stays_at_nothing_while_its_elapsed_time_ticks(self):
        hangs = {"faults": ["download_hangs"], "clock.speedup": 4000}
        first, *_more, last = loading(
            {"download_status": "elapsed"}, *["show system software download router branch"] * 20, **hangs
        )
        assert column(first, "Progress") == column(last, "Progress") == ["0%"]
        assert column(first, "Elapsed") != column(last, "Elapsed")

    def test_what_is_there_may_show_as_channel_and_source(self):
        ask = "show system software available router branch"
        assert cells(loaded({}, ask)[0])[1][2:] == ["release", "artifactory"]
        assert cells(loaded({"downloads_channel": "downloads"}, ask)[0])[1][2:] == ["downloads", "downloads"]
        assert cells(loading({"downloads_channel": "downloads"}, ask)[0])[1][2:] == ["release", "artifactory"]

    def test_an_upgrade_may_need_the_download_first(self):
        upgrade = f"request system software upgrade router branch node b1 force version {NEW}"
        with habits({"upgrade_fetches": "needs_download"}, newer=True) as sim:
            assert "has not been downloaded on b1.branch" in pcli(sim).run(upgrade)
            assert sim.node_truth("b1.branch")["upgrades_started"] == 0


class TestUpgrades:
    ASK = "show system software upgrade router branch"
    START = f"request system software upgrade router branch force version {NEW}"

    def running(self, ways: dict[str, Any]) -> str:
        with habits(ways, newer=True, **STILL) as sim:
            shell = pcli(sim)
            shell.run(self.START)
            return shell.run(self.ASK)

    def ended(self, ways: dict[str, Any], ask: str = ASK, **overrides: Any) -> str:
        with habits(ways, newer=True, **overrides) as sim:
            shell = pcli(sim)
            shell.run(self.START)
            assert until(sim, "b1.branch", version=NEW, operation=None)
            return shell.run(ask)

    def test_layouts_while_it_runs_and_when_it_has_ended(self):
        assert column(self.running({}), "Status") == ["In Progress"]
        assert column(self.running({"upgrade_status": "words"}), "Status") == ["in-progress"]
        assert column(self.ended({"upgrade_status": "words"}), "Status") == ["completed"]
        assert "b1.branch: in progress upgrade SSR-6.3.5-39.r1" in self.running({"upgrade_status": "sentences"})
        assert "b1.branch: completed upgrade SSR-6.3.5-39.r1" in self.ended({"upgrade_status": "sentences"})
        assert re.search(r"State: +In Progress \(", self.running({"upgrade_status": "blocks"}))
        assert "0x7f 2:1/0 --" in self.ended({"upgrade_status": "unreadable"})
        assert "b1" not in self.running({"upgrade_status": "empty"})

    def test_reverts_have_their_own(self):
        with habits({"upgrade_status": "unreadable", "revert_status": "words"}) as sim:
            shell = pcli(sim)
            shell.run("request system software revert router Conductor node c2 force")
            text = shell.run("show system software revert router Conductor node c2")
        assert column(text, "Status") == ["in-progress"]

    def test_what_has_ended_may_not_be_listed(self):
        assert "No upgrade operations found." in self.ended({"status_history": "running_only"})
        assert column(self.running({"status_history": "running_only"}), "Status") == ["In Progress"]

    def test_last_month_may_still_be_listed_until_there_is_something_newer(self):
        with habits({"old_lines": "last_month"}, newer=True) as sim:
            rows = cells(pcli(sim).run(self.ASK))
        assert [row[2:4] for row in rows[1:]] == [["SSR-6.3.0-107.r1", "Complete"], ["SSR-6.3.5-39.r1", "Failed"]]
        rows = cells(self.ended({"old_lines": "last_month"}))
        assert [row[2:4] for row in rows[1:]] == [["SSR-6.3.0-107.r1", "Complete"], ["SSR-6.3.5-39.r1", "Complete"]]

    def test_until_when_it_is_in_progress(self):
        check = [{"type": "upgrade_hangs", "phase": "post-check", "node": "b1"}]
        for way, word in {"settled": "In Progress", "booted": "Complete"}.items():
            with habits({"status_until": way}, newer=True, faults=check) as sim:
                shell = pcli(sim)
                shell.run(self.START)
                assert until(sim, "b1.branch", phase="post-check")
                assert column(shell.run(self.ASK), "Status") == [word]
        late = {"durations.restart": 1, "durations.install": 1, "durations.download": 1}
        short = {**dict.fromkeys(("durations.pre_check", "durations.post_check", "durations.resync"), 1), **late}
        text = self.ended({"status_until": "later"}, **{**short, "durations.service_start": 1, "clock.speedup": 20})
        assert column(text, "Status") == ["In Progress"], "the node is done, and its status does not say so yet"

    def test_below_6_3_an_upgrade_may_be_followed(self):
        ask, start = "show system software upgrade", f"request system software upgrade version {OLD}"
        with habits({}, start=old_pair) as sim:
            assert "usage" in pcli(sim).run(ask) or "not found" in pcli(sim).run(ask)
        with habits({"follow_upgrade": "streams"}, start=old_pair) as sim:
            assert pcli(sim).run(ask) == "No upgrade is in progress."
        with habits({"follow_upgrade": "returns"}, start=old_pair, **STILL) as sim:
            shell = pcli(sim)
            shell.ask(start, "y")
            assert shell.run(ask).startswith("Upgrade of c1.Conductor to SSR-6.3.0-107.r1 is in progress: ")
        with habits({"follow_upgrade": "streams"}, start=old_pair, **STILL) as sim:
            shell = pcli(sim)
            shell.ask(start, "y")
            shell.send(ask + "\r")
            shell.expect(re.compile(r"is in progress: [\w-]+\.\.\.\s+$"))
            shell.send("\x03")
            shell.expect(PROMPT)


# --- health checks, requests, and the rest --------------------------------------------------------------------------


class TestHealthCheck:
    ASK = "request system software health-check router branch force"
    GOOD = {
        "lines": "✔ b1.branch: System Processes Check passed",
        "sentence": "✔ All health checks have passed.",
        "counted": "b1.branch: 5 of 5 checks passed",
        "capitals": "b1.branch System Processes Check: PASSED",
        "failures": "Health check passed",
        "unreadable": "0x7f 2:1/0 --",
        "late": "✔ b1.branch: System Processes Check passed",
    }
    BAD = {
        "lines": "✖ b1.branch: System Processes Check failed: one or more processes are not running",
        "sentence": "✖ Health check of b1.branch failed: System Processes Check: one or more processes are not running",
        "counted": "b1.branch: 4 of 5 checks passed",
        "capitals": "b1.branch System Processes Check: FAILED (one or more processes are not running)",
        "failures": "Failed health checks of b1.branch: System Processes Check",
        "late": "✖ b1.branch: System Processes Check failed: one or more processes are not running",
    }

    def test_every_kind_has_words_for_good_and_bad(self):
        assert {*self.GOOD, "table", "empty"} == set(HABITS["health_check_answer"].ways)
        for way, line in self.GOOD.items():
            assert line in printed(self.ASK, {"health_check_answer": way}).splitlines(), way
        for way, line in self.BAD.items():
            text = printed(self.ASK, {"health_check_answer": way}, faults=["health_check_fails"])
            assert line in text.splitlines(), way

    def test_a_table_and_an_empty_answer(self):
        rows = cells(printed(self.ASK, {"health_check_answer": "table"}))
        assert rows == [["Node", "Check", "Status", "Reason"], ["b1.branch", "System Processes Check", "PASS", ""]]
        lines = [line for line in printed(self.ASK, {"health_check_answer": "empty"}).splitlines() if line]
        assert lines[1] == "✔ Performing health check 1/1 targets complete..." and len(lines) == 3


class TestRequests:
    UPGRADE = f"request system software upgrade router branch node b1 force version {NEW}"

    def test_answers_to_a_request(self):
        for way, words in {
            "mark": "✔ Starting software upgrade 1/1 targets complete...",
            "sentence": "Software upgrade has been started on b1.branch.",
            "silent": "",
            "blocks": "Software upgrade completed.",
        }.items():
            text = printed(self.UPGRADE, {"request_answer": way}, newer=True)
            assert text.splitlines()[-1:] == ([words] if words else []), way

    def test_a_refusal_in_the_documented_table(self):
        refused = [{"type": "pre_check_refuses", "node": "b1"}]
        sentence = "Pre-upgrade health check failed: System Processes Check"
        assert f"% Error: {sentence}" in printed(self.UPGRADE, {}, newer=True, faults=refused)
        text = printed(self.UPGRADE, {"refusals": "target_table"}, newer=True, faults=refused)
        assert text.splitlines()[0] == "✖ Starting software upgrade 0/1 targets complete..."
        assert cells(text) == [["Target", "Message"], ["b1.branch", sentence]] or sentence in text
        last = "Failed to start software upgrade. 1 target failed, 0 targets are disconnected, and 0 succeeded."
        assert text.splitlines()[-1] == last and "% Error" not in text

    def test_the_peer_may_move_by_itself(self):
        with habits({"peer_moves": "yes"}, newer=True) as sim:
            pcli(sim).run(f"request system software upgrade router hub node h1 force version {NEW}")
            assert until(sim, "h2.hub", version=NEW, state="Synchronized")
            assert sim.violations == []


class TestRest:
    def test_connectivity_within_a_pair(self):
        text = printed("show system connectivity internal", {"connectivity_internal": "printed"})
        rows = cells(text)
        assert rows[0] == ["Local Node", "Remote Node", "Service", "Address", "Message"]
        assert rows[1] == ["c1.Conductor", "c1.Conductor", "Zookeeper", "127.0.0.1:4370", "Connected"]
        assert {row[4] for row in rows[1:]} == {"Connected"} and len(rows) == 1 + 2 * 2 * 4
        text = printed(
            "show system connectivity internal",
            {"connectivity_internal": "printed"},
            faults=[{"type": "pair_link_down", "node": "c1"}],
        )
        assert {row[4] for row in cells(text)[1:] if row[0] != row[1]} == {"Disconnected"}
        assert "unrecognized arguments: internal" in printed("show system connectivity internal", {})

    def test_who_leads(self):
        with_pair, alone = "show system processes router hub", "show system processes router branch"
        for way, pair_cells, own in [
            ("everywhere", ["Y", "Y", "Y", "Y", "Y"] + ["N"] * 5, ["Y"] * 5),
            ("leaders", ["Y", "", "", "", "", "N", "", "", "", ""], ["Y", "", "", "", ""]),
            ("pairs", ["Y", "", "", "", "", "N", "", "", "", ""], [""] * 5),
        ]:
            assert column(printed(with_pair, {"processes_primary": way}), "Primary") == pair_cells
            assert column(printed(alone, {"processes_primary": way}), "Primary") == own

    def test_connectivity_of_a_single_node(self):
        ask = "show system connectivity router branch"
        assert cells(printed(ask, {})) == [["Local Node", "Remote Node", "State"]]
        assert "No connectivity to show" in printed(ask, {"empty_tables": "words"})

    def test_plugins_in_blocks(self):
        plugin = {"routers.0.nodes.0.plugins": {"128T-wireguard": "2.1.0-1"}}
        lines = printed("show plugins installed", {"plugins_layout": "blocks"}, **plugin).splitlines()
        assert lines[-5:-2] == ["128T-wireguard", " Installed RPM:", "  c1:  128T-wireguard-2.1.0-1"]

    def test_another_prompt(self):
        with habits({"prompt": "other"}) as sim:
            shell = pcli(sim, prompt=re.compile(r"\[c1\] ssr# $"))
            assert "Synchronized" in shell.run("show assets")

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            (habit.name, key)
            for habit in HABITS.values()
            for key in sorted({key for settings in habit.settings.values() for key in settings})
        ],
    )
    def test_ways_that_stand_for_keys_of_the_scenario_change_just_these(self, name, key):
        section, field = key.split(".")
        for way, settings in HABITS[name].settings.items():
            loaded_one = load_scenario("standalone-6.3", {"habits": {name: way}})
            if key in settings:
                value = getattr(getattr(loaded_one, section), field)
                shown = {k: getattr(value, k) for k in settings[key]} if isinstance(settings[key], dict) else value
                assert shown == settings[key], way

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of a conductor prove of each assumption: confirmed only where an answer shows it."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe import report
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.answers import JUDGES, Answers
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.asking import Row
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.assumptions import (
    ASSUMPTIONS,
    CONFIRMED,
    DIFFERENT,
    NOT_SHOWN,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.next_steps import NEXT_STEPS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.questions import settled_by
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import Scrubber
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.probe.seen import ASSETS, OWN, answers, login, row, web

ROUTER = ("RTR_NORTH",)
PEER = NodeId("Conductor", "node2")
STRANGE = "lorem ipsum dolor\n"
REFUSED = "% Error: unrecognized arguments: x\n"


def table(title: str, *rows: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """A table as the PCLI prints it."""
    widths = [max(len(cell) for cell in column) + 2 for column in zip(columns, *rows, strict=True)]
    rule = " ".join("=" * width for width in widths)
    lines = [" ".join(f" {cell:{width - 1}}" for cell, width in zip(cells, widths, strict=True)) for cells in
             (columns, *rows)]  # fmt: skip
    return "\n".join(
        [f"✔ Retrieving {title}...", "", rule, lines[0], rule, *lines[1:], "", "Completed in 0.1 seconds", ""]
    )


def processes(*primary: str) -> str:
    rows = [("north-1", "routingManager", "running", primary[0]), ("north-2", "routingManager", "running", primary[1])]
    return table("processes", *rows, columns=("Node", "Process", "Status", "Primary"))


USAGE = (
    "usage: upgrade [{router <router> | resource-group <resource-group>}] [skip-pre-check] [force] version <version>\n"
)
SYSTEM = (
    "=====\n north-1\n=====\n Status:  {}\n Version:  6.3.0\n Uptime:  4 days  6:17:31\n\nCompleted in 0.1 seconds\n"
)
SUMMARY = " =====\n  Summary of Assets\n =====\n  total:                   {}\n\nCompleted in 0.1 seconds\n"
NARROW = "\n".join(line[:58] for line in ASSETS.split("\n"))
ALARMS = table("alarms", ("a:1", "2026-01-01 00:00:00", "major", "x", "peer", "{}"),
               columns=("ID", "Time", "Severity", "Source", "Category", "Message"))  # fmt: skip
SOFTWARE = table("software", ("r", "n", "6.3.0-107.r1.el7", "", "", "6.3.5-39.r1.el7"),
                 columns=("Router", "Node", "Installed", "Available", "Downloading", "Downloaded"))  # fmt: skip
NO_COLUMNS = table("software", ("r", "n", "6.3.0-107.r1.el7", ""), columns=("Router", "Node", "Installed", "Available"))
OFFERED = table("versions", ("6.3", "SSR-6.3.5-39.r1", "release"), columns=("Release", "Version", "Channel"))
VERSION = table("version", ("Conductor", "node1", "6.3.0", "r1", "128T-6.3.0-107.r1.el7 (image based)"),
                columns=("Router", "Node", "Version", "Status", "Package"))  # fmt: skip
VOLUMES = (
    "Node: north-1.RTR_NORTH\n==========\n Version:  6.3.0\n Package:  128T-6.3.0-107.r1.el7\n Volume ID:  a\n"
    " Selected Volume ID:  a\n\nCompleted in 0.1 seconds\n"
)
DETAIL = "show system version router RTR_NORTH node north-1 detail"
OF_NODE = "show system router RTR_NORTH node north-1"
OF_PROCESSES = "show system processes router RTR_NORTH force"


def schema(*fields: str, typed: bool = True) -> str:
    listed = [{"name": name, **({"type": {"name": "String"}} if typed else {})} for name in fields]
    return json.dumps({"data": {"__schema": {"types": [{"name": "Asset", "fields": listed}]}}})


def introspected(*fields: str, typed: bool = True) -> Row:
    return web("/graphql", schema(*fields, typed=typed), request="{ __schema { types { name } } }")


def of_login(logins: int) -> Row:
    return Row("ssh", OWN, 0.0, 0.1, {"answer": None, "facts": {"logins for two shells": logins}})


def sftp(offered: bool, words: str) -> Row:
    return Row("sftp", OWN, 0.0, 0.1, {"answer": None, "facts": {"offered": offered, "answer": words}})


LIST = row("show assets", ASSETS)
STATUS = "show system software upgrade"
EVENTS = "show events type provisioning from 1d rows all force"
NO_BGP = "No BGP neighbors\n\nCompleted in 0.1 seconds\n"
CASES = [
    ("S1", [login()], CONFIRMED, "admin@node1.Conductor#"),
    ("S1", [login("[node1] ssr# ")], DIFFERENT, "[node1] ssr#"),
    ("S1", [], NOT_SHOWN, ""),
    ("S2", [LIST, row("show assets", NARROW, width=60)], CONFIRMED, "of 58 in 60"),
    ("S2", [LIST, row("show assets", ASSETS, width=60)], DIFFERENT, "whether 512 or 60"),
    ("S2", [LIST], NOT_SHOWN, ""),
    ("S3", [row("show assets", ASSETS, paged=True)], CONFIRMED, "pager"),
    ("S3", [LIST], NOT_SHOWN, "no answer was paged"),
    ("S3", [row("show assets", "-- next --", paged=True, ended="time")], DIFFERENT, "next"),
    ("S6", [of_login(1)], CONFIRMED, "one login"),
    ("S6", [of_login(2)], DIFFERENT, "2 logins"),
    ("S9", [LIST], CONFIRMED, "no reading command asked"),
    ("S9", [row("show alarms", "", questions=[{"text": "Continue? [y/N]: ", "answer": "y"}])], CONFIRMED, "Continue?"),
    ("S9", [row("show x", "a", question="show x force")], DIFFERENT, "'show x force' is refused"),
    ("S9", [row("show x", REFUSED, question="show x force")], NOT_SHOWN, "no reading command was answered"),
    ("S9", [LIST, row("show x", REFUSED, question="show x force")], CONFIRMED, "in any form: show x force"),
    ("S9", [row("show alarms", "", questions=[{"text": "Erase it? [y/N]: ", "answer": "n"}])], DIFFERENT, "gets a no"),
    ("C1", [sftp(True, "3 files in /etc")], CONFIRMED, "3 files"),
    ("C1", [sftp(True, "/etc cannot be listed: no")], DIFFERENT, "cannot be listed"),
    ("C1", [sftp(False, "no SFTP")], DIFFERENT, "closed"),
    ("L1", [row(STATUS.replace("show", "request"), USAGE)], CONFIRMED, "skip-pre-check"),
    ("L1", [row(STATUS.replace("show", "request"), "Keyword argument 'version' is required\n")], DIFFERENT, "no usage"),
    ("L1", [row(STATUS.replace("show", "request"), "usage: upgrade version <version>\n")], NOT_SHOWN, "without"),
    ("L5", [row(STATUS, "No upgrade in progress\n\nCompleted in 0.1 seconds\n")], NOT_SHOWN, "at rest"),
    ("L5", [row(STATUS, STRANGE)], DIFFERENT, "lorem"),
    ("L10", [LIST, row("show system software available", OFFERED), row("show system version", VERSION)], CONFIRMED,
     "SSR-6.3.5-39.r1"),
    ("L10", [LIST, row("show system software available", STRANGE)], DIFFERENT, "no version can be read"),
    ("L13", [row("show assets software", SOFTWARE)], CONFIRMED, "6.3.5-39.r1.el7"),
    ("L13", [row("show assets software", NO_COLUMNS)], DIFFERENT, "Installed"),
    ("L13", [row("show assets software", REFUSED)], DIFFERENT, "unrecognized"),
    ("L15", [], NOT_SHOWN, ""),
    ("L18", [LIST, row(DETAIL, VOLUMES)], CONFIRMED, "Volume ID"),
    ("L18", [LIST, row(DETAIL, VERSION)], DIFFERENT, "no volumes"),
    ("F3", [LIST, row(OF_PROCESSES, processes("Y", "N"))], CONFIRMED, "north-1 leads"),
    ("F3", [LIST, row(OF_PROCESSES, processes("-", "-"))], DIFFERENT, "routingManager"),
    ("F3", [LIST, row(OF_PROCESSES, STRANGE)], DIFFERENT, "cannot be read"),
    ("F3", [LIST], NOT_SHOWN, "no router with two nodes"),
    ("F8", [row("show peers router RTR_NORTH force", STRANGE)], DIFFERENT, "peers"),
    ("F8", [], NOT_SHOWN, "no router was named"),
    ("F8", [row("show bgp summary rows all router RTR_NORTH force", NO_BGP)], NOT_SHOWN, "nothing is there"),
    ("F11", [row(OF_NODE, SYSTEM.format("running"))], CONFIRMED, "running"),
    ("F11", [row(OF_NODE, SYSTEM.format("humming"))], DIFFERENT, "humming"),
    ("F11", [row(OF_NODE, "Command 'system' not found (use '?' for help)\n")], DIFFERENT, "not known"),
    ("F11", [row(OF_NODE, "")], DIFFERENT, "cannot be read"),
    ("T1", [LIST], NOT_SHOWN, "Synchronized"),
    ("T1", [row("show assets", ASSETS.replace("Synchronized  ", "Frobnicating  "))], DIFFERENT, "Frobnicating"),
    ("T1", [row("show assets", ASSETS.replace("Synchronized  ", "Upgrading     "))], CONFIRMED, "Upgrading"),
    ("F4", [row("show assets", ASSETS, look=True)] * 2, NOT_SHOWN, "2 looks over 0 s these changed their state: none"),
    ("F4", [row("show assets", ASSETS, look=True),
            row("show assets", ASSETS.replace("Synchronized   4d 2h 40m", "Disconnected   1s       "), look=True)],
     NOT_SHOWN, "north-1.RTR_NORTH"),
    ("F4", [LIST], NOT_SHOWN, "not looked at several times"),
    ("T7", [LIST], CONFIRMED, "Install Type"),
    ("T7", [row("show assets", STRANGE)], DIFFERENT, "lorem"),
    ("T9", [LIST, row("show assets summary", SUMMARY.format(3))], CONFIRMED, "total 3"),
    ("T9", [LIST, row("show assets summary", SUMMARY.format(4))], DIFFERENT, "total 4"),
    ("T9", [LIST, row("show assets summary", REFUSED)], DIFFERENT, "unrecognized"),
    ("C5", [row("show user activity", REFUSED)], DIFFERENT, "show user activity"),
    ("C5", [row("show user activity", table("x", ("admin",), columns=("Username",)))], CONFIRMED, ""),
    ("C5", [row("show user activity", STRANGE)], NOT_SHOWN, "in sentences"),
    ("C6", [row("show alarms", "There are 0 shelved alarms\n\nCompleted in 0.1 seconds\n")], CONFIRMED, "0 shelved"),
    ("C6", [row("show alarms", STRANGE)], DIFFERENT, "cannot be read"),
    ("C6", [row("show alarms", ALARMS.replace("{}", "Peer x path is down"))], NOT_SHOWN, "1 alarms"),
    ("C8", [row("show plugins installed", table("x", ("a", "1"), columns=("Plugin", "Version")))], CONFIRMED, "Plugin"),
    ("C8", [row("show plugins installed", STRANGE)], DIFFERENT, "no table"),
    ("C10", [row("show system connectivity", STRANGE)], DIFFERENT, "cannot be read"),
    ("C13", [row("show alarms", ALARMS.replace("{}", "Something new"))], DIFFERENT, "Something new"),
    ("C14", [row(EVENTS, "Thu 2026-09-10 18:00:00 UTC\nlorem ipsum\n")], DIFFERENT, "lorem"),
    ("C14", [row(EVENTS, "There are no events\n\nCompleted in 0.1 seconds\n")], NOT_SHOWN, "no events"),
    ("C15", [row("show system connectivity internal", REFUSED)], DIFFERENT, "unrecognized"),
    ("W1", [web("/asset?verbose=true", '[{"status": "Running"}]')], NOT_SHOWN, "Running"),
    ("W1", [web("/asset?verbose=true", '[{"status": "humming"}]')], DIFFERENT, "humming"),
    ("W1", [web("/asset?verbose=true", "", 403)], NOT_SHOWN, "403"),
    ("W3", [introspected("assetId", "routerName", "softwareVersions")], CONFIRMED, "with softwareVersions"),
    ("W3", [introspected("name")], DIFFERENT, "REST"),
    ("W3", [], NOT_SHOWN, ""),
    ("W8", [web("/system", "{}")], NOT_SHOWN, "answers"),
    ("W12", [introspected("assetId", "routerName", "serviceStatus", "conductorConnectivity",
                          "peerConductorConnectivity")], CONFIRMED, "serviceStatus"),
    ("W12", [introspected("assetId", "routerName", "theService")], DIFFERENT, "theService"),
    ("W16", [web("/alarm", '[{"shelvedStatus": "MAYBE"}]')], DIFFERENT, "MAYBE"),
    ("W16", [web("/alarm", '[{"shelvedStatus": "NOTSHELVED"}]')], NOT_SHOWN, "NOTSHELVED"),
    ("W20", [introspected("assetId", "routerName")], CONFIRMED, "types"),
    ("W20", [introspected("assetId", typed=False)], DIFFERENT, "short form"),
    ("W20", [web("/graphql", "no", 400, request="{ __schema { types { name } } }")], DIFFERENT, "400"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "rows", "verdict", "seen"), CASES, ids=[f"{case[0]}-{case[3]}" for case in CASES])
def test_a_verdict_is_what_an_answer_shows(number, rows, verdict, seen) -> None:
    said = JUDGES[number](answers(*rows, routers=ROUTER))
    assert (said.verdict, seen in said.seen) == (verdict, True), said


@pytest.mark.parametrize("number", sorted(JUDGES))
def test_without_answers_nothing_is_confirmed_and_nothing_is_different(number) -> None:
    assert JUDGES[number](answers()).verdict == NOT_SHOWN


@pytest.mark.parametrize(
    "text", ["", STRANGE, REFUSED, "\x00\n", "{", "null", "[1]", '{"data": {"__schema": {"types": [1]}}}']
)
def test_whatever_is_printed_everywhere_each_assumption_has_a_verdict(text) -> None:
    rows = [login(text), of_login(1), *(row(question, text) for question in QUESTIONS_ASKED)]
    rows += [web(path, text, request=request) for path in ("/system", "/asset?verbose=true", "/alarm", "/graphql")
             for request in (None, "{ __schema { types { name } } }")]  # fmt: skip
    lines = report.judged(answers(*rows, routers=ROUTER))
    assert [line.assumption for line in lines] == list(ASSUMPTIONS)
    assert not [line for line in lines if "breaks the reader" in line.verdict.seen]
    assert report.table([line.as_data(str) for line in lines]) and report.settings(lines)


QUESTIONS_ASKED = (
    "show assets", "show assets summary", "show assets software", STATUS, "show system software revert", DETAIL,
    OF_NODE, OF_PROCESSES, "request system software upgrade", "request system software download", "show system version",
    "show system software available", "show alarms", "show plugins installed", "show system connectivity",
    "show system connectivity internal", "show peers router RTR_NORTH force", "show config out-of-sync",
    "show device-interface router RTR_NORTH force summary", "show bgp summary rows all router RTR_NORTH force",
    "show platform router RTR_NORTH node north-1 force disk", "show user activity",
    "show events type provisioning from 1d rows all force",
)  # fmt: skip


def test_what_holds_on_one_node_of_a_pair_need_not_hold_on_the_other() -> None:
    plugins = table("x", ("a", "1"), columns=("Plugin", "Version"))
    first, second = row("show plugins installed", plugins), row("show plugins installed", STRANGE, asked=PEER)
    for rows, verdict in (([first, second], DIFFERENT), ([first], CONFIRMED), ([], NOT_SHOWN)):
        lines = report.judged(Answers([LIST, row("show assets", ASSETS, asked=PEER), *rows], [OWN, PEER], ()))
        said = next(line.verdict for line in lines if line.assumption.id == "C8")
        assert said.verdict == verdict
    lines = report.judged(Answers([first, second], [OWN, PEER], ()))
    assert next(line.verdict.seen for line in lines if line.assumption.id == "C8").startswith("node2.Conductor: ")


def test_a_judge_that_breaks_costs_only_its_own_row(monkeypatch) -> None:
    def breaks(seen):
        raise KeyError("x")

    monkeypatch.setitem(JUDGES, "T7", breaks)
    lines = report.judged(answers(LIST))
    assert [line.assumption.id for line in lines if "breaks the reader" in line.verdict.seen] == ["T7"]


def test_the_table_fits_a_terminal_and_shows_what_differs_first_and_in_full() -> None:
    lines = report.judged(answers(row("show assets", "lorem " * 60), login("[x] ssr# ")))
    rows = [line.as_data(str) for line in lines]
    shown = report.table(rows)
    assert all(len(line) <= 120 for line in shown)
    text = " ".join(" ".join(line.split()) for line in shown)
    assert text.index("different (") < text.index("not shown here (") and "ansible_pcli_prompt" in text
    assert sum(report.counts(rows).values()) == len(ASSUMPTIONS)


def test_settings_are_comments_with_values_that_are_yaml() -> None:
    import yaml

    lines = report.judged(answers(login("[x] ssr# "), row("show alarms", STRANGE)))
    text = report.settings(lines)
    assert yaml.safe_load(text) is None
    values = [line[2:] for line in text.splitlines() if line.startswith(("# ansible_", "# conductor_upgrade_"))]
    loaded = {name: value for line in values for name, value in yaml.safe_load(line).items()}
    assert loaded["conductor_upgrade_checks"] == ["!critical_alarms", "!mismatch_alarm"]
    assert loaded["ansible_pcli_node"] == OWN.node and "ssr" in loaded["ansible_pcli_prompt"]


def test_a_difference_always_comes_with_a_setting_or_a_next_step() -> None:
    answered = [row(question, STRANGE) for question in QUESTIONS_ASKED]
    lines = report.judged(answers(login("[x] ssr# "), *answered, web("/asset?verbose=true", "[]"), routers=ROUTER))
    data = [line.as_data(str) for line in lines if line.verdict.verdict == DIFFERENT]
    assert len(data) > 10
    assert not [each["id"] for each in data if not each["setting"] and " -> " not in each["seen"]]
    assert set(NEXT_STEPS) <= set(JUDGES) and not [step for step in NEXT_STEPS.values() if step.endswith(".")]


def test_a_refusal_is_told_once_by_the_row_that_it_is_about() -> None:
    """Else one row confirms what the other calls different."""
    internal = row("show system connectivity internal", "% Error: unrecognized arguments: internal\n")
    clean = Scrubber().clean
    lines = {line.assumption.id: line.as_data(clean) for line in report.judged(answers(login(), LIST, internal))}
    assert lines["C15"]["verdict"] == DIFFERENT and "pair_in_sync is skipped" in lines["C15"]["seen"]
    assert "internal" not in lines["S9"]["seen"] and "judged by C15" in lines["S9"]["seen"]
    assert settled_by("show system connectivity internal router r1 force") == {"C15"}

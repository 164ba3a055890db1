# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module command: commands, questions and their answers, words of refusal, check mode."""

from __future__ import annotations

from tests.integration.harness import task

DELETE = "delete config exported old"


def run(*commands, answers=(), fail_on_error=True, command_timeout=20, **keywords):
    args = {"commands": list(commands), "answers": list(answers), "fail_on_error": fail_on_error}
    return task("command", {**args, "command_timeout": command_timeout}, **keywords)


def answer(question, words="y"):
    return {"question": question, "answer": words}


def test_answers_come_back_as_text_tables_and_blocks_and_only_changing_commands_count_as_changes(bench):
    b = bench(exports=["old"])
    results = b.play(
        {
            "look": run("show alarms", "show system", "show alarms | grep Peer", "validate"),
            "same": run("show alarms", check_mode=True),
            "check mode": run("show alarms", DELETE, check_mode=True, answers=[answer("sure")]),
            "tee": run("show system | tee /tmp/x", check_mode=True),
            "change": run(DELETE, answers=[answer("other", "n"), answer("sure that you want")]),
        }
    )
    alarms, system, piped, valid = results["look"]["results"]
    assert alarms["tables"][0][0]["Message"] == "Peer RTR_WEST_COMBO path is down"
    assert system["blocks"][0]["fields"]["Status"] == "running"
    assert piped["stdout_lines"] == piped["stdout"].split("\n"), "a screen shows a table line by line"
    assert "Peer RTR_WEST_COMBO" in piped["stdout"] and "b4" not in piped["stdout"]
    assert "is valid" in valid["stdout"] and not results["look"]["changed"]
    assert results["same"]["results"] and not results["same"]["changed"]
    assert results["check mode"]["changed"] and results["check mode"]["skipped_commands"] == [DELETE]
    assert "results" not in results["check mode"], "nothing at all is sent"
    assert results["tee"]["skipped_commands"], "a pipe into a file is no look"
    assert results["change"]["changed"] and results["change"]["msg"] == "1 command was answered."
    assert results["look"]["msg"] == "4 commands were answered."
    assert b.sent == [DELETE]


def test_what_the_device_refuses_or_asks_fails_with_its_words_and_sends_nothing_more(bench):
    b = bench(exports=["old"])
    results = b.play(
        {
            "refused": run("show config exports nothing", "show system"),
            "go on": run("show config exports nothing", "show system", fail_on_error=False),
            "unknown": run("shwo system"),
            "asked": run(DELETE, DELETE),
            "declined": run(DELETE, answers=[answer("sure", "n")]),
            "after a change": run("delete config exported force old", "delete config exported force old"),
        }
    )
    assert results["refused"]["failed"] and "'nothing' not found" in results["refused"]["msg"]
    assert len(results["refused"]["results"]) == 1
    assert not results["go on"]["failed"]
    assert [bool(result["error"]) for result in results["go on"]["results"]] == [True, False]
    assert results["unknown"]["failed"] and "shwo system" in results["unknown"]["msg"]
    assert results["asked"]["failed"] and "Are you sure that you want to delete" in results["asked"]["msg"]
    assert b.sent.count(DELETE) == 2, "one for each task: after the question nothing more is sent"
    assert results["declined"]["failed"] and not results["declined"]["changed"], "a user's no is not carried out either"
    assert results["after a change"]["failed"] and results["after a change"]["changed"], (
        "the first one did change something"
    )


def test_a_command_that_only_shows_something_goes_on_when_it_is_asked_unless_the_user_says_no(bench):
    b = bench()
    results = b.play(
        {
            "look": run("show peers router all"),
            "declined": run("show peers router all", answers=[answer("may take a long time", "n")]),
        }
    )
    shown = results["look"]["results"][0]
    assert shown["tables"] and not shown["error"] and not results["look"]["changed"]
    assert "may take a long time" not in shown["stdout"]
    assert results["declined"]["failed"] and "Operation canceled" in results["declined"]["msg"]


def test_a_pager_colours_and_a_spinner_do_not_get_into_the_answer(bench):
    style = {"pager": {"enabled": True, "rows": 5}, "spinner": True, "ansi": True}
    b = bench(style=style)
    results = b.play({"look": run("show assets", "show system"), "assets": task("assets_info")})
    text = results["look"]["results"][0]["stdout"]
    assert "--More--" not in text and "\x1b" not in text
    assert len(results["look"]["results"][0]["tables"][0]) == len(results["assets"]["assets"]) == 10


def test_bad_input_names_the_field_and_nothing_is_sent(bench):
    b = bench("standalone-6.3")
    results = b.play(
        {
            "empty": run("send command sync router hub force", " "),
            "two lines": run("show system\nsend command sync router hub force"),
            "question mark": run("request system software upgrade ?"),
            "pattern": run("send command sync router hub force", answers=[answer("(")]),
            "no list": task("command", {"commands": {"show": "system"}}),
            "nothing": task("command", {"commands": []}),
            "missing": task("command"),
            "unknown option": task("command", {"commands": ["show system"], "wait": 3}),
            "timeout": task("command", {"commands": ["show system"], "command_timeout": "soon"}),
        }
    )
    names = ("empty", "two lines", "question mark", "pattern", "no list", "nothing", "missing", "unknown option")
    for name in (*names, "timeout"):
        assert results[name]["failed"] and not results[name]["changed"], name
    for name in ("empty", "no list", "nothing", "missing"):
        assert "commands" in results[name]["msg"], results[name]["msg"]
    assert "answers" in results["pattern"]["msg"] and "command_timeout" in results["timeout"]["msg"]
    assert "no option 'wait'" in results["unknown option"]["msg"], results["unknown option"]["msg"]
    assert "ansible-doc sessionsmart.ssr.command" in results["unknown option"]["msg"]
    assert b.sent == []

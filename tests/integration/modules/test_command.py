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
    got = b.play(
        {
            "look": run("show alarms", "show system", "show alarms | grep Peer", "validate"),
            "same": run("show alarms", check_mode=True),
            "check mode": run("show alarms", DELETE, check_mode=True, answers=[answer("sure")]),
            "tee": run("show system | tee /tmp/x", check_mode=True),
            "change": run(DELETE, answers=[answer("other", "n"), answer("sure that you want")]),
        }
    )
    alarms, system, piped, valid = got["look"]["results"]
    assert alarms["tables"][0][0]["Message"] == "Peer RTR_WEST_COMBO path is down"
    assert system["blocks"][0]["fields"]["Status"] == "running"
    assert "Peer RTR_WEST_COMBO" in piped["stdout"] and "b4" not in piped["stdout"]
    assert "is valid" in valid["stdout"] and not got["look"]["changed"]
    assert got["same"]["results"] and not got["same"]["changed"]
    assert got["check mode"]["changed"] and got["check mode"]["skipped_commands"] == [DELETE]
    assert "results" not in got["check mode"], "nothing at all is sent"
    assert got["tee"]["skipped_commands"], "a pipe into a file is no look"
    assert got["change"]["changed"]
    assert b.sent == [DELETE]


def test_what_the_device_refuses_or_asks_fails_with_its_words_and_sends_nothing_more(bench):
    b = bench(exports=["old"])
    got = b.play(
        {
            "refused": run("show config exports nothing", "show system"),
            "go on": run("show config exports nothing", "show system", fail_on_error=False),
            "unknown": run("shwo system"),
            "asked": run(DELETE, DELETE),
            "declined": run(DELETE, answers=[answer("sure", "n")]),
            "after a change": run("delete config exported force old", "delete config exported force old"),
        }
    )
    assert got["refused"]["failed"] and "'nothing' not found" in got["refused"]["msg"]
    assert len(got["refused"]["results"]) == 1
    assert not got["go on"]["failed"]
    assert [bool(result["error"]) for result in got["go on"]["results"]] == [True, False]
    assert got["unknown"]["failed"] and "shwo system" in got["unknown"]["msg"]
    assert got["asked"]["failed"] and "Are you sure that you want to delete" in got["asked"]["msg"]
    assert b.sent.count(DELETE) == 2, "one for each task: after the question nothing more is sent"
    assert got["declined"]["failed"] and not got["declined"]["changed"], "a user's no is not carried out either"
    assert got["after a change"]["failed"] and got["after a change"]["changed"], "the first one did change something"


def test_a_command_that_only_shows_something_goes_on_when_it_is_asked_unless_the_user_says_no(bench):
    b = bench()
    got = b.play(
        {
            "look": run("show peers router all"),
            "declined": run("show peers router all", answers=[answer("may take a long time", "n")]),
        }
    )
    shown = got["look"]["results"][0]
    assert shown["tables"] and not shown["error"] and not got["look"]["changed"]
    assert "may take a long time" not in shown["stdout"]
    assert got["declined"]["failed"] and "Operation canceled" in got["declined"]["msg"]


def test_a_pager_colours_and_a_spinner_do_not_get_into_the_answer(bench):
    style = {"pager": {"enabled": True, "rows": 5}, "spinner": True, "ansi": True}
    b = bench(style=style)
    got = b.play({"look": run("show assets", "show system"), "assets": task("assets_info")})
    text = got["look"]["results"][0]["stdout"]
    assert "--More--" not in text and "\x1b" not in text
    assert len(got["look"]["results"][0]["tables"][0]) == len(got["assets"]["assets"]) == 10


def test_bad_input_names_the_field_and_nothing_is_sent(bench):
    b = bench("standalone-6.3")
    got = b.play(
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
        assert got[name]["failed"] and not got[name]["changed"], name
    for name in ("empty", "no list", "nothing", "missing"):
        assert "commands" in got[name]["msg"], got[name]["msg"]
    assert "answers" in got["pattern"]["msg"] and "command_timeout" in got["timeout"]["msg"]
    assert "wait" in got["unknown option"]["msg"] and "fail_on_error" in got["unknown option"]["msg"]
    assert b.sent == []

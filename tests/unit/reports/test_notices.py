# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is posted to a webhook: valid, short, and without any power over those who show it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import jsonschema
import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.masking import Secrets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.notices import (
    BODIES,
    EVENTS,
    Notice,
    notice_data,
    slack_body,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "notice-1.json").read_text(encoding="utf-8"))
RUN = {
    "id": "tonight",
    "authority": "cond",
    "operation": "upgrade",
    "version": "6.3.5-37.r1",
    "started": "2026-03-01T22:00:00Z",
    "elapsed": 60,
}
HOSTILE = (
    "<!channel> <@U123> @here @all <https://evil.example|click> https://evil.example/x ![p](http://evil.example/p.png) "
    "*bold* _it_ ~no~ `code` ```block``` & \x1b[31m \u202ereversed \ud800 \x00"
)


def notice(event: str = "end", **more: object) -> Notice:
    return Notice(
        event, 1, datetime(2026, 3, 1, 22, tzinfo=timezone.utc), **{"text": "All is well.", "run": RUN, **more}
    )


@pytest.mark.parametrize("event", EVENTS)
def test_every_notice_is_as_its_schema_says(event: str) -> None:
    routers = [("r1", "failed", HOSTILE * 20), ("r" * 900, "unknown", "")] * 30
    data = notice_data(notice(event, routers=routers, text=HOSTILE * 50, totals={"failed": 60}, stopped=HOSTILE * 20))
    jsonschema.validate(json.loads(BODIES["json"](data)), SCHEMA)
    assert data["more_routers"] == 50 and len(data["routers"]) == 10


def test_the_schema_knows_every_event_and_every_state() -> None:
    assert tuple(SCHEMA["properties"]["event"]["enum"]) == EVENTS
    assert set(SCHEMA["$defs"]["state"]["enum"]) == {"waiting", "running", *STATES}


@pytest.mark.parametrize("form", BODIES)
def test_control_characters_are_gone_whatever_the_form(form: str) -> None:
    data = notice_data(notice(routers=[(HOSTILE, "failed", HOSTILE)], text=HOSTILE, run={**RUN, "authority": HOSTILE}))
    shown = json.dumps(json.loads(BODIES[form](data)), ensure_ascii=False)
    assert all(letter.isprintable() or letter == "\u200b" for letter in shown)


def test_words_of_a_conductor_call_nobody_and_link_nowhere_in_slack() -> None:
    data = notice_data(notice(routers=[(HOSTILE, "failed", HOSTILE)] * 12, text=HOSTILE, run={**RUN, "id": HOSTILE}))
    message = json.loads(slack_body(data))
    texts = [message["text"]]
    for block in message["blocks"]:
        texts += [part["text"] for part in block.get("elements", [block.get("text")])]
    for text in texts:
        assert "<" not in text and ">" not in text and "`" not in text and "://" not in text and "](" not in text
        assert "@here" not in text and "@all" not in text and "@U123" not in text
        assert text.count("&") == text.count("&amp;") + text.count("&lt;") + text.count("&gt;")
    assert "*bold*" not in message["text"] and "bold" in message["text"]


def test_slack_takes_the_longest_notice() -> None:
    """A section has at most 3,000 letters, and a message at most 50 blocks."""
    routers = [("r" * 200, "failed", "& " * 900)] * 60
    message = json.loads(slack_body(notice_data(notice(routers=routers, text="<" * 3000))))
    assert len(message["blocks"]) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in message["blocks"] if block["type"] == "section")


def test_a_secret_is_masked_before_a_text_is_cut() -> None:
    secrets = Secrets("demo-admin-password")
    text = "x" * 390 + " demo-admin-password " + "y" * 100
    data = notice_data(notice(routers=[("r1", "failed", text)], text=text, stopped=text), secrets.mask)
    assert "demo" not in json.dumps(data)

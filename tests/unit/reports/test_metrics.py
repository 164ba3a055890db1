# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text for Prometheus, read by its own parser."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.metrics import PREFIX, Metrics, metrics_text
from prometheus_client.parser import text_string_to_metric_families

TIME = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)


def families(text: str) -> dict:
    """What the official parser makes of it, by name."""
    return {family.name: family for family in text_string_to_metric_families(text)}


def metrics(**more: object) -> Metrics:
    """A run with everything that there can be."""
    known = {
        "authority": "cond",
        "operation": "upgrade",
        "version": "6.3.5-37.r1.el7",
        "run_id": "tonight",
        "routers": {"waiting": 2, "done": 1},
        "phases": {"upgrade": (1234.5678, 2), "health check": (3.0, 1)},
        "failures_allowed": 5,
        "started": TIME,
        "last_progress": TIME,
        "ended": TIME,
        "window_end": TIME,
    }
    return Metrics(**{**known, **more})


def test_figures_arrive_as_they_are() -> None:
    read = families(metrics_text(metrics(failures=1, needs_person=1, running=False, stopped=True)))
    states = {sample.labels["state"]: sample.value for sample in read[f"{PREFIX}_routers"].samples}
    assert states == {"waiting": 2, "done": 1}
    phases = {(sample.name, sample.labels["phase"]): sample.value for sample in read[f"{PREFIX}_phase_seconds"].samples}
    assert phases[f"{PREFIX}_phase_seconds_sum", "upgrade"] == 1234.568
    assert phases[f"{PREFIX}_phase_seconds_count", "health_check"] == 1
    one = {name: family.samples[0].value for name, family in read.items()}
    for name in ("start", "last_progress", "end", "window_end"):
        assert one[f"{PREFIX}_{name}_timestamp_seconds"] == TIME.timestamp()
    assert (one[f"{PREFIX}_running"], one[f"{PREFIX}_stopped"], one[f"{PREFIX}_needs_person"]) == (0, 1, 1)
    assert (one[f"{PREFIX}_failure_budget_used"], one[f"{PREFIX}_failure_budget_allowed"]) == (1, 5)


def test_what_is_not_known_has_no_sample() -> None:
    nothing = {"phases": {}, "failures_allowed": None, "started": None, "last_progress": None}
    read = families(metrics_text(metrics(**nothing, ended=None, window_end=None)))
    assert not [name for name in read if "timestamp" in name or "allowed" in name or "phase" in name]


@pytest.mark.parametrize(
    "name",
    [
        'a"} 1\nevil{x="',
        "back\\slash\\",
        "line\r\nbreak",
        "\x00\x1b[31m",
        "\ud800",
        "Zür\u2028ich",
        "x" * 5000,
        "",
        "\\n",
    ],
)
def test_a_hostile_name_stays_a_label(name: str) -> None:
    text = metrics_text(metrics(authority=name, version=name, run_id=name, operation=name))
    text.encode("utf-8")
    read = families(text)
    assert set(read) == set(families(metrics_text(metrics()))), "no series more or less than with a good name"
    labels = read[f"{PREFIX}_info"].samples[0].labels
    cleaned = "".join(letter if letter.isprintable() else " " for letter in name)[:200]
    assert labels == dict.fromkeys(("authority", "operation", "version", "run_id"), cleaned)


def test_conventions_of_prometheus() -> None:
    text = metrics_text(metrics())
    assert text.endswith("\n") and "\n\n" not in text
    for name, family in families(text).items():
        assert family.documentation.endswith(".") and family.type in ("gauge", "summary"), name
        assert re.fullmatch(rf"{PREFIX}_[a-z_]+", name) and not name.endswith("_total"), "only a counter is a total"
        heads = re.findall(rf"^# (HELP|TYPE) {name} ", text, re.M)
        assert heads == ["HELP", "TYPE"], name


def test_the_name_of_a_run_is_a_label_of_one_series_only() -> None:
    with_run = [line for line in metrics_text(metrics()).splitlines() if "tonight" in line]
    assert len(with_run) == 1 and with_run[0].startswith(f"{PREFIX}_info{{")

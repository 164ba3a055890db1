# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook probe: it asks everything, starts nothing, and names nobody in what it leaves for others."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

FAST = {"ssr_probe_looks": 2, "ssr_probe_interval": 0}
PAIR = "RTR_EAST_COMBO"


def look(b, *extra, **variables):
    run = b.run("probe", *extra, pace=False, ssr_probe_dir=str(b.folder / "look"), **FAST, **variables)
    return run.assert_clean(*b.secrets)


def rows_of(run):
    return {row["id"]: row for row in run.results("probe")[0]["rows"]}


def test_it(bench):
    b = bench("ha-6.3-image", api={"enabled": True})
    run = look(b, ssr_probe_routers=[PAIR, "branch1"])
    print(run.output)
    print((b.folder / "look" / "probe_settings.yml").read_text())
    print((b.folder / "look" / "names.json").read_text())
    z = zipfile.ZipFile(b.folder / "look" / "bundle.zip")
    open("/tmp/probe_answers.jsonl", "wb").write(z.read("answers.jsonl"))
    assert 0

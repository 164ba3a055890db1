# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe finds of the habits of a conductor: its report beside that of a conductor with the first way of each.

``python -m tests.integration.probed --seeds 20`` plays that many seeds, and prints a line for each.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.integration.harness import Bench
from tests.simulator import Simulator
from tests.simulator.habits import HABITS

SPEEDUP = 600
SCENARIO = "ha-6.3-image"
#: A pair, and a router with one node that is peered with others.
ROUTERS = ["RTR_EAST_COMBO", "branch1"]

#: Habits that show while nothing happens, and the row in which a probe has to say so.
AT_REST = {
    "alarm_catalogue": "C13",
    "asset_case": "T1",
    "asset_good_word": "T1",
    "asset_version": "L10",
    "assets_layout": "T7",
    "assets_software": "L13",
    "assets_summary": "T9",
    "available_spelling": "L10",
    "connectivity_internal": "C15",
    "decoration": "S2",
    "missing_argument": "L1",
    "pager": "S3",
    "plugins_layout": "C8",
    "prompt": "S1",
    "shells": "S6",
    "skip_names": "L1",
    "ssh_forwarding": "W8",
    "version_detail": "L18",
    "width": "S2",
}
#: Ways of these that do not show, since another habit stands in front of them.
HIDDEN_BY = {"skip_names": {"missing_argument": "keyword"}}


@dataclass(frozen=True)
class Found:
    """What became of the habits of one conductor: those that show and were found, and those that were missed."""

    found: list[str]
    missed: list[str]


def bare(seen: str) -> str:
    """What was seen, without what differs from run to run."""
    return re.sub(r"\d+", "0", seen)


def report(folder: Path, **habits: object) -> tuple[dict[str, dict], Bench]:
    """The rows of a probe of a conductor with these habits, by number, and its bench."""
    with contextlib.ExitStack() as stack:
        simulator = stack.enter_context(Simulator(SCENARIO, speedup=SPEEDUP, habits=habits, api={"enabled": True}))
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, simulator)
        run = bench.run(
            "probe",
            pace=False,
            ssr_probe_dir=str(folder / "look"),
            ssr_probe_looks=1,
            ssr_probe_interval=0,
            ssr_probe_routers=ROUTERS,
        ).assert_clean(*bench.secrets)
        assert run.code == 0, run.output
        return {row["id"]: row for row in run.results("probe")[0]["rows"]}, bench


def compared(habits: Mapping[str, str], rows: Mapping[str, dict], usual: Mapping[str, dict]) -> Found:
    """Which of the habits that show at rest a probe has found: its row is not the usual one."""
    found, missed = [], []
    for habit, number in AT_REST.items():
        way = habits[habit]
        behind = any(habits[other] == its for other, its in HIDDEN_BY.get(habit, {}).items())
        if way == HABITS[habit].ways[0] or behind:
            continue
        row, before = rows[number], usual[number]
        told = (row["verdict"], bare(row["seen"])) != (before["verdict"], bare(before["seen"]))
        (found if told else missed).append(f"{habit}={way} ({number}: {row['verdict']})")
    return Found(found, missed)


def main() -> int:
    """Play seeds and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    options = parser.parse_args()
    found = missed = 0
    with tempfile.TemporaryDirectory() as folder:
        usual, _bench = report(Path(folder) / "usual")
        for seed in range(options.first, options.first + options.seeds):
            rows, bench = report(Path(folder) / str(seed), seed=seed)
            said = compared(bench.simulator.habits, rows, usual)
            found, missed = found + len(said.found), missed + len(said.missed)
            print(f"seed {seed}: {len(said.found)} found; missed: {', '.join(said.missed) or 'none'}", flush=True)
    print(f"{found} of {found + missed} habits that differ and show at rest were found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

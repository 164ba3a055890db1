# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor that answers as somebody's own did: a scenario from the bundle of a probe.

`python -m tests.simulator.from_probe bundle.zip` says what is recognised in it; with `--fixtures DIR` its
answers become texts for tests.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .api.graphql import require_library
from .probe.authority import authority_of, spellings_of_offers
from .probe.bundle import Bundle, read_bundle
from .probe.fixtures import write_fixtures
from .probe.recognise import Recognised, recognise, report
from .probe.session import add_session
from .probe.standing import add_standing
from .schema import ScenarioError


@dataclass
class Probed:
    """The scenario of a bundle, sentences about what cannot be played as it stands, and the habits that it shows."""

    scenario: dict[str, Any]
    bundle: Bundle
    habits: Recognised
    notes: list[str] = field(default_factory=list)


def scenario_from_probe(path: str | Path, releases: list[str] | None = None) -> Probed:
    """The conductor of a bundle as a scenario, `releases` on offer beside its own. Raises ScenarioError."""
    bundle = read_bundle(path)
    played = authority_of(bundle, list(releases or []))
    scenario = played.scenario
    known = add_session(bundle, scenario)
    add_standing(bundle, scenario)
    spellings = spellings_of_offers(scenario)
    if len(spellings) == 1:
        known["available_spelling"] = spellings.pop()
    notes = played.notes + _notes(bundle)
    if any(row.status for row in bundle.of("web")):
        try:
            require_library()
            scenario["api"] = {"enabled": True}
        except ScenarioError:
            notes.append("The web interface is not played: that takes graphql-core, which is not installed.")
    habits = recognise(bundle, scenario, known)
    scenario["habits"] = {**habits.ways, **{name: ways[0] for name, ways in habits.narrowed.items()}}
    scenario["recorded"] = str(Path(path).resolve())
    return Probed(scenario, bundle, habits, notes)


def _notes(bundle: Bundle) -> list[str]:
    notes = []
    if len(bundle.rows) > len(bundle.at_rest()):
        notes.append("Answers from the first lifecycle command on are not played: the simulator has its own upgrades.")
    asked = {(member.router, member.node) for member in bundle.nodes if member.role != "conductor"}
    if any((row.router, row.node) in asked for row in bundle.rows):
        notes.append("Routers that were asked themselves are played by what their conductor shows of them.")
    return notes


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulator.from_probe", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("bundle", type=Path, help="bundle.zip of a probe")
    parser.add_argument("--fixtures", type=Path, metavar="DIR", help="write its answers there, each as a text file")
    options = parser.parse_args(arguments)
    try:
        probed = scenario_from_probe(options.bundle)
        for note in probed.notes:
            print(f"note: {note}", file=sys.stderr)
        report(probed.habits, print)
        if options.fixtures:
            written = write_fixtures(probed.bundle, options.fixtures)
            print(f"{len(written)} texts written to {options.fixtures}")
    except (ScenarioError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

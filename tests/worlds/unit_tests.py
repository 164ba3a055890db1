# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which unit test fails without a condition? For functions that read words or numbers, of which a night shows few.

The tests of a file are collected once. For each condition they run in a child process in which it is turned off, until
one of them fails.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from .mutants import Mutant, turned_off

_UNIT = Path(__file__).parents[1] / "unit"
#: The tests that also hold what is in these files, beside those that are called like them; below ``tests/unit``.
_BESIDE = {
    "admission": (
        "planning/test_admission_limits.py",
        "planning/test_admission_proof.py",
        "rollout/test_conductor_load.py",
    ),
    "asset_states": ("software/test_assets.py",),
    "gate_conditions": ("rollout/test_live_conditions.py", "rollout/test_gate.py"),
    "live_conditions": ("rollout/test_gate_conditions.py",),
    "moments": ("rollout/test_live_conditions.py", "rollout/test_gate_conditions.py"),
    "node_progress": ("rollout/test_judge.py",),
    "node_status": ("rollout/test_judge.py",),
    "operation_rest": ("software/test_operation_status.py", "rollout/test_operation_end.py"),
    "operation_denials": ("software/test_operation_status.py",),
    "operation_words": ("software/test_operation_status.py", "rollout/test_operation_end.py"),
    "operation_status": ("rollout/test_operation_end.py", "conductor/test_client.py"),
    "read_moments": ("rollout/test_live_nodes.py", "rollout/test_operation.py", "rollout/test_revert.py"),
    "pre_check_words": ("software/test_refusals.py", "rollout/test_judge.py"),
    "refusal_reasons": (
        "software/test_refusals.py",
        "software/test_operation_status.py",
        "conductor/test_client.py",
        "rollout/test_judge.py",
    ),
    "refusals": ("conductor/test_client.py", "software/test_operation_status.py"),
    "peer_moves": ("rollout/test_operation.py",),
    "window": ("planning/test_admission.py", "planning/test_admission_limits.py", "rollout/test_rollout.py"),
}
#: A test takes no longer than this, in seconds; what does has no end.
_ENDLESS = 30


def tests_of(mutant: Mutant) -> list[str]:
    """The files whose tests may notice that a condition is turned off."""
    name = mutant.where.partition(".")[0]
    own = [str(path.relative_to(_UNIT)) for path in sorted(_UNIT.glob(f"*/test_{name}.py"))]
    return [f"tests/unit/{path}" for path in dict.fromkeys([*own, *_BESIDE.get(name, ())])]


def is_test(name: str) -> bool:
    """Is this what noticed a condition a unit test, and no world?"""
    return "::" in name


def failing(wanted: Sequence[tuple[Mutant, str]], jobs: int) -> dict[Mutant, str]:
    """The first test that fails without each of these conditions; those that none notices are left out.

    ``wanted``: with the test that noticed it the last time, or the name of a file.
    """
    by_file: dict[str, list[tuple[Mutant, str]]] = {}
    for mutant, test in wanted:
        by_file.setdefault(test.partition("::")[0], []).append((mutant, test))
    parts = [(path, part[first::jobs]) for path, part in by_file.items() for first in range(min(jobs, len(part)))]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=context, max_tasks_per_child=None) as pool:
        return {mutant: test for noticed in pool.map(_in_a_process, parts) for mutant, test in noticed.items()}


def _in_a_process(part: tuple[str, Sequence[tuple[Mutant, str]]]) -> dict[Mutant, str]:
    """pytest leaves much behind, so that each of its runs has a process of its own."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=lambda: send.send(_run(*part)))
    process.start()
    send.close()
    try:
        return receive.recv()
    except EOFError:
        return {}
    finally:
        process.join()


def _run(path: str, wanted: Sequence[tuple[Mutant, str]]) -> dict[Mutant, str]:
    plugin = _Loop(wanted)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    pytest.main(["-q", "-p", "no:cacheprovider", path], plugins=[plugin])
    return plugin.noticed


class _Loop:
    """Runs the tests of a file once for each condition, each time in a child process."""

    def __init__(self, wanted: Sequence[tuple[Mutant, str]]) -> None:
        self._wanted = wanted
        self.noticed: dict[Mutant, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for mutant, test in self._wanted:
            # Tests that try by chance do not fail each time, and take their time to say how.
            items = [item for item in session.items if not hasattr(getattr(item, "obj", None), "hypothesis")]
            items = [item for item in items if not is_test(test) or _named(item) == test]
            failed = _first_failing(mutant, items)
            if failed is not None:
                self.noticed[mutant] = failed
        return True


def _named(item: pytest.Item) -> str:
    """A test without the values that it is called with."""
    return item.nodeid.partition("[")[0]


def _first_failing(mutant: Mutant, items: Sequence[pytest.Item]) -> str | None:
    """The first of these tests that fails without a condition, or the one that has no end then."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        try:
            with turned_off([mutant]):
                _run_until_one_fails(items, send)
        finally:
            os._exit(0)
    os.close(send)
    with open(receive, encoding="utf-8") as lines:
        said = lines.read().splitlines()
    os.waitpid(child, 0)
    return said[-1] if said and said[-1] != "all hold" else None


def _run_until_one_fails(items: Sequence[pytest.Item], send: int) -> None:
    from _pytest.runner import runtestprotocol

    failed = []

    for number, item in enumerate(items):
        os.write(send, f"{_named(item)}\n".encode())
        signal.alarm(_ENDLESS)  # for each of them: many that hold take longer together, and have noticed nothing
        following = items[number + 1] if number + 1 < len(items) else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            failed.append(item)
            break
    if not failed:
        os.write(send, b"all hold\n")

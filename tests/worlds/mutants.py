# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions of the gate, of the judge and of what these ask, and how one of them is turned off.

They are found by reading the table of the gate and the sources (``conditions.py``), so that a new one is among them by
itself. A condition of the gate is a function in that table, for one command and one stage. Kinds of the others:
``judge``; ``part`` of what an ``if`` of the judge asks; and ``inside``, those in the functions that these ask.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType

from .conditions import changed_code, conditions_of
from .silent import NOTHING_TO_NOTICE

_UTILS = "ansible_collections.sessionsmart.ssr.plugins.plugin_utils"
#: The files that decide whether an operation is over, and how.
JUDGE = ("judge", "node_progress", "operation_end")
#: The files that hold what the gate and the judge ask, below ``plugin_utils``, the most dangerous first.
ASKED = (
    "rollout/live_nodes",
    "rollout/moments",
    "rollout/read_moments",
    "rollout/relapse",
    "rollout/live_conditions",
    "rollout/gate_conditions",
    "rollout/gate",
    "rollout/pair",
    "rollout/peer_moves",
    "software/operation_status",
    "software/operation_words",
    "software/operation_rest",
    "software/operation_denials",
    "pcli/declined",
    "software/refusals",
    "software/refusal_reasons",
    "software/node_status",
    "software/asset_states",
    "software/pre_check_words",
    "planning/admission",
    "planning/window",
)
#: What the watch over conditions is called within the functions that are watched.
_WATCH = "__condition_watch__"


@dataclass(frozen=True, order=True)
class Mutant:
    """A condition that can be turned off. ``where``: command and stage, or file and function. ``name``: what it is.

    ``kind``: ``gate``, ``judge``, ``part`` (of what an ``if`` of the judge asks), or ``inside`` (of what these ask).
    """

    kind: str
    where: str
    name: str

    @property
    def key(self) -> str:
        """How it is called in files."""
        return f"{self.kind}: {self.where}: {self.name}"

    @property
    def silent(self) -> str | None:
        """Why no world can notice it; None where one can."""
        return next((why for pattern, why in NOTHING_TO_NOTICE.items() if re.search(pattern, self.key)), None)


def all_mutants() -> list[Mutant]:
    """All conditions, of the gate and of the judge."""
    return [*gate_mutants(), *function_mutants()]


@contextlib.contextmanager
def turned_off(mutants: Iterable[Mutant]) -> Iterator[None]:
    """While this lasts, these conditions are not asked."""
    mutants = list(mutants)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_gate_without({mutant for mutant in mutants if mutant.kind == "gate"}))
        stack.enter_context(_judge_without({mutant for mutant in mutants if mutant.kind != "gate"}))
        yield


def gate_watched(asked: Callable[[Mutant], object]) -> contextlib.AbstractContextManager:
    """The same for the gate alone, also while conditions are turned off."""
    return _gate_watched(asked)


@contextlib.contextmanager
def watched(asked: Callable[[Mutant], object]) -> Iterator[None]:
    """While this lasts, ``asked`` is called with each condition that makes a difference, at each time that it does."""
    with _gate_watched(asked), _judge_watched(asked):
        yield


# -- the gate ---------------------------------------------------------------------------------------------------------


def _module(path: str) -> ModuleType:
    return importlib.import_module(f"{_UTILS}.{path.replace('/', '.')}")


def _table() -> dict:
    return _module("rollout/gate_conditions").CONDITIONS


def _stages(conditions: object) -> dict[str, tuple]:
    """The conditions of one command, by stage."""
    values = {field.name: getattr(conditions, field.name) for field in dataclasses.fields(conditions)}
    return {name: value for name, value in values.items() if isinstance(value, tuple) and all(map(callable, value))}


def gate_mutants() -> list[Mutant]:
    """Each condition in the table of the gate, by command and stage."""
    return [
        Mutant("gate", f"{command}/{stage}", condition.__name__)
        for command, conditions in _table().items()
        for stage, functions in _stages(conditions).items()
        for condition in functions
    ]


@contextlib.contextmanager
def _gate_changed(change: Callable[[str, str, tuple], tuple]) -> Iterator[None]:
    """While this lasts, the table holds what ``change`` makes of the conditions of each command and stage."""
    table = _table()
    before = dict(table)
    for command, conditions in before.items():
        changed = {stage: change(command, stage, functions) for stage, functions in _stages(conditions).items()}
        table[command] = dataclasses.replace(conditions, **changed)
    try:
        yield
    finally:
        table.update(before)


def _gate_without(mutants: set[Mutant]) -> contextlib.AbstractContextManager:
    off = {(mutant.where, mutant.name) for mutant in mutants}
    return _gate_changed(
        lambda command, stage, functions: tuple(
            function for function in functions if (f"{command}/{stage}", function.__name__) not in off
        )
    )


def _gate_watched(asked: Callable[[Mutant], object]) -> contextlib.AbstractContextManager:
    def watching(where: str, condition: Callable) -> Callable:
        @functools.wraps(condition)
        def watch(moment):
            decision = condition(moment)
            if decision is not None:
                asked(Mutant("gate", where, condition.__name__))
            return decision

        return watch

    return _gate_changed(
        lambda command, stage, functions: tuple(watching(f"{command}/{stage}", function) for function in functions)
    )


# -- the judge --------------------------------------------------------------------------------------------------------


def _functions() -> Iterator[tuple[str, FunctionType]]:
    """All functions of these files, with file and name; methods as well."""
    for path in (*(f"rollout/{name}" for name in JUDGE), *ASKED):
        module = _module(path)
        for owner in (module, *(value for value in vars(module).values() if inspect.isclass(value))):
            if owner is not module and owner.__module__ != module.__name__:
                continue
            for label, value in list(vars(owner).items()):
                function = inspect.unwrap(_function_behind(value))
                own = isinstance(function, FunctionType) and function.__code__.co_filename == module.__file__
                if own and conditions_of(function):
                    name = path.rpartition("/")[2]
                    yield f"{name}.{label if owner is module else f'{owner.__name__}.{label}'}", function


def _function_behind(value: object) -> object:
    """The function of a property, of a method of a class, and of what is computed once."""
    for name in ("fget", "func", "__func__"):
        value = getattr(value, name, None) or value
    return value


def _listed(where: str, function: FunctionType) -> list[tuple[Mutant, bool]]:
    """The conditions of a function in their order, and what each is when it is turned off."""
    kind = "judge" if where.partition(".")[0] in JUDGE else "inside"
    return [
        (Mutant("part" if condition.part and kind == "judge" else kind, where, condition.name), condition.off)
        for condition in conditions_of(function)
    ]


def function_mutants() -> list[Mutant]:
    """Each condition in the functions of the judge, and of what the gate and the judge ask."""
    return [mutant for where, function in _functions() for mutant, _off in _listed(where, function)]


@contextlib.contextmanager
def _with_codes(codes: Iterable[tuple[FunctionType, CodeType]]) -> Iterator[None]:
    """While this lasts, functions have other code, wherever they were imported to."""
    before = []
    try:
        for function, code in codes:
            before.append((function, function.__code__))
            function.__code__ = code
        _forget_answers()
        yield
    finally:
        for function, code in reversed(before):
            function.__code__ = code
        _forget_answers()


def _forget_answers() -> None:
    """What was computed once came from other conditions."""
    for name, module in list(sys.modules.items()):
        if module is not None and name.startswith(f"{_UTILS}."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _judge_without(mutants: set[Mutant]) -> contextlib.AbstractContextManager:
    codes = []
    wanted = {mutant.where for mutant in mutants}
    for where, function in _functions():
        if where in wanted:
            off = {number for number, (mutant, _off) in enumerate(_listed(where, function)) if mutant in mutants}
            do = lambda number, node, _off, off=off: None if number in off else node  # noqa: E731
            codes.append((function, changed_code(function, do)))
    return _with_codes(codes)


@contextlib.contextmanager
def _judge_watched(asked: Callable[[Mutant], object]) -> Iterator[None]:
    codes, globals_of = [], []
    mutants: list[tuple[Mutant, bool]] = []

    def watch(number: int, value: object) -> object:
        mutant, off = mutants[number]
        if bool(value) != off:
            asked(mutant)
        return value

    for where, function in _functions():
        first = len(mutants)
        mutants += _listed(where, function)

        def do(number: int, node: ast.expr, _off: bool, first: int = first) -> ast.expr:
            return ast.Call(ast.Name(_WATCH, ast.Load()), [ast.Constant(first + number), node], [])

        codes.append((function, changed_code(function, do)))
        function.__globals__[_WATCH] = watch
        globals_of.append(function.__globals__)
    try:
        with _with_codes(codes):
            yield
    finally:
        for names in globals_of:
            names.pop(_WATCH, None)

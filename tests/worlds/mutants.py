# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions of the gate and of the judge, and how one of them is turned off while worlds are played.

They are found by reading the table of the gate and the sources of the judge, so that a new one is among them by itself.
A condition of the gate is a function in that table, for one command and one stage. One of the judge is what an ``if``
asks, or a part of an ``and`` or an ``or`` elsewhere: turned off, the ``if`` never holds, or the part is not asked. What
an ``if`` asks may have parts of its own, which can be turned off one by one, too.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import functools
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType

_ROLLOUT = "ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout"
#: The files that decide whether an operation is over, and how.
JUDGE = ("judge", "node_progress", "operation_end")
#: What the watch over conditions is called within the functions that are watched.
_WATCH = "__condition_watch__"
#: So much of a condition stands in its name.
_SHOWN = 90
#: What no world can notice, and why: regular expressions for keys. A test holds that each of them is needed.
NOTHING_TO_NOTICE = {
    r"^gate: .*: running_ignored$": "it allows what the conditions behind it forbid",
    r"^judge: judge\.judge_lines: '.n'": "it chooses words",
    r"^judge: judge\.final_outcome: (not answer|bad|refused|outcome\.state (in|== 'unknown'))": "it chooses words",
    r"^part: judge\.final_outcome: (?!outcome\.state == 'reverted'|operation)": "it chooses words",
    r"^(judge|part): judge\.out_of_time: (not )?status\.(reachable|away)": "it chooses words",
    r"^(judge|part): operation_end\.how_known: ": "it chooses words",
}


@dataclass(frozen=True, order=True)
class Mutant:
    """A condition that can be turned off. ``where``: command and stage, or file and function. ``name``: what it is.

    ``kind``: ``gate``, ``judge``, or ``part`` (of what an ``if`` of the judge asks).
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
    return [*gate_mutants(), *judge_mutants()]


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


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"{_ROLLOUT}.{name}")
    except ModuleNotFoundError:
        return None


def _table() -> dict:
    return _module("gate_conditions").CONDITIONS


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


class _Conditions(ast.NodeTransformer):
    """Goes through the conditions of a function. ``do`` gets number, expression and what it is when turned off.

    What it returns takes the place of the expression; None: a part of an ``and`` or an ``or`` is left out, and any
    other condition does not hold. ``parts``: the numbers of those that are parts of what an ``if`` asks.
    """

    def __init__(self, do: Callable[[int, ast.expr, bool], ast.expr | None]) -> None:
        self._do, self._number, self._asked = do, -1, False
        self.parts: set[int] = set()

    def _condition(self, node: ast.expr, off: bool = False) -> ast.expr | None:
        self._number += 1
        if self._asked:
            self.parts.add(self._number)
        return self._do(self._number, node, off)

    def _whole(self, node: ast.expr) -> ast.expr:
        changed = self._condition(node)
        return ast.Constant(False) if changed is None else changed

    def visit_If(self, node: ast.If) -> ast.AST:
        self._asked = True
        node.test = self.visit(node.test)
        self._asked = False
        node.test = self._whole(node.test)
        node.body = [self.visit(statement) for statement in node.body]
        node.orelse = [self.visit(statement) for statement in node.orelse]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        if any(isinstance(word, ast.JoinedStr) or _is_text(word) for word in (node.body, node.orelse)):
            return node  # it only chooses words
        self.generic_visit(node)
        node.test = self._whole(node.test)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        both = isinstance(node.op, ast.And)
        changed = [value if _is_guard(value, both) else self._condition(value, both) for value in node.values]
        node.values = [value for value in changed if value is not None]
        if len(node.values) > 1:
            return node
        return node.values[0] if node.values else ast.Constant(both)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        changed = [self._condition(value, True) for value in node.ifs]
        node.ifs = [value for value in changed if value is not None]
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node


def _is_guard(part: ast.expr, of_and: bool) -> bool:
    """Does a part only keep the next one from failing, or is it what is taken where there is nothing else?"""
    if of_and:
        return isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.IsNot) and _is_none(part.comparators[0])
    made = isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id[0].isupper()
    return made or isinstance(part, ast.Constant)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _functions() -> Iterator[tuple[str, FunctionType]]:
    """All functions of the judge, with file and name; methods as well."""
    for name in JUDGE:
        module = _module(name)
        if module is None:
            continue
        for owner in (module, *(value for value in vars(module).values() if inspect.isclass(value))):
            if owner is not module and owner.__module__ != module.__name__:
                continue
            for label, value in list(vars(owner).items()):
                function = inspect.unwrap(getattr(value, "fget", None) or getattr(value, "__func__", value))
                if isinstance(function, FunctionType) and function.__code__.co_filename == module.__file__:
                    yield f"{name}.{label if owner is module else f'{owner.__name__}.{label}'}", function


def _tree(function: FunctionType) -> ast.FunctionDef:
    definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    definition.decorator_list = []
    return definition


def _listed(where: str, function: FunctionType) -> list[tuple[Mutant, bool]]:
    """The conditions of a function in their order, and what each is when it is turned off."""
    listed: list[tuple[str, bool]] = []
    names: dict[str, int] = {}

    def add(_number: int, node: ast.expr, off: bool) -> ast.expr:
        name = ast.unparse(node)
        name = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
        names[name] = names.get(name, 0) + 1
        listed.append((name if names[name] == 1 else f"{name} ({names[name]})", off))
        return node

    conditions = _Conditions(add)
    conditions.visit(_tree(function))
    kinds = ["part" if number in conditions.parts else "judge" for number in range(len(listed))]
    return [(Mutant(kind, where, name), off) for kind, (name, off) in zip(kinds, listed, strict=True)]


def judge_mutants() -> list[Mutant]:
    """Each condition in the functions of the judge."""
    return [mutant for where, function in _functions() for mutant, _off in _listed(where, function)]


def _compiled(function: FunctionType, do: Callable[[int, ast.expr, bool], ast.expr | None]) -> CodeType:
    """The code of a function, changed."""
    module = ast.fix_missing_locations(ast.Module([_Conditions(do).visit(_tree(function))], []))
    code = compile(module, function.__code__.co_filename, "exec")
    return next(value for value in code.co_consts if isinstance(value, CodeType) and value.co_name == function.__name__)


@contextlib.contextmanager
def _with_codes(codes: Iterable[tuple[FunctionType, CodeType]]) -> Iterator[None]:
    """While this lasts, functions have other code, wherever they were imported to."""
    before = []
    try:
        for function, code in codes:
            before.append((function, function.__code__))
            function.__code__ = code
        yield
    finally:
        for function, code in reversed(before):
            function.__code__ = code


def _judge_without(mutants: set[Mutant]) -> contextlib.AbstractContextManager:
    codes = []
    wanted = {mutant.where for mutant in mutants}
    for where, function in _functions():
        if where in wanted:
            off = {number for number, (mutant, _off) in enumerate(_listed(where, function)) if mutant in mutants}
            do = lambda number, node, _off, off=off: None if number in off else node  # noqa: E731
            codes.append((function, _compiled(function, do)))
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

        codes.append((function, _compiled(function, do)))
        function.__globals__[_WATCH] = watch
        globals_of.append(function.__globals__)
    try:
        with _with_codes(codes):
            yield
    finally:
        for names in globals_of:
            names.pop(_WATCH, None)

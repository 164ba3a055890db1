# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions in the source of a function, and its code without one of them.

A condition is what an ``if`` or a ``while`` asks, a part of an ``and`` or an ``or``, or what a function returns that
says yes or no. Turned off, an ``if`` never holds, a part is not asked, and such a function always says the same. What
it does beside its answer, such as to read a list anew, it does still: only its answer does not count.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType

#: So much of a condition stands in its name.
_SHOWN = 90
#: Methods that do something, and say whether they could.
_DOES = ("refresh",)
#: Gets number, expression and what it is when turned off. What it returns takes the place of the expression; None: it
#: is turned off.
Change = Callable[[int, ast.expr, bool], "ast.expr | None"]


@dataclass(frozen=True)
class Condition:
    """``name``: its text. ``part``: of what an ``if`` asks. ``off``: what it is when it is turned off."""

    name: str
    part: bool
    off: bool


@cache
def conditions_of(function: FunctionType) -> tuple[Condition, ...]:
    """The conditions of a function in their order."""
    listed: list[tuple[str, bool]] = []
    names: dict[str, int] = {}

    def add(_number: int, node: ast.expr, off: bool, more: str = "") -> ast.expr:
        name = ast.unparse(node)
        name = f"{name if len(name) <= _SHOWN else f'{name[:_SHOWN]}...'}{more}"
        names[name] = names.get(name, 0) + 1
        listed.append((name if names[name] == 1 else f"{name} ({names[name]})", off))
        return node

    found = _Conditions(add, named=True)
    found.visit(_tree(function))
    return tuple(Condition(name, number in found.parts, off) for number, (name, off) in enumerate(listed))


def changed_code(function: FunctionType, change: Change) -> CodeType:
    """The code of a function with other conditions."""
    module = ast.fix_missing_locations(ast.Module([_Conditions(change).visit(_tree(function))], []))
    code = compile(module, function.__code__.co_filename, "exec")
    return next(value for value in code.co_consts if isinstance(value, CodeType) and value.co_name == function.__name__)


def _tree(function: FunctionType) -> ast.FunctionDef:
    definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    definition.decorator_list = []
    return definition


class _Conditions(ast.NodeTransformer):
    """Goes through the conditions of a function. ``parts``: the numbers of those that are parts of what an ``if`` asks.

    Turned off, a part of an ``and`` or an ``or`` is left out, and any other condition is what it is when turned off.
    ``named``: ``do`` takes what is added to the name of a returned value.
    """

    def __init__(self, do: Callable, named: bool = False) -> None:
        self._do, self._named, self._number, self._asked, self._says_yes = do, named, -1, False, False
        self.parts: set[int] = set()

    def _condition(self, node: ast.expr, off: bool = False, more: str = "") -> ast.expr | None:
        self._number += 1
        if self._asked:
            self.parts.add(self._number)
        return self._do(self._number, node, off, more) if self._named else self._do(self._number, node, off)

    def _whole(self, node: ast.expr, off: bool = False, more: str = "") -> ast.expr:
        changed = self._condition(node, off, more)
        return _turned_off(node, off) if changed is None else changed

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outside, self._says_yes = self._says_yes, node.returns is not None and ast.unparse(node.returns) == "bool"
        node.body = [self.visit(statement) for statement in node.body]
        self._says_yes = outside
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        if not self._says_yes or isinstance(node.value, ast.Constant):
            return node
        asked = node.value  # with and, each part that is not asked says yes more often; with or, no
        of = asked.op if isinstance(asked, ast.BoolOp) else None
        if not isinstance(of, ast.Or):
            asked = self._whole(asked, False, ", returned")
        if not isinstance(of, ast.And):
            asked = self._whole(asked, True, ", not returned")
        node.value = asked
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self._test(node)
        node.body = [self.visit(statement) for statement in node.body]
        node.orelse = [self.visit(statement) for statement in node.orelse]
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        if not isinstance(node.test, ast.Constant):
            self._test(node)
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def _test(self, node: ast.If | ast.While) -> None:
        self._asked = True
        node.test = self.visit(node.test)
        self._asked = False
        node.test = self._whole(node.test)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        if _are_words(node.body, node.orelse):
            return node
        self.generic_visit(node)
        node.test = self._whole(node.test)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        both = isinstance(node.op, ast.And)
        guards = [_is_guard(value, both, node.values[number + 1 :]) for number, value in enumerate(node.values)]
        self.generic_visit(node)
        changed = [
            value if guard else self._part(value, both) for value, guard in zip(node.values, guards, strict=True)
        ]
        node.values = [value for value in changed if value is not None]
        if len(node.values) > 1:
            return node
        return node.values[0] if node.values else ast.Constant(both)

    def _part(self, node: ast.expr, of_and: bool) -> ast.expr | None:
        """A part of an ``and`` or an ``or``; None where it is left out."""
        changed = self._condition(node, of_and)
        return _turned_off(node, of_and) if changed is None and _does_something(node) else changed

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        changed = [self._condition(value, True) for value in node.ifs]
        node.ifs = [value for value in changed if value is not None]
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node


def _turned_off(node: ast.expr, off: bool) -> ast.expr:
    """What takes the place of an expression: its answer does not count, but what it does happens."""
    constant = ast.Constant(off)
    if not _does_something(node):
        return constant
    return ast.Subscript(ast.Tuple([node, constant], ast.Load()), ast.Constant(1), ast.Load())


def _does_something(node: ast.expr) -> bool:
    return any(
        isinstance(part, (ast.Yield, ast.YieldFrom, ast.NamedExpr))
        or (isinstance(part, ast.Attribute) and part.attr in _DOES)
        for part in ast.walk(node)
    )


def _are_words(*both: ast.expr) -> bool:
    """Does a choice only choose words? A choice between words and nothing decides."""
    nothing = any(isinstance(node, ast.Constant) and not node.value for node in both)
    return not nothing and any(isinstance(node, ast.JoinedStr) or _is_text(node) for node in both)


def _is_guard(part: ast.expr, of_and: bool, rest: Sequence[ast.expr]) -> bool:
    """Does a part only keep the next one from failing, or is it what is taken where there is nothing else?"""
    if isinstance(part, ast.Compare) and _is_none(part.comparators[0]):
        asked = ast.unparse(part.left)
        used = any(asked in ast.unparse(other) for other in rest)
        return used and isinstance(part.ops[0], ast.IsNot if of_and else ast.Is)
    if of_and:
        return False
    made = isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id[0].isupper()
    named = isinstance(part, ast.Name) and part.id.isupper()
    return made or named or isinstance(part, ast.Constant)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)

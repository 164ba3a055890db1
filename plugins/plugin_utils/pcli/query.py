# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath queries on what the PCLI printed: the response as data, checks of a query, and conditions.

The libraries are optional: callers check :data:`jmespath` first, and say what to install.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .blocks import Block
from .response import Response

try:
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions, signature
except ImportError as import_error:  # reported by the caller, with what to do
    jmespath = None
    JMESPATH_IMPORT_ERROR: ImportError | None = import_error
else:
    JMESPATH_IMPORT_ERROR = None

try:
    import netaddr
except ImportError as import_error:  # reported if a query uses addresses
    netaddr = None
    NETADDR_IMPORT_ERROR: ImportError | None = import_error
else:
    NETADDR_IMPORT_ERROR = None

# What a query can raise on data that it was not written for: the library passes on some of Python's own errors.
EVALUATION = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError)


# -- data and conditions --------------------------------------------------------------------------------------------


def data_of(response: Response) -> dict[str, Any]:
    """The response to a command as plain data, for a query."""
    return {
        # Unreached targets are listed in a separate table, which would take the place of the intended one.
        "tables": [
            [dict(row) for row in table.filled("Router").rows]
            for table in response.tables
            if not (response.disconnected and sorted(table.columns) == ["Message", "Target"])
        ],
        "disconnected": [{"target": target, "message": message} for target, message in response.disconnected],
        "blocks": [_block(block) for block in response.blocks],
        "text": response.text,
        "lines": [line.rstrip() for line in response.text.split("\n") if line.strip()],
    }


def _block(block: Block) -> dict[str, Any]:
    """A block as plain data, with the blocks inside it under their names."""
    inner = {name: _block(nested) for name, nested in block.nested.items()}
    sections = {key: list(lines) for key, lines in block.sections.items()}
    return {**inner, **block.fields, "title": block.title, "sections": sections}


def same(actual: Any, wanted: Any) -> bool:
    """Whether a value is the one that the user wrote. A cell is always text, so `0` in YAML equals the text `0`."""
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    if isinstance(actual, list) and isinstance(wanted, list):
        return len(actual) == len(wanted) and all(map(same, actual, wanted))
    if isinstance(actual, dict) and isinstance(wanted, dict):
        return actual.keys() == wanted.keys() and all(same(actual[key], wanted[key]) for key in actual)
    if isinstance(actual, str) != isinstance(wanted, str):
        return None not in (actual, wanted) and str(actual).strip() == str(wanted).strip()
    return actual == wanted


def holds(answer: Any) -> bool:
    """Whether a condition is met. In JMESPath null, false and empty values are false; any number is true, even 0."""
    if isinstance(answer, (int, float)) and not isinstance(answer, bool):
        raise ValueError(f"the condition gives the number {answer}, which is neither true nor false: compare it")
    return answer not in (None, False, "", [], {})


# -- reading a query ------------------------------------------------------------------------------------------------


class Compiler:
    """Compiles expressions, and reports each mistake with its position: see :meth:`bad`."""

    def bad(self, name: str, words: str, position: int | None = None) -> Exception:
        """The error to raise for a field. ``position``: the character, counted from 1."""
        raise NotImplementedError

    def _compile(self, name: str, expression: str) -> Any:
        try:
            compiled = jmespath.compile(expression)
        except JMESPathError as error:
            position = getattr(error, "lex_position", 0)
            raise self.bad(name, f"{_complaint(error)} in {expression!r}.", position + 1) from None
        except RecursionError:
            raise self.bad(name, "it is nested too deeply.") from None
        for node in _nodes(compiled.parsed):
            if node.get("type") == "function_expression":
                self._function(name, expression, node)
        return compiled

    def _function(self, name: str, expression: str, node: Mapping[str, Any]) -> None:
        """Check a function call. The library does so only when it evaluates it; a user wants to know earlier."""
        called, given = node["value"], len(node["children"])
        call = re.search(rf"\b{re.escape(called)}\s*\(", expression)
        position = call.start() + 1 if call else None
        known = _Functions.FUNCTION_TABLE
        if called not in known:
            raise self.bad(name, f"there is no function '{called}'. Known are: {', '.join(sorted(known))}.", position)
        needed = known[called]["signature"]
        variadic = bool(needed) and bool(needed[-1].get("variadic"))
        if given < len(needed) or (given > len(needed) and not variadic):
            least = "at least " if variadic else ""
            raise self.bad(name, f"{called}() takes {least}{len(needed)} argument(s), not {given}.", position)
        if called not in ("in_networks", "is_address"):
            return
        if netaddr is None:
            raise self.bad(name, install("netaddr", f"{called}() and the like", NETADDR_IMPORT_ERROR), position)
        if called == "in_networks":
            for text in _constants(node["children"][1]):
                try:
                    _network(text)
                except ValueError as error:
                    raise self.bad(name, f"{error}.", position) from None


def _complaint(error: Any) -> str:
    """The error of the library, without its drawing of the position."""
    message = getattr(error, "message", None)
    if message:
        return f"it is not valid JMESPath, {message.lower()}"
    token = getattr(error, "token_value", None)
    problem = f"'{token}' is not expected" if token else "something is missing"
    return f"it is not valid JMESPath, {problem}"


def _nodes(parsed: Any) -> Iterator[Mapping[str, Any]]:
    """Every part of a parsed expression."""
    waiting = [parsed]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            waiting.extend(node.get("children", ()))


def field_names(compiled: Any) -> set[str]:
    """The names of the fields that an expression uses."""
    return {node["value"] for node in _nodes(compiled.parsed) if node.get("type") == "field"}


def _constants(node: Mapping[str, Any]) -> list[Any]:
    """The networks that are written out in a query; those from the data are only known later."""
    if node["type"] == "literal":
        return node["value"] if isinstance(node["value"], list) else [node["value"]]
    if node["type"] == "multi_select_list":
        return [child["value"] for child in node["children"] if child["type"] == "literal"]
    return []


def install(library: str, who: str, error: ImportError | None) -> str:
    """The message for a library that cannot be imported. ``who``: what needs it."""
    return (
        f"{who} need the Python library {library} on the controller, which cannot be imported ({error}). Install it "
        f"for the Python that runs Ansible: python3 -m pip install {library}"
    )


# -- queries ------------------------------------------------------------------------------------------------------


def _network(text: Any) -> Any:
    """A network with its prefix, or a single address. Raises ValueError with a readable message."""
    base, _slash, _prefix = text.partition("/") if isinstance(text, str) else ("", "", "")
    try:
        if not _is_address(base):  # netaddr turns a plain number into an address
            raise ValueError
        return netaddr.IPNetwork(text)
    except (netaddr.AddrFormatError, ValueError):
        raise ValueError(f"{text!r} is not a network; write one such as '10.0.0.0/8' or '2001:db8::/32'") from None


def _is_address(text: str) -> bool:
    return netaddr.valid_ipv4(text, netaddr.INET_PTON) or netaddr.valid_ipv6(text)


if jmespath is not None:

    class _Functions(Functions):
        """The functions of JMESPath, plus addresses. A prefix length after an address (`192.0.2.1/24`) is ignored."""

        @signature({"types": []})
        def _func_is_address(self, text: Any) -> bool:
            return isinstance(text, str) and _is_address(text.strip().partition("/")[0])

        @signature({"types": ["string"]}, {"types": ["array-string", "string"]})
        def _func_in_networks(self, address: str, networks: str | Sequence[str]) -> bool:
            base = address.strip().partition("/")[0]
            if not _is_address(base):
                raise ValueError(f"{address!r} is not an address; write is_address(...) && in_networks(...)")
            ip = netaddr.IPAddress(base)
            return any(ip in _network(network) for network in ([networks] if isinstance(networks, str) else networks))


def search(compiled: Any, data: Any) -> Any:
    """The result of a compiled query on data. May raise any of :data:`EVALUATION` and the errors of the library."""
    return compiled.search(data, options=jmespath.Options(custom_functions=_Functions()))


def one_line(error: object) -> str:
    """The text of an error on one line."""
    return " ".join(str(error).split())

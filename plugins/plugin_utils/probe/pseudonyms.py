# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other names for names: the same name gets the same one, as long as itself, so that tables keep their layout."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator

from .trade_words import TRADE, is_trade, may_be_named

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Addresses that are the same everywhere.
_COMMON_V4 = re.compile(r"(?:127|0|255)\..*")
_COMMON_V6 = ("::", "::1")


class Pseudonyms:
    """What became of each name, by its kind. Case does not matter. Secrets are never among them."""

    def __init__(self) -> None:
        self._others: dict[str, str] = {}
        self._real: dict[str, tuple[str, str]] = {}
        self._used: set[str] = set()
        self._counts: dict[str, int] = {}
        self._settled = False

    def learn(self, name: str, kind: str, *, sure: bool = False) -> None:
        """From now on this name is replaced, unless it is a word of the trade.

        ``sure``: it is known to be a name, so that a number is one as well.
        """
        key = _key(name)
        if self.is_other(key):
            return
        name_all_the_same = kind in ("ipv4", "ipv6", "mac") or (sure and may_be_named(name))
        if key and key not in self._real and re.search(r"\w", key) and (name_all_the_same or not is_trade(name)):
            self._real[key] = (kind, name)

    def of(self, name: str) -> str | None:
        """What stands for this name; None if it is not known."""
        key = _key(name)
        if key not in self._real:
            return None
        if key not in self._others:
            kind = self._real[key][0]
            makers: dict[str, Callable[[str, int], str]] = {"ipv4": _ipv4, "ipv6": _hexadecimal, "mac": _hexadecimal}
            make = makers.get(kind, lambda real, count: _word(kind, len(real), count))
            other = next(made for made in self._tries(kind, name, make) if self._is_free(made))
            self._others[key] = other
            self._used.add(other.lower())
        return self._others[key]

    def is_other(self, word: str) -> bool:
        """Whether it stands for a name: the word of a text that is cleaned already, such as a quotation."""
        return self._settled and _key(word) in self._used

    def begin_again(self) -> None:
        """Give all names anew: only once all of them are known is it sure that none of them stands for another."""
        self._others, self._used, self._counts, self._settled = {}, set(), {}, True

    def table(self) -> dict[str, dict[str, str]]:
        """What became of what, by kind: for the user alone."""
        table: dict[str, dict[str, str]] = {}
        for key, other in self._others.items():
            kind, name = self._real[key]
            table.setdefault(kind, {})[name] = other
        return {kind: dict(sorted(names.items())) for kind, names in sorted(table.items())}

    def names(self) -> Iterator[str]:
        """Every name that is replaced, in lower case."""
        yield from self._real

    def _tries(self, kind: str, name: str, make: Callable[[str, int], str]) -> Iterator[str]:
        while True:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            yield make(name, self._counts[kind])

    def _is_free(self, made: str) -> bool:
        return made.lower() not in self._used and made.lower() not in self._real and made.lower() not in TRADE


def _key(name: str) -> str:
    """How a name is looked up: a letter with a mark may be one character or two."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name.lower())


def is_common(address: str) -> bool:
    """Whether an address says nothing about a network: the host itself, masks, nothing."""
    return _COMMON_V4.fullmatch(address) is not None or address.lower() in _COMMON_V6


def is_ipv6(text: str) -> bool:
    """Whether a text is an address of version 6, and no time of day."""
    try:
        return ipaddress.ip_address(text.partition("%")[0]).version == 6
    except ValueError:
        return False


def _word(kind: str, length: int, count: int) -> str:
    """``router-0012`` in the given length, or ``r12`` where that is too short; longer where the numbers run out."""
    number = str(count)
    if len(kind) + 1 + len(number) <= length:
        return f"{kind}-{number.rjust(length - len(kind) - 1, '0')}"
    number = ""
    while count:
        count, digit = divmod(count, 36)
        number = _DIGITS[digit] + number
    return f"{kind[0]}{number.rjust(length - 1, '0')}"


def _ipv4(real: str, count: int) -> str:
    """Each part has as many digits as before; counted from above, where hardly anybody has addresses."""
    parts = []
    for part in reversed(real.split(".")):
        lowest, most = {1: (1, 9), 2: (10, 90)}.get(len(part), (100, 124))
        count, number = divmod(count, most)
        parts.append(str(lowest + most - 1 - number))
    return ".".join(reversed(parts))


def _hexadecimal(real: str, count: int) -> str:
    """The groups stay as long as they are; the first two characters of a link-local address stay."""
    kept = 4 if real.lower().startswith("fe80") else 0
    places = [at for at, character in enumerate(real) if at >= kept and character in "0123456789abcdefABCDEF"]
    digits = f"{count:x}".rjust(len(places), "d")
    made = list(real.lower())
    for at, digit in zip(places, digits[-len(places) :], strict=True):
        made[at] = digit
    return "".join(made) if len(digits) == len(places) else f"{''.join(made)}{digits[: -len(places)]}"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts from outside, made harmless before they come into a page: what a terminal or a browser would act on is gone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import escape

#: Sequences that a terminal acts on, which leave letters behind if only their first sign is taken out.
_TERMINAL = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
#: Control characters but for tabs and line ends, what turns the direction of writing or shows nothing at all, and what
#: XML does not have.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e007f]"
)
_HALVES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """A text without what a terminal, a browser or an XML parser would act on; lines end with a line feed."""
    if text.isprintable():
        return text
    plain = _TERMINAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _HALVES.sub("\ufffd", _CONTROL.sub("", plain))


def cleaned(value: object) -> object:
    """The same data with every text and every key cleaned, however deep."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): cleaned(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleaned(inner) for inner in value]
    return value


def shortened(text: object, most: int) -> str:
    """The text, cut with an ellipsis where it has more characters than ``most``. None is empty."""
    plain = "" if text is None else str(text)
    return plain if len(plain) <= most else f"{plain[: most - 2].rstrip()} \u2026"


class Budget:
    """So many letters, as they are in a page, for all texts of a section: whatever comes after them is an ellipsis."""

    def __init__(self, letters: int):
        self.left = letters

    def take(self, text: object, most: int) -> str:
        """The text, cut as :func:`shortened` cuts it, or an ellipsis where nothing is left for it."""
        cut = shortened(text, most)
        cost = len(escape(cut))
        if cost > self.left:
            return "\u2026"
        self.left -= cost
        return cut

    def line(self, text: object, most: int) -> str:
        """The same for a text as one line."""
        return self.take(one_line(text, most), most)


def one_line(text: object, most: int = 400) -> str:
    """The text as one line of at most so many characters."""
    return shortened(" ".join(str("" if text is None else text).split()), most)

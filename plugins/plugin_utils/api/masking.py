# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks secrets in texts: those that are known, in every spelling of the web, and what looks like one."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote, quote_plus

MASK = "********"

_FIELDS = "password|oldPassword|newPassword|passphrase|token|accessToken|access_token|local|nonce|secret"
#: Words that announce a secret in a line of text, and what stands behind one of them and is none.
_ANNOUNCED = (
    r"pass(?:word|wd|phrase|code)|(?:access|auth|api|refresh|session)?[_-]?token|(?:client|shared)?[_-]?secret"
    r"|api[_-]?key|pre-?shared[_-]?key|psk"
)
_NO_SECRET = r"(?!(?:is|was|are|has|had|the|an?|it|not?|none|null|true|false|and|or|for|of|in|to|\*+)\b|\*|[{\[(])"
_LOOKS_SECRET = (
    # In an address: the user may be seen.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>]*:)[^\s/@\"'<>]+(?=@)", re.I), rf"\1{MASK}"),
    (
        re.compile(
            rf"(?<![\w-])((?:[\w-]*[_-])?(?:{_ANNOUNCED})[ \t]*[:=][ \t]*[\"']?){_NO_SECRET}[^\s&\"'<>,;]+", re.I
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b(bearer|basic)\s+[^\s\"',;]+", re.I), rf"\1 {MASK}"),
    # A field of JSON, and one of JSON that stands in a text of JSON. The value may be cut off.
    (re.compile(rf"([\"'](?:{_FIELDS})[\"']\s*:\s*([\"']))(?:\\.|(?!\2)[^\\])*", re.I | re.S), rf"\1{MASK}"),
    (
        re.compile(rf"(\\[\"'](?:{_FIELDS})\\[\"']\s*:\s*\\[\"'])(?:\\\\\\[\"']|(?!\\[\"']).)*", re.I | re.S),
        rf"\1{MASK}",
    ),
    (re.compile(rf"\b((?:{_FIELDS})=)[^&\s\"'<>]+", re.I), rf"\1{MASK}"),
    # A JSON web token: its header is JSON, which begins with {" or its like.
    (re.compile(r"\beyJ[\w-]{6,}(?:\.[\w-]*){0,2}"), MASK),
)


class Secrets:
    """The secrets of one conductor. Its repr tells only how many there are."""

    def __init__(self, *secrets: str | None):
        self._spellings: list[str] = []
        self._count = 0
        for secret in secrets:
            self.add(secret)

    def __repr__(self) -> str:
        return f"<{self._count} secrets>"

    def add(self, secret: str | None) -> None:
        """Mask this one as well from now on."""
        if not secret:
            return
        self._count += 1
        known = {*self._spellings, *_spellings(secret)}
        self._spellings = sorted(known, key=len, reverse=True)  # the longer one first, which may contain the shorter

    def mask(self, text: str) -> str:
        """The text with every secret replaced. Shorten it only afterwards: half a secret is not recognised."""
        for spelling in self._spellings:
            text = text.replace(spelling, MASK)
        for pattern, replacement in _LOOKS_SECRET:
            text = pattern.sub(replacement, text)
        return text


def _spellings(secret: str) -> set[str]:
    """How a secret may be written in a body, an address, a page, or the repr of a text."""
    safe = secret.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(safe, safe=""),
        quote(safe),
        quote_plus(safe),
        html.escape(secret),
        repr(secret)[1:-1],
    }

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms in which names, addresses and numbers of people and devices are written."""

from __future__ import annotations

import re
from collections.abc import Callable

from .prose import LETTERS
from .trade_words import is_trade

#: An address within a word: the end of a range, a port of a node, a host by its address. No release has four numbers.
IPV4 = re.compile(
    r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)"
    r"|(?<![\d.])(?<!\d-)\d{1,3}(?:-\d{1,3}){3}(?![\d\-]|\.\d)"
)
#: The distinguished name of a directory or a certificate: ``cn=svc,dc=example``, ``/O=Example/CN=gw``.
_ATTRIBUTE = (
    r"(?:cn|dc|ou|uid|o|l|c|st|s|sn|street|serialnumber|e?mail(?:address)?|samaccountname|userprincipalname|givenname)"
)
_LAST = r"[^\s,;+/=\"'\\)]+(?-i:(?: [A-Z][^\s,;+/=\"'\\)]*)*)"
_BEFORE = rf"{_ATTRIBUTE} ?= ?[^,;+/=\"'\n\\]{{1,80}}? ?[,+/;] ?"
_DN = rf"(?<![\w=\-])(?:(?:{_BEFORE})+{_ATTRIBUTE}|(?:cn|dc|ou|uid)) ?= ?{_LAST}"
_VALUE = re.compile(r"(?<==)[^,;+/=]+")
#: Telephone numbers: with the code of a country, announced, or with the zero of a national one. Dates are none.
_DIGIT = r"(?:[ \-./]| ?\(|\) ?)?\d"
_PHONE = (
    rf"(?<![\w.+\-])\+(?!\d\d:?\d\d\s+(?:19|20)\d\d)[1-9](?:{_DIGIT}){{7,14}}(?!\d)"
    r"|\b(?:(?:tele)?(?:phone|fon|fax)|mobile|mobil|handy|cell|call|hotline|sms|tel|msisdn|rufnummer|durchwahl)\b\.?"
    r"(?: (?:no\.?|number|nr\.?|is))?[ :=]*(?!(?:19|20)\d\d-\d\d-)(?!\d{1,3}(?:\.\d{1,3}){3}(?!\d))"
    rf"\+?\(?\d(?:{_DIGIT}){{4,14}}(?![\d:])"
    r"|(?<![\w.:+\-/])(?:0[1-9]\d{7,12}|\(?0[1-9]\d{1,4}\)?[/\-]\d{4,}(?:[ \-]\d+)*)(?![\w.:/])"
)
#: What numbers of devices stand behind; ``chassis`` is a word of its own as well, so there has to be a digit.
_DEVICE = r"chassis|uuid|asset[ -]?tag|service[ -]?tag|imei|imsi|iccid|meid|part[ -]?n(?:umber|o\.?)|P/N|SN"
SCAN = re.compile(
    r"(?P<jwt>\beyJ[\w\-]{5,}(?:\.[\w\-]*){0,2})"
    r"|(?P<sshkey>\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\w+) AAAA[\w+/=]+)"
    r"|(?P<hash>\$(?:1|2[aby]?|5|6|y)\$[^\s\"':]+)"
    r"|(?P<header>(?:\\?\"|\b)(?:(?:Set-)?Cookie|(?:Proxy-)?Authorization)\b\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\r\n\"'\\]+"
    r"|(?P<scheme>\b\w[\w+.\-]*://)[^\s/@:]+:[^\s/@]+(?=@)"
    r"|(?P<bearer>\b(?:Bearer|Basic)\s+)(?P<credential>[\w.\-+/=]+)"
    r"|(?P<key>\\?\"[A-Za-z_]\w*\\?\"(?=\s*:))"
    r"|(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)"
    r"|(?P<mac>\b[0-9a-fA-F]{2}(?:[:\-][0-9a-fA-F]{2}){5}\b|\b(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}\b)"
    r"|(?P<ipv6>(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4})(?:%\w+)?(?![\w:]))"
    r"|(?P<ipv4>(?<![\w.\-])\d{1,3}(?:\.\d{1,3}){3}(?![\w\-]|\.\d))"
    r"|(?P<opaque>(?<![\w/+.\-])(?=[\w+/]*\d)(?=(?-i:[\w+/]*[a-z]))(?=(?-i:[\w+/]*[A-Z]))[A-Za-z0-9+/_]{20,}={0,2})"
    r"|(?P<long>(?<![\w.])\d{14,}(?![\w.]))"
    rf"|(?P<home>/(?:home|Users)/)(?P<owner>\w[{LETTERS}.\-]*)"
    rf"|(?P<dn>{_DN})"
    rf"|(?P<phone>{_PHONE})"
    r"|(?P<serial>\b(?:serial(?:[ -]?(?:number|no\.?))?|S/N)\b\s*[:=]?\s*)(?P<number>[A-Za-z0-9][\w\-]{3,})"
    rf"|(?P<device>\b(?:{_DEVICE})(?:[ -]?(?:id|serial|number|no\.?))*\b\s*[:=]?\s*)"
    r"(?P<its>(?=[\w\-]*\d)[A-Za-z0-9][\w\-]{3,})"
    r"|(?P<of>\b(?:router|node|peer|host(?:name)?|user(?:name)?|site|tenant|service|asset(?: id)?|neighbou?r|interface"
    r"|authority|location|vrf|network|domain|fqdn|owner|account|device|neighbou?rhood|resource[ -]group)(?: name)?\b"
    rf"(?: ?[:=] *| ))(?P<quote>[\"'\u2018\u201c]?)(?P<named>\w[{LETTERS}.\-]*)"
    rf"|(?P<quoted>(?<=')\w[{LETTERS}.\-]*(?=')|(?<=\u2018)\w[{LETTERS}.\-]*(?=\u2019)"
    rf"|(?<=\u201c)\w[{LETTERS}.\-]*(?=\u201d))"
    rf"|(?P<local>\b\w[{LETTERS}.\-]*)(?=@[A-Za-z0-9])"
    rf"|(?P<word>\w[{LETTERS}.\-]*)",
    re.IGNORECASE,
)  # fmt: skip
TOKEN = re.compile(rf"\w[{LETTERS}.\-:]*")
#: Numbers that a store may have.
STORES = re.compile(r"\d{3,}")
LOOKS_NAMED = re.compile(r".*[\d_\-].*|[A-Z]{2,}.*|[A-Z][a-z]+[A-Z].*")
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
JSON_NAMES = re.compile(
    r"\\?\"(?P<key>router(?:Name)?|node(?:Name)?|peer(?:Name|Router)?|remote(?:Node|Router)Name|assetId|host(?:name)?"
    r"|user(?:name)?|adminUser|source|serial(?:Number)?|iss|exportPath|filename)\\?\"\s*:\s*\\?\""
    r"(?P<name>[^\"\\]+)(?=\\?\")"
)
_DOTTED = re.compile(r"(?:[^\W_](?:[^\W_]|-(?=[^\W_\-]|-))*\.)+(?P<last>[^\W\d_]{2,})")
#: Ends of names of files. The second are domains as well, so a file has them only in a path, or as a library.
_FILES = frozenset(
    [
        "gz",
        "txt",
        "json",
        "log",
        "conf",
        "service",
        "rpm",
        "iso",
        "tar",
        "img",
        "html",
        "js",
        "css",
        "yml",
        "yaml",
        "pem",
        "g",
        "e",
    ]
)
_DOMAINS_TOO = frozenset(("so", "sh", "py"))


def host_in(word: str, *, in_path: bool = False) -> str:
    """The part of a dotted word that names a host, or what may be one; empty where it is a file or no such word.

    ``in_path``: a slash stands before it.
    """
    if _DOTTED.fullmatch(word) is None or all(is_trade(part) for part in re.split(r"[.\-_]", word) if part):
        return ""
    labels = word.split(".")
    while len(labels) > 1 and (ending := labels[-1].lower()) in _FILES | _DOMAINS_TOO:
        certain = in_path or ending in _FILES or labels[0].startswith("lib")
        if not certain:
            return word
        labels.pop()
    return ".".join(labels) if len(labels) > 1 else ""


def without_digits(text: str) -> str:
    """The number of a telephone, of which only the shape stays, and the country."""
    return re.sub(r"(\+\d{1,3}(?=[ \-./(]))|\d", lambda found: found[1] or "0", text)


def values_of(name: str, other: Callable[[re.Match[str]], str]) -> str:
    """A distinguished name with ``other`` in place of each word in its values."""
    return _VALUE.sub(lambda value: re.sub(rf"\w[{LETTERS}.\-]*", other, value[0]), name)

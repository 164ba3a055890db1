# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes names, addresses, serial numbers and secrets out of what a device printed. Pure, but for what it has learned.

Four nets, one behind the other: what is known by name (from the inventory, the prompts, the columns of tables);
what has the form of an address or a key; what stands behind a word such as ``password`` or ``router``; and each word of
letters and digits that is no word of the trade. What is missed by all is a plain word that nothing announces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..pcli.response import Response
from ..software.assets import Asset
from .announced import announces, hide
from .forms import IDENTIFIER, IPV4, JSON_NAMES, LOOKS_NAMED, SCAN, STORES, TOKEN, host_in, values_of, without_digits
from .name_columns import names_in
from .prose import ESCAPED, LETTERS, faceless, unescaped
from .pseudonyms import Pseudonyms, is_common, is_ipv6
from .trade_words import is_trade, may_hold_name
from .wrapped import Wrapped, mark, unmark

#: What stands in place of a secret; its length says nothing.
HIDDEN = "********"

#: What stands behind the name of a secret where types are described.
_NO_SECRETS = frozenset(["null", "true", "false"])
#: Keys of JSON below which people write what they like.
_PROSE_KEY = re.compile(r"\w*(?:description|location|street|contact|comment|notes?)", re.IGNORECASE)


class Scrubber:
    """Replaces in texts what is known by then: first everything is learned, then everything is replaced."""

    def __init__(self, names: Pseudonyms | None = None) -> None:
        self.names = names or Pseudonyms()
        self._secrets: set[str] = set()
        self._phrases: set[str] = set()
        self._told: set[str] = set()
        self._node_ids: set[str] = set()

    # -- learning -----------------------------------------------------------------------------------------------------

    def know(self, names: Iterable[str | None], kind: str) -> None:
        """Names of this kind, from wherever they are known."""
        for name in names:
            for part in filter(None, (name, *(name or "").split(", "))):
                self._learn(part.strip(), kind, sure=True)

    def know_assets(self, assets: Iterable[Asset]) -> None:
        """The names of the nodes that are listed."""
        for asset in assets:
            self.know([asset.router], "router")
            self.know([asset.node], "node")
            self._node_ids.add(f"{asset.node}.{asset.router}".lower())
            self.know([asset.asset_id], "asset")

    def hide(self, secrets: Iterable[str | None]) -> None:
        """Secrets, which are hidden wherever they stand."""
        self._secrets.update(secret for secret in secrets if secret and not is_trade(secret))

    def learn(self, response: Response, command: str) -> None:
        """The names that an answer holds in its columns and fields."""
        for name, kind in names_in(response, command):
            if kind == "secret":
                self.hide([name])
            else:
                self._learn(name, kind)

    def learn_data(self, text: str) -> None:
        """The names that stand behind the keys of JSON, also where other text is around it."""
        for found in JSON_NAMES.finditer(unescaped(text)):
            self._learn(re.sub(r"\.gz\Z", "", found["name"].rpartition("/")[2]), _kind_of(found["key"]))

    def _learn(self, name: str, kind: str, *, sure: bool = False) -> None:
        if not name:
            return
        if sure:
            self._told.add(name.lower())
        if re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*", name, re.IGNORECASE):
            return  # an address, which has a form of its own
        if re.fullmatch(rf"\w[{LETTERS}.\-]*", name):
            name = name.rstrip(".-_")  # where a terminal has broken it, and as it is looked for in a text
            if not self._made_of_known(name):
                self.names.learn(name, kind, sure=sure)
        elif len(name) <= 80:
            self._phrases.add(name)
            self.names.learn(name, kind)

    def _made_of_known(self, name: str) -> bool:
        """Whether it is ``node.router`` of names that are known or of the trade."""
        ends = [at for at, character in enumerate(name) if character == "."]

        def named(part: str) -> bool:
            return self.names.of(part) is not None

        def known(part: str) -> bool:
            return named(part) or is_trade(part)

        parts = [(name[:at], name[at + 1 :]) for at in ends if known(name[:at]) and known(name[at + 1 :])]
        if is_trade(name) and name.lower() not in self._node_ids:
            return any(map(named, (part for pair in parts for part in pair)))
        return bool(parts)

    # -- replacing ----------------------------------------------------------------------------------------------------

    def clean(self, text: str, *, schema: bool = False) -> str:
        """The text without names and secrets. ``schema``: names of types stand in it, which are the vendor's own."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = _whole(secret).sub(HIDDEN, text)
        for phrase in sorted(self._phrases, key=len, reverse=True):
            if phrase.lower() in text.lower() and (other := self.names.of(phrase)):
                text = re.sub(re.escape(phrase), mark(other), text, flags=re.IGNORECASE)
        for written in ("\\n", "\\r", "\\t"):  # a line end within JSON is no part of a word
            text = text.replace(written, mark(written))
        text = ESCAPED.sub(lambda found: mark(found[0]), unescaped(text))
        text = hide(text, mark(HIDDEN), keeps=_NO_SECRETS if schema else ())
        text = Wrapped(text).replaced(TOKEN, self._across)
        return unmark(SCAN.sub(lambda found: self._replace(found, schema), text))

    def clean_data(self, value: Any, *, schema: bool = False) -> Any:
        """The same of what JSON holds: each text by itself, and what stands under the name of a secret not at all."""
        if isinstance(value, dict):
            return {self._inside(key): self._of_key(key, entry, schema) for key, entry in value.items()}
        if isinstance(value, list):
            return [self.clean_data(entry, schema=schema) for entry in value]
        return self.clean(value, schema=schema) if isinstance(value, str) else value

    def _of_key(self, key: str, value: Any, schema: bool) -> Any:
        if not schema and announces(key):
            return _hidden(value)
        if not schema and isinstance(value, str) and _PROSE_KEY.fullmatch(key):
            return faceless(self.clean(value))
        return self.clean_data(value, schema=schema)

    def _across(self, token: str) -> str | None:
        """What becomes of a token that a terminal has broken; None where nothing is known of it."""
        if re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", token):
            return self._ipv4(token)
        if re.fullmatch(r"[\d.:\-]+", token):  # figures of two rows are no version
            return self._parts(token) if token in self._told else self.names.of(token)
        if self._stays(token):
            return token
        if token.count(":") > 1:
            return self._address(token, "ipv6") if is_ipv6(token) else None
        return self._parts(token, whole=True)

    def _replace(self, found: re.Match[str], schema: bool) -> str:
        whole = found[0]
        if found["jwt"] or found["hash"]:
            return HIDDEN
        if found["sshkey"]:
            return f"{whole.split()[0]} {HIDDEN}"
        if found["header"] or found["scheme"]:
            return f"{found['header'] or found['scheme']}{HIDDEN}"
        if found["bearer"]:
            return f"{found['bearer']}{HIDDEN}"
        if found["key"]:
            return whole if self.names.of(whole.strip('\\"')) is None else self._inside(whole)
        if found["mac"]:
            return self._address(whole, "mac")
        if found["ipv4"]:
            return self._ipv4(whole)
        if found["ipv6"]:
            return self._address(whole, "ipv6") if is_ipv6(whole) else whole
        if found["uuid"]:
            return self._always(whole, "serial")
        if found["opaque"]:
            return HIDDEN if not is_trade(whole) and self.names.of(whole) is None and not schema else self._word(whole)
        if found["dn"]:
            return values_of(whole, lambda word: self._always(word[0], "name"))
        if found["phone"]:
            return without_digits(whole)
        if found["device"]:
            return found["device"] + self._number(found["its"])
        if found["long"]:
            return self._number(whole)
        if found["home"]:
            return found["home"] + self._always(found["owner"], "user")
        if found["serial"]:
            return found["serial"] + self._number(found["number"])
        if found["of"]:
            return found["of"] + found["quote"] + self._announced(found["named"], found["of"], bool(found["quote"]))
        if found["quoted"]:
            return self._word(whole) if is_trade(whole) or schema else self._always(whole, "name")
        if found["local"]:
            return self._always(whole, "user")
        if schema and IDENTIFIER.fullmatch(whole):
            return self._parts(whole)
        before = found.string[max(0, found.start() - 2) : found.start()]
        return self._word(whole, in_path=before.endswith("/") and before != "//")

    def _announced(self, name: str, by: str, quoted: bool) -> str:
        trailing = name[len(name.rstrip(".-")) :]
        core = name.rstrip(".-")
        if quoted or ((":" in by or "=" in by) and not is_trade(core)):
            return self._always(core, _kind_of(by)) + trailing
        written = LOOKS_NAMED.fullmatch(core) or (by.islower() and re.fullmatch(r"[A-Z][a-z]+", core))
        if not is_trade(core) and written:
            return self._always(core, _kind_of(by)) + trailing
        return self._word(name)

    def _always(self, name: str, kind: str) -> str:
        """Replaced, whether it was known before or not."""
        known = self._parts(name)
        if known != name or self._stays(name) or self._is_cleaned(name) or self._made_of_known(name):
            return known
        self.names.learn(name, kind)
        return self.names.of(name) or name

    def _is_cleaned(self, name: str) -> bool:
        pieces = re.split(r"([.\-_/])", name)
        ends = range(1, len(pieces) + 1, 2)
        return any(self.names.is_other("".join(pieces[at:end])) for end in ends for at in range(0, end, 2))

    def _number(self, number: str) -> str:
        """The number of a device, which may look like any other number."""
        self.names.learn(number, "serial", sure=True)
        return self._always(number, "serial")

    def _word(self, word: str, *, in_path: bool = False) -> str:
        core = word.rstrip(".-_")
        trailing = word[len(core) :]
        if IPV4.search(core) and _all_trade(core):
            return IPV4.sub(lambda found: self._ipv4(found[0]), core) + trailing
        if not core or self._stays(core):
            return word
        replaced = self._parts(core)
        if replaced != core:
            return replaced + trailing
        if host := host_in(core, in_path=in_path):
            return self._always(host, "host") + core[len(host) :] + trailing
        if re.search(r"\d", core) and re.search(r"[A-Za-z]", core) and not _all_trade(core):
            return self._always(core, "name") + trailing
        return word

    def _parts(self, word: str, *, whole: bool = False) -> str | None:
        """The word with each known name in it replaced, the longest first; ends are where dots and hyphens are.

        ``whole``: None where a part of it is neither known nor a word of the trade.
        """
        return word if self._stays(word) else self._parts_of(word, whole=whole)

    def _parts_of(self, word: str, *, whole: bool = False) -> str | None:
        pieces = re.split(r"([.\-_/])", word)
        at = 0
        made: list[str] = []
        while at < len(pieces):
            for end in range(len(pieces), at, -2):
                other = self.names.of("".join(pieces[at:end]))
                if other is not None:
                    made.append(other)
                    at = end
                    break
            else:
                if whole and re.search(r"\w", pieces[at]) and not is_trade(pieces[at]):
                    return None
                made.append(self._number_within(pieces[at]))
                at += 1
        return "".join(made)

    def _number_within(self, piece: str) -> str:
        """``vlan4711`` of a router 4711."""
        if not (is_trade(piece) and may_hold_name(piece)):
            return piece
        return STORES.sub(lambda number: self.names.of(number[0]) or number[0], piece)

    def _stays(self, word: str) -> bool:
        return is_trade(word) and not self._holds_name(word)

    def _holds_name(self, word: str) -> bool:
        """Whether a word of the trade is a name, or the id of a node with the number of a store."""
        if self.names.of(word) is not None:
            return True
        if word.lower() in self._told or word.lower() in self._node_ids:
            return self._made_of_known(word) and self._parts_of(word) != word
        return may_hold_name(word) and any(self.names.of(number) is not None for number in STORES.findall(word))

    def _inside(self, text: str) -> str:
        return re.sub(rf"[{LETTERS}.\-]+", lambda found: self._parts(found[0]), text)

    def _ipv4(self, written: str) -> str:
        """An address, with dots or, as in names of hosts, with hyphens."""
        address = written.replace("-", ".")
        if any(int(part) > 255 for part in address.split(".")):
            return written
        return self._address(address, "ipv4").replace(".", "-" if "-" in written else ".")

    def _address(self, address: str, kind: str) -> str:
        if is_common(address):
            return address
        self.names.learn(address, kind)
        return self.names.of(address) or address


def _kind_of(words: str) -> str:
    first = re.match(r"[a-z]+", words.lower())
    kinds = {"peer": "router", "hostname": "host", "username": "user"}
    word = first[0] if first else "name"
    word = next((kind for kind in ("router", "node", "asset", "serial") if word.startswith(kind)), word)
    return kinds.get(word, word if word in ("router", "node", "host", "user", "asset", "serial") else "name")


def _all_trade(word: str) -> bool:
    parts = [part for part in re.split(r"[.\-_]", word) if part]
    return all(is_trade(part) for part in parts)


def _hidden(value: Any) -> Any:
    """What stands under the name of a secret: its shape, and whether there is something."""
    if isinstance(value, dict):
        return {key: _hidden(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_hidden(entry) for entry in value]
    return value if value is None or isinstance(value, bool) else HIDDEN


def _whole(secret: str) -> re.Pattern[str]:
    """The secret as a text of its own; a short one may be part of an ordinary word."""
    ends = (r"(?<!\w)", r"(?!\w)") if len(secret) < 6 else ("", "")
    return re.compile(f"{ends[0]}{re.escape(secret)}{ends[1]}")

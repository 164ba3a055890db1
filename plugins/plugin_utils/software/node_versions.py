# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads ``show system version``: the version that a node runs, and the volumes of an image-based system.

Layouts: cc_fips install pages (a table, with the milestone in a column of its own and a Package cell that is broken
within a word), CLI-6.0 (a block for each node), and a draft of upgrade_restricted_access (with ``detail``: the volumes,
and the other system in a block within the block). No published page shows the volumes; the marks around them in the
draft are its author's. The fields of both systems have the same names, so their indentation distinguishes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..pcli.response import Response
from ..pcli.tables import Table, is_rule
from .versions import Version, patch_equal, spelled, try_parse


@dataclass(frozen=True)
class IdleVolume:
    """The system on the volume that does not run; None where that is not printed. A revert leads to it."""

    version_text: str | None = None
    version: Version | None = None
    #: As printed; `unavailable` is printed by an old release, and is no error.
    status: str | None = None
    volume: str | None = None


@dataclass(frozen=True)
class NodeVersion:
    """One node in ``show system version``: the most telling spelling of its version, and how it was installed.

    ``volume``: the volume that it runs from, ``selected_volume``: the one that it boots from next (`a` or `b`), and
    ``idle``: what lies on the other one; None where that is not printed.
    """

    router: str | None
    node: str | None
    text: str
    version: Version | None
    install_type: str | None
    volume: str | None = None
    selected_volume: str | None = None
    idle: IdleVolume | None = None

    @property
    def prints_volumes(self) -> bool:
        """Whether the volumes are printed. A package-based system has none, and most releases do not print them."""
        return any(part is not None for part in (self.volume, self.selected_volume, self.idle))

    @property
    def prepared(self) -> str | None:
        """A prepared change: the next boot starts another volume than the running one. None: no change or unknown."""
        if None in (self.volume, self.selected_volume) or self.volume == self.selected_volume:
            return None
        lies = f" ({spelled(self.idle.version_text)})" if self.idle and self.idle.version_text else ""
        return f"volume {self.volume} runs, and the next boot is set to volume {self.selected_volume}{lies}"

    @property
    def how_to_settle(self) -> str:
        """How to end a state in which another volume is selected (set system software boot-volume; intro_rollback)."""
        return (
            f"Finish it (restart the node), or select volume {self.volume} again with 'set system software "
            "boot-volume' (image, before 7.x), then start again"
        )


def read_versions(response: Response) -> list[NodeVersion] | None:
    """Read ``show system version``, with and without ``detail``. None: it cannot be read.

    Also where it does not show which of two systems of a node runs: what lies on the other volume never counts for it.

    The lines about volumes are taken from ``show system software available detail`` as well, should it print them.
    """
    # What a command to all nodes shows of some counts also where others failed; a refusal shows nothing of any.
    if response.broken or (response.error and not response.counts):
        return None
    versions = [version for table in response.tables for version in _from_table(table)]
    blocks = _blocks(response)
    if len({(version.router, version.node) for version in versions}) < len(versions) or any(
        block.unclear for block in blocks
    ):
        return None
    versions += [version for block in blocks for version in _from_block(block)]
    return versions or None


# -- tables -----------------------------------------------------------------------------------------------------------


def _from_table(table: Table) -> Iterator[NodeVersion]:
    if table.has("Release") and not table.has("Node"):  # what is offered, not what runs
        return
    for row in _running(_whole_rows(table)):
        router = row["router"]
        if row.get("package") or row.get("plain"):
            yield _node_version(router, row.get("node"), row.get("package"), row.get("plain"), row.get("status"))


#: What is printed beside the system that does not run, and beside the one that does.
_AT_REST = re.compile(r"(?:idle|inactive|not active|standby|stand-by|backup|alternate|previous|not running)\b.*", re.I)
_RUNS = re.compile(r"(?:active|running|current|in use)\b.*", re.I)


def _running(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The rows of what runs, each with its router and its node: a table may have a row for each volume."""
    above: dict[str, str] = {}
    for row in rows:
        if not row["router"]:
            row["router"] = above.get("router", "")
            row["node"] = row["node"] or above.get("node", "")
        above = row
    led = {(row["router"], row["node"]) for row in rows if _RUNS.fullmatch(row["state"])}
    for row in rows:
        runs = _RUNS.fullmatch(row["state"]) or (row["router"], row["node"]) not in led
        if runs and not any(_AT_REST.fullmatch(row[name]) for name in ("state", "status")):
            yield row


def _whole_rows(table: Table) -> list[dict[str, str]]:
    """The rows, with a Package cell that goes on in the next line put together again: it breaks within a word."""
    rows: list[dict[str, str]] = []
    for row in table.rows:
        cells = {
            "router": table.cell(row, "Router") or "",
            "node": table.cell(row, "Node") or "",
            "package": table.cell(row, "Package") or "",
            "plain": table.cell(row, "Version", "SSR Version") or "",
            "status": table.cell(row, "Status") or "",
            "state": table.cell(row, "State", "Volume State", "Volume Status", "Active", "Role") or "",
        }
        names = [name for name, cell in cells.items() if cell]
        if names == ["package"] and rows and not try_parse(_unbroken(cells["package"])):
            rows[-1]["package"] += cells["package"]
        else:
            rows.append(cells)
    return rows


# -- blocks -----------------------------------------------------------------------------------------------------------

_REMARK = re.compile(r"\s*-{2,}>\s*(?P<line>.*?)\s*(?:<-{2,})?\s*\Z")
_FIELD = re.compile(r"(?P<indent>\s*)(?P<name>[A-Za-z][\w ()./-]{0,40}?)\s*:(?:\s+(?P<value>.*?))?\s*")
#: The heading of a volume, or the volume itself. Of one of another name nobody knows whether it runs.
_VOLUME = re.compile(r"(?:\w+ )?volume(?: [a-z0-9])?")
_IDLE = frozenset(
    f"{word} volume"
    for word in ("idle", "inactive", "standby", "backup", "alternate", "other", "previous", "unselected")
)
_ACTIVE = frozenset(f"{word} volume" for word in ("active", "running", "current"))
_CHOSEN = frozenset(("boot volume", "selected volume"))
_SYSTEM = frozenset(("version", "package", "volume id"))


@dataclass
class _Block:
    """The fields of one node by their names in lower case, and those of the system on its idle volume."""

    title: str
    fields: dict[str, str] = field(default_factory=dict)
    idle: dict[str, str] | None = None
    #: Whether the fields of the idle volume go on.
    inside: bool = False
    #: The indentation of the heading of the idle volume, and whether anything stands deeper below it.
    indent: int = 0
    nested: bool = False
    #: Which of two systems runs is not known.
    unclear: bool = False

    def add(self, indent: int, name: str, value: str) -> bool:
        """Take a field. False: it belongs to another node, since this one has it."""
        if name in _IDLE:
            self.idle, self.indent, self.nested = {"volume id": value} if value else {}, indent, False
            self.inside = True
            return True
        if name in _ACTIVE:
            if name in self.fields:
                return False
            self.inside = False
            self.fields |= {name: value, **({"volume id": value} if value else {})}
            return True
        self.unclear |= _VOLUME.fullmatch(name) is not None and not value and name not in _CHOSEN
        if self.inside and self._is_idle(indent, name):
            self.idle[name] = value
            return True
        # Without an indentation, what comes first behind the heading may be of either system.
        self.unclear |= self.inside and not self.nested and name in _SYSTEM
        if name in self.fields:
            return False
        self.fields[name] = value
        return True

    def _is_idle(self, indent: int, name: str) -> bool:
        if indent > self.indent:
            self.nested = True
            return True
        # Where the indentation was lost, a field that comes again is the idle volume's.
        return not self.nested and name in self.fields and name not in self.idle


def _blocks(response: Response) -> list[_Block]:
    """The blocks of all nodes. A title stands above a rule; without one there is a single node."""
    lines = [line.expandtabs() for line in response.text.split("\n")]
    blocks, block = [], _Block("")
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if not line.strip() or is_rule(line):
            continue
        marked = _REMARK.fullmatch(line)
        match = _FIELD.fullmatch(marked["line"] if marked else line)
        framed = number > 0 and is_rule(lines[number - 1])
        if is_rule(below) and len(below.split()) == 1 and (framed or match is None):
            blocks.append(block)
            block = _Block(line.strip())
            continue
        if match is None:
            continue
        # A remark moves the line to the left or right, and is made only about the running system's own volumes.
        indent = 0 if marked else len(match["indent"])
        name, value = _plain(match["name"]), match["value"] or ""
        if not block.add(indent, name, value):
            blocks.append(block)
            block = _Block(block.title)
            block.add(indent, name, value)
    return [*blocks, block]


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", " ", name).strip().lower()


def _from_block(block: _Block) -> Iterator[NodeVersion]:
    fields = block.fields
    package, plain = fields.get("package"), fields.get("version")
    if not (package or plain or {"volume id", "selected boot volume"} & fields.keys()):
        return
    title = re.sub(r"\A(?:node|name)\s*:\s*", "", block.title, flags=re.IGNORECASE)
    node, _dot, router = (fields.get("node") or title).partition(".")
    image = fields.get("ssr img release")
    version = _node_version(router or fields.get("router"), node, package, plain, fields.get("status"))
    yield replace(
        version,
        install_type=version.install_type or ("image" if image and try_parse(image) else None),
        volume=_volume(fields.get("volume id")),
        selected_volume=_volume(fields.get("selected boot volume") or fields.get("boot volume")),
        idle=None if block.idle is None else _idle(block.idle),
    )


def _volume(text: str | None) -> str | None:
    """`a` or `b`, also in upper case, as `Volume B`, or as `b (idle)`. None for a word that names no volume."""
    match = re.fullmatch(r"(?:volume\s+)?([a-z0-9]{1,8})(?:\s*\(.*\))?", (text or "").strip().lower())
    return match[1] if match and match[1] not in ("none", "unknown") else None


def _idle(fields: dict[str, str]) -> IdleVolume:
    package, plain = fields.get("package"), fields.get("version")
    known = _node_version(None, None, package, plain, None) if package or plain else None
    return IdleVolume(
        version_text=known.text if known else None,
        version=known.version if known else None,
        status=fields.get("status") or None,
        volume=_volume(fields.get("volume id")),
    )


# -- one version ------------------------------------------------------------------------------------------------------


def _node_version(
    router: str | None, node: str | None, package: str | None, plain: str | None, status: str | None
) -> NodeVersion:
    """``status``: the milestone, which the table shows beside the version (`6.2.5`, `r2`)."""
    # The Version cell shows 6.2.3 and the Package cell 128T-6.2.3-14.r2.el7: the longer one shows more.
    texts = [_unbroken(text) for text in (package, plain) if text]
    readable = [(text, version) for text in texts if (version := try_parse(text))]
    text, version = max(readable, key=_detail) if readable else (next(iter(texts), ""), None)
    if version and any(not patch_equal(version, other) for _text, other in readable):
        text, version = " and ".join(shown for shown, _version in readable), None  # which of them runs is not known
    return NodeVersion(
        router or None,
        node or None,
        # "SSR-6.3.0-107.r1.el7 (image based)": how it is installed is another matter than the version.
        text.partition(" (")[0],
        _with_milestone(version, status),
        _install_type((package, plain, status)),
    )


def _unbroken(text: str) -> str:
    """A version text without the blanks of a line break within it; words in brackets stay behind one blank."""
    bare, bracket, rest = text.partition("(")
    return re.sub(r"\s+", "", bare) + (f" ({rest}" if bracket else "")


def _detail(candidate: tuple[str, Version]) -> int:
    version = candidate[1]
    return (version.build is not None) + (version.rebuild is not None)


def _with_milestone(version: Version | None, status: str | None) -> Version | None:
    """The version with the milestone that stands in a column of its own, where its own text shows none."""
    word = (status or "").strip().lower()
    if version is None or version.milestone is not None:
        return version
    if re.fullmatch(r"r[0-9]{1,6}", word):
        return replace(version, rebuild=int(word[1:]))
    return replace(version, channel=word) if word in ("sts", "lts") else version


def _install_type(texts: Iterable[str | None]) -> str | None:
    """`package` or `image` where a text says so in words, also where a line break is within them."""
    words = re.sub(r"[\s\-]+", "", " ".join(text for text in texts if text)).lower()
    kinds = [kind for kind in ("package", "image") if f"{kind}based" in words]
    return kinds[0] if len(kinds) == 1 else None

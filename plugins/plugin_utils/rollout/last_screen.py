# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of a run: how it ended, who needs a person now and why, and what to type next. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..reports.report_data import followed_only
from ..software.counts import counted, some
from ..software.versions import spelled
from .join_text import listed, one_line
from .report_texts import clean_text
from .results import STATES, two_versions

#: What fits on a small terminal.
LINES, COLUMNS = 25, 100
#: How lines are coloured: as Ansible does it for what went well, went wrong, and has changed.
OK, ERROR, CHANGED, PLAIN = "ok", "error", "changed", ""

#: Words that say that a node did not come back.
_DEAD = re.compile(r"not been seen by the conductor again|has not come back|\bis Disconnected|, Disconnected")
#: What a reason quotes of a device, where its words are not known otherwise.
_SAID_BY_DEVICE = re.compile(r"% Error: .*|The device refused .*|The conductor (?:says|has recorded): .*")
_MAY_BE_DEAD = ("unknown", "failed", "relapsed")
#: What is left of a reason: the cause, in the conductor's own words, without what other lines say.
_SHORTER = (
    (re.compile(r"The device refused (?:'(?:request|send) [^']{12,}'|the request): "), "refused: "),
    (re.compile(r"\bThe preparation of the batch that begins with \S+ failed: "), "the preparation failed: "),
    (re.compile(r"(?<=: )% Error: "), ""),
    (re.compile(r", Synchronized, service running"), ""),
)
_LEFT_OUT = re.compile(
    r"Nothing was (?:started|sent)\.?$|Nothing more(?:$| is (?:started|sent)\b)|Fix the cause named\b"
    r"|It was refused by \S+ \S+ own pre-check\b|Afterwards: not_started\b|Examine the node by hand\b"
    r"|The request was answered with: (?!.*(?:% Error|\ue000))"
)
#: Words of a device that are shorter are no sentence that anything could be taken from.
_SHORTEST_QUOTE = 8
#: Stands for the words of a device, which nothing of this is done to.
_QUOTED = "\ue000"
_QUOTED_AT = re.compile(f"{_QUOTED}(\\d+){_QUOTED}")
#: Keeps two words of a command in one line.
_GLUE = "\N{NO-BREAK SPACE}"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Line:
    """A line of the screen, and how it is coloured."""

    text: str
    kind: str = PLAIN


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What is known of a run at its end.

    ``conductors`` and ``routers``: by name, with state, reason and nodes as results have them. ``waiting``: routers
    never begun, and ``why_waiting``. ``at_work``: routers on which something may run still. ``interrupted``: how the
    run was cut short. ``failures``: what else went wrong. ``advice``, ``command``: what to do, and to type, next.
    ``plan``: a playbook that only plans. ``unreached``: why the conductor could not be asked last; empty where it
    could. ``said``: by router, what devices said of it, word by word; the words that tell why come last.
    """

    operation: str = "upgrade"
    version: str = ""
    dry: bool = False
    plan: bool = False
    unreached: str = ""
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conductors: Mapping[str, Mapping] = field(default_factory=dict)
    routers: Mapping[str, Mapping] = field(default_factory=dict)
    batches: int = 0
    waiting: Sequence[str] = ()
    why_waiting: str = ""
    at_work: Sequence[str] = ()
    interrupted: str = ""
    failures: Sequence[str] = ()
    advice: str = ""
    command: str = ""
    report: str = ""
    backup: str = ""

    @property
    def ends(self) -> dict[str, Mapping]:
        """The entries of all routers, the conductors first."""
        return {**self.conductors, **self.routers}

    @property
    def bad(self) -> dict[str, Mapping]:
        """Those that did not end well, without those that were never begun."""
        return {
            name: entry
            for name, entry in self.ends.items()
            if not STATES[entry["state"]].ok and entry["state"] != "not_started"
        }

    @property
    def well(self) -> bool:
        """True if nobody needs to do anything."""
        never = self.waiting or any(entry["state"] == "not_started" for entry in self.ends.values())
        return not (self.bad or never or self.failures or self.interrupted or self.at_work)


def last_screen(ending: Ending) -> list[Line]:
    """The lines, at most :data:`LINES` of :data:`COLUMNS`, in the order in which somebody asks for them."""
    head = [_headline(ending), *_totals(ending)]
    tail = [*_next(ending), *_commit(ending), *_waiting(ending), *_skipped(ending), *_report(ending)]
    room = LINES - len(head) - len(tail)
    return [*head, *_attention(ending, room), *tail]


def plain(text: object) -> str:
    """One line without secrets and control characters: a device may print any, and a terminal obeys them."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in clean_text(str(text))).split())


# -- how it ended -----------------------------------------------------------------------------------------------------


def _headline(ending: Ending) -> Line:
    what = f"SSR {ending.operation.upper()}" + (f" TO {plain(spelled(ending.version))}" if ending.version else "")
    kind = OK if ending.well else ERROR
    if ending.interrupted:
        words = "INTERRUPTED. What was sent goes on by itself"
    elif ending.dry:
        words = "A PLAN, NOTHING WAS SENT" if ending.plan else "A DRY RUN, NOTHING WAS SENT"
        kind = CHANGED if ending.well else ERROR
    elif ending.bad:
        routers = len([name for name in ending.bad if name in ending.routers])
        who = counted(routers, "ROUTER NEEDS", "ROUTERS NEED") if routers else "THE CONDUCTOR NEEDS"
        words = f"{who} A PERSON NOW"
    elif not ending.well:
        begun = any(entry["state"] != "not_started" for entry in ending.ends.values())
        words = "NOT ALL OF IT WAS BEGUN" if begun else "NOTHING WAS BEGUN" if ending.ends else "NOTHING WAS SENT"
    else:
        words = "ALL IS WELL"
    return Line(_cut(f"{what}: {words}"), kind)


def _totals(ending: Ending) -> list[Line]:
    """How many routers ended in each state, over all batches; and each node of a conductor."""
    lines = []
    for name, entry in ending.conductors.items():
        said: dict[str, list[str]] = {}
        for node in entry.get("nodes") or []:
            said.setdefault(f"{_state(node)}{_versions(node)}", []).append(node["node"])
        nodes = "; ".join(f"{listed(names)} {how}" for how, names in said.items())
        lines += _wrapped(f"conductor {name}: {nodes or _state(entry)}", 2, _kind(entry))
    begun = {name: entry for name, entry in ending.routers.items() if entry["state"] != "not_started"}
    never = len(ending.waiting)
    if begun or never:
        states = [_state(entry, ending.said.get(name, ())) for name, entry in begun.items()]
        counts = [f"{states.count(state)} {state}" for state in sorted(set(states), key=_rank)]
        counts += [f"{never} never begun"] if never else []
        batches = f" in {counted(ending.batches, 'batch', 'batches')}" if ending.batches > 1 else ""
        worst = ERROR if never or any(not STATES[entry["state"]].ok for entry in begun.values()) else OK
        lines.append(Line(_cut(f"routers{batches}: {', '.join(counts)}"), worst))
    return lines


def _rank(state: str) -> int:
    order = ["dead", *STATES]
    return order.index(state) if state in order else len(order)


def _kind(entry: Mapping) -> str:
    return OK if STATES[entry["state"]].ok else ERROR


def _state(entry: Mapping, said: Sequence[str] = ()) -> str:
    """The state of a router or node; a node that did not come back is dead, whatever devices ``said`` of others."""
    reason = _hide(plain(one_line(str(entry.get("reason") or ""))), said)
    dead = entry["state"] in _MAY_BE_DEAD and _DEAD.search(_SAID_BY_DEVICE.sub("", reason))
    return "dead" if dead else entry["state"]


def _versions(node: Mapping) -> str:
    before, wanted = (spelled(node.get(name)) or "" for name in ("from_version", "to_version"))
    return f" ({before} to {wanted})" if node["state"] == "done" and before and wanted else ""


# -- who needs a person -----------------------------------------------------------------------------------------------


def _attention(ending: Ending, room: int) -> list[Line]:
    """Who needs a person and why; routers with the same reason share a line. Each has as many lines as fit."""
    said: dict[tuple[str, str], list[str]] = {}
    for name, entry in ending.bad.items():
        words = ending.said.get(name, ())
        said.setdefault((_state(entry, words), _with_words(_without_nodes(entry), words)), []).append(name)
    groups = sorted(said.items(), key=lambda group: _rank(group[0][0]))
    texts = [f"{state}: {_names(names)}: {reason}" for (state, reason), names in groups]
    texts += [f"failed: {brief(text)}" for text in dict.fromkeys(ending.failures)]
    for most in (4, 3, 2, 1):
        lines = [line for text in texts for line in _wrapped(text, 2, ERROR, most)]
        if len(lines) <= room:
            return lines
    shown = lines[: room - 1]
    left = sum(len(names) for _key, names in groups[room - 1 :]) + max(0, len(texts) - max(len(groups), room - 1))
    return [*shown, Line(f"and {left} more in the report", ERROR)]


def _names(names: Sequence[str]) -> str:
    return some(names) if len(names) == 1 else f"{len(names)} routers ({some(names)})"


def _without_nodes(entry: Mapping) -> str:
    """The reason of a router without the names of its nodes in front, so that those with the same reason share it."""
    names = listed(node["node"] for node in entry.get("nodes") or [] if node["state"] == entry["state"])
    return str(entry.get("reason") or "").removeprefix(f"{names}: ") if names else str(entry.get("reason") or "")


def _with_words(reason: str, said: Sequence[str]) -> str:
    """The reason in brief, and the words of the device that tell why where it does not hold them."""
    text, words = brief(reason, said), plain(said[-1]) if said else ""
    return f"{text}. The device said: {words}" if words and _bare(words) not in text else text


def brief(reason: object, said: Sequence[str] = ()) -> str:
    """The cause of a reason, without the advice that other lines give. What devices ``said`` stays as it is."""
    text = _hide(plain(one_line(str(reason))), said)
    for pattern, instead in _SHORTER:
        text = pattern.sub(instead, text)
    kept = " ".join(words for words in _SENTENCE.split(text) if not _LEFT_OUT.match(words)).rstrip(".") or text
    quotes = _quotes(said)
    return _QUOTED_AT.sub(lambda found: quotes[int(found[1])], kept)


def _quotes(said: Sequence[str]) -> list[str]:
    """What devices said as reasons quote it, the longest first."""
    return sorted(filter(None, {_bare(plain(words)) for words in said}), key=len, reverse=True)


def _bare(words: str) -> str:
    """Words of a device without the mark of an error and the last full stop, which reasons have or have not."""
    return words.removeprefix("% Error:").strip().rstrip(".")


def _hide(text: str, said: Sequence[str]) -> str:
    """The text with a number in place of what devices said."""
    for number, words in enumerate(_quotes(said)):
        text = text.replace(words, f"{_QUOTED}{number}{_QUOTED}") if len(words) > _SHORTEST_QUOTE else text
    return text


# -- what is next -----------------------------------------------------------------------------------------------------


def _next(ending: Ending) -> list[Line]:
    if not ending.command and not ending.advice:
        return []
    lines = _wrapped(f"next: {ending.advice}", 2, CHANGED) if ending.advice else []
    return [*lines, *_command(ending.command, CHANGED)]


def _command(command: str, kind: str) -> list[Line]:
    """A command as it can be copied: where it is too long, each line but the last ends in a backslash."""
    if not command:
        return []
    whole = plain(command).replace(" --limit ", f" --limit{_GLUE}")
    parts = textwrap.wrap(whole, COLUMNS - 6, break_long_words=False, break_on_hyphens=False)
    lines = [part.replace(_GLUE, " ") for part in parts]
    return [Line(f"  {line} \\", kind) for line in lines[:-1]] + [Line(f"  {lines[-1]}", kind)]


def _commit(ending: Ending) -> list[Line]:
    """May a configuration be committed now?"""
    why = commit_denied(ending)
    if why:
        return _wrapped(f"commit: not now, {why}", 2, ERROR, 2)
    if not ending.ends or ending.dry:
        return []
    if ending.unreached:
        return _wrapped(f"commit: not known, {ending.unreached}: see first how it is", 2, CHANGED, 2)
    return [Line("commit: allowed", OK)]


def commit_denied(ending: Ending) -> str:
    """Why no configuration may be committed now; empty where it may."""
    if ending.at_work or (ending.interrupted and not ending.dry):
        return f"something may run still{f' on {some(ending.at_work)}' if ending.at_work else ''}"
    unknown = [name for name, entry in ending.ends.items() if entry["state"] == "unknown"]
    if unknown:
        return f"nobody knows how {some(unknown)} {'is' if len(unknown) == 1 else 'are'}"
    foreign = [name for name, entry in ending.ends.items() if followed_only(entry)]
    if foreign:
        return f"something that this run has not begun may run still on {some(foreign)}"
    for name, entry in ending.ends.items():
        runs = [(node["node"], node.get("running_version")) for node in entry.get("nodes") or []]
        if two_versions(runs):
            each = listed(f"{node} runs {spelled(version)}" for node, version in runs if version)
            return f"the pair {name} is on two versions: {each}"
    return ""


def _waiting(ending: Ending) -> list[Line]:
    if not ending.waiting:
        return []
    count = len(ending.waiting)
    names = some(ending.waiting) if count == 1 else f"{count} routers ({some(ending.waiting, 3)})"
    why = f": {brief(ending.why_waiting)}" if ending.why_waiting else ""
    return _wrapped(f"never begun: {names}{why}", 2, CHANGED, 2)


def _skipped(ending: Ending) -> list[Line]:
    said: dict[str, list[str]] = {}
    for name, entry in ending.routers.items():
        if entry["state"] == "skipped":
            said.setdefault(brief(_without_nodes(entry)), []).append(name)
    texts = [f"{_names(names)}: {why}" for why, names in said.items()]
    return _wrapped(f"left out: {'; '.join(texts)}", 2, CHANGED, 2) if texts else []


def _report(ending: Ending) -> list[Line]:
    """Paths are copied, so they are never cut."""
    files = {"report": ending.report, "backup of the configuration": ending.backup}
    return [Line(f"{what}: {plain(path)}") for what, path in files.items() if path]


# -- lines ------------------------------------------------------------------------------------------------------------


def _wrapped(text: str, indent: int, kind: str, most: int = 3) -> list[Line]:
    """The text in at most so many lines; what does not fit is left out behind the last of them."""
    lines = textwrap.wrap(
        plain(text),
        COLUMNS,
        subsequent_indent=" " * indent,
        max_lines=most,
        placeholder=" \u2026",
        break_on_hyphens=False,
    )
    return [Line(line, kind) for line in lines]


def _cut(text: str) -> str:
    return text if len(text) <= COLUMNS else f"{text[: COLUMNS - 2]} \u2026"

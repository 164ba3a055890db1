# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges of how a session and the web API are: S, C1 and W of docs/assumptions.md. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..pcli.cells import is_rule
from ..pcli.opening import shape
from ..pcli.prompt import find_prompt
from ..pcli.terminal import clean
from ..software.asset_states import read_state
from .answers import Answers, cut, data_of, judge, listed, quoted, response_of, web
from .asking import Row
from .assumptions import MadeOf, Verdict, confirmed, different, not_shown
from .questions import NARROW, WIDE, settled_by

# -- the session --------------------------------------------------------------------------------------------------


@judge("S1")
def prompt(answers: Answers) -> Verdict:
    shown = [(clean(row.data["prompt"]), row.asked) for row in answers.of_kind("login")]
    if not shown:
        return not_shown("nobody was logged in")
    other = [(line, node_id) for line, node_id in shown if find_prompt(line) is None]
    if not other:
        return confirmed(listed(f"'{line.strip()}'" for line, _node_id in shown))
    line, node_id = other[0]
    return different(
        f"'{line.strip()}', which is not user@node.router",
        ansible_pcli_prompt=MadeOf(line, lambda text: rf"{shape(text)} *$"),
        ansible_pcli_node=node_id.node,
        ansible_pcli_router=node_id.router,
    )


@judge("S2")
def terminal(answers: Answers) -> Verdict:
    narrow, wide = answers.to("show assets", NARROW[-1]), answers.to("show assets", WIDE)
    if not narrow or not wide:
        return not_shown("'show assets' was not answered in two widths")
    widest, narrowest = _longest(wide[0]), _longest(narrow[0])
    drawn = [row for row in answers.of_kind("pcli") if "\x1b" in row.data.get("raw", "")]
    escapes = f"; escape sequences in {len(drawn)} answers" if drawn else "; no escape sequences"
    if widest <= NARROW[-1]:
        return not_shown(f"the list of assets is no wider than {widest} columns{escapes}")
    if narrowest >= widest:
        return different(
            f"'show assets' has lines of {widest} columns, whether {WIDE} or {NARROW[-1]} were asked for{escapes}"
        )
    return confirmed(f"lines of {widest} columns where {WIDE} were asked for, of {narrowest} in {NARROW[-1]}{escapes}")


def _longest(row: Row) -> int:
    lines = [line.rstrip() for line in row.text.split("\n")]
    rules = [line for line in lines if is_rule(line)] or lines
    return max((len(line) for line in rules), default=0)


@judge("S3")
def pager(answers: Answers) -> Verdict:
    paged = [row for row in answers.of_kind("pcli") if row.notes.get("paged")]
    stuck = [row for row in paged if row.data["ended"] != "prompt"]
    if stuck:
        line = stuck[0].text.rpartition("\n")[2].strip()
        return different(quoted(stuck[0]), ansible_pcli_pager=MadeOf(line, re.escape))
    if paged:
        return confirmed(f"a pager in {len(paged)} answers, such as that of '{paged[0].command}', was gone through")
    return not_shown("no answer was paged")


@judge("S6")
def shells(answers: Answers) -> Verdict:
    logins = [row.data["facts"].get("logins for two shells", 0) for row in answers.of_kind("ssh")]
    if not any(logins):
        return not_shown("nobody was logged in")
    if max(logins) > 1:
        return different(f"two shells needed {max(logins)} logins: one takes no second channel")
    return confirmed("two shells were open on one login")


@judge("S9")
def questions(answers: Answers) -> Verdict:
    rows = [row for row in answers.of_kind("pcli") if row.command.startswith("show ")]
    asked = [row for row in rows if row.data["questions"]]
    first = [(row.command, answers.clean(row.data["questions"][0]["text"].strip())) for row in asked]
    seen = [f"'{command}' asks '{cut(text, 80)}'" for command, text in first]
    if lost := [row for row in asked if row.data["ended"] != "prompt"]:
        return different(f"'{lost[0].command}' asks what has no answer: '{lost[0].data['questions'][-1]['text']}'")
    if no := [row for row in asked if row.data["questions"][-1]["answer"] in ("n", "no")]:
        return different(f"'{no[0].command}' asks '{no[0].data['questions'][-1]['text'].strip()}', which gets a no")
    answered = [row for row in rows if row.data["ended"] == "prompt" and not _refused(row)]
    otherwise = [row for row in answered if row.command != row.question]
    if otherwise:
        seen.append(listed((f"'{row.question}' is refused, '{row.command}' is not" for row in otherwise), 4))
        return different("; ".join(seen))
    if not answered:
        return not_shown("no reading command was answered")
    known = {(row.asked, row.question) for row in answered}
    lost = [row.question for row in rows if (row.asked, row.question) not in known]
    elsewhere = {question: settled_by(question) - {"S9"} for question in lost}
    here = [question for question, numbers in elsewhere.items() if not numbers]
    never = f"; refused or not answered in any form: {listed(here, 4)}" if here else ""
    others = sorted({number for numbers in elsewhere.values() for number in numbers})
    note = f"; what else was refused or not answered is judged by {listed(others)}" if others else ""
    quiet = f"no reading command asked anything, of {len(answered)}, and those that were sent with force know it"
    return confirmed(f"{'; '.join(seen[:4]) or quiet}{never}", note)


def _refused(row: Row) -> bool:
    response = response_of(row)
    return bool(response.error or response.denied or response.usage)


@judge("C1")
def files(answers: Answers) -> Verdict:
    rows = answers.of_kind("sftp")
    if not rows:
        return not_shown("it was not tried")
    facts = rows[0].data["facts"]
    if facts["offered"] and "cannot" not in facts["answer"]:
        return confirmed(f"SFTP is open, {facts['answer']}; none of them was read")
    words = f"SFTP is {'open, but ' if facts['offered'] else 'closed: '}{facts['answer']}"
    return different(words, conductor_upgrade_backup_methods=["shell", "api", "text"])


# -- the web API --------------------------------------------------------------------------------------------------


def _away(answers: Answers) -> Verdict:
    problems = [row.notes["problem"] for row in answers.of_kind("web") if row.notes.get("problem")]
    refused = [f"{row.data['path']}: status {row.data['status']}" for row in answers.of_kind("web")]
    said = problems[0] if problems else listed(refused) or "it was not asked"
    return not_shown(f"the web API did not answer: {said}")


def _types(answers: Answers) -> dict[str, dict[str, Any]]:
    """The fields of each type, by introspection."""
    types: dict[str, dict[str, Any]] = {}
    for row in answers.of_kind("web"):
        data = data_of(row) if row.data["request"] and row.data["status"] == 200 else None
        schema = ((data or {}).get("data") or {}).get("__schema") if isinstance(data, dict) else None
        for entry in (schema or {}).get("types") or ():
            if isinstance(entry, dict) and isinstance(entry.get("fields"), list):
                fields = {field.get("name"): field for field in entry["fields"] if isinstance(field, dict)}
                types.setdefault(str(entry.get("name")), fields)
    return types


def _asset_type(answers: Answers) -> dict[str, Any] | None:
    return next((fields for fields in _types(answers).values() if {"assetId", "routerName"} <= set(fields)), None)


def _listed_assets(answers: Answers) -> Iterator[dict[str, Any]]:
    row = web(answers, "/asset?verbose=true")
    data = data_of(row) if row else None
    for entry in data if isinstance(data, list) else (data or {}).get("assets", ()) if isinstance(data, dict) else ():
        if isinstance(entry, dict):
            yield entry


@judge("W1")
def web_states(answers: Answers) -> Verdict:
    if web(answers, "/asset?verbose=true") is None:
        return _away(answers)
    words = [str(entry.get("status")) for entry in _listed_assets(answers)]
    strange = [word for word in words if not read_state(word).known]
    if strange or not words:
        return different(f"GET /asset shows {listed(strange) or 'no states'}", ansible_pcli_api="off")
    return not_shown(f"no node is upgraded now; GET /asset shows {listed(words)}")


@judge("W3")
def web_fields(answers: Answers) -> Verdict:
    if not _types(answers):
        return _away(answers)
    fields = _asset_type(answers)
    if fields is None:
        return different("introspection shows no type with assetId and routerName: assets are read by REST")
    software = "with softwareVersions" if "softwareVersions" in fields else "without softwareVersions"
    lists = [name for name in ("nodes", "edges") if any(name in of_type for of_type in _types(answers).values())]
    seen = f"an asset {software}; lists are {' and '.join(lists) or 'plain'}; fields: {listed(fields, 30)}"
    return confirmed(seen)


@judge("W8")
def web_ways(answers: Answers) -> Verdict:
    if web(answers, "/system") is None:
        away = _away(answers)
        return different(away.seen) if "forwards no channels" in away.seen else away
    slowest = max(row.seconds for row in answers.of_kind("web"))
    return not_shown(
        f"it answers, the slowest request after {slowest:.1f} s; its certificate, what it answers while the service "
        "starts, and channels of SSH that were not needed are not looked at"
    )


@judge("W12")
def web_service(answers: Answers) -> Verdict:
    fields = _asset_type(answers)
    if fields is None:
        return not_shown("introspection shows no type of assets") if _types(answers) else _away(answers)
    forms = (r"service(?:Status|State)", r"conductorConnectivity(?:Status|State)?",
             r"peerConductorConnectivity(?:Status|State)?")  # fmt: skip
    found = [[name for name in fields if re.fullmatch(form, name)] for form in forms]
    if all(len(names) == 1 for names in found):
        return confirmed(listed(names[0] for names in found))
    like = [name for name in fields if re.search(r"service|connectiv", name, re.IGNORECASE)]
    return different(f"fields that look like service or connections: {listed(like) or 'none'}")


@judge("W16")
def web_shelved(answers: Answers) -> Verdict:
    row = web(answers, "/alarm")
    if row is None:
        return _away(answers)
    data = data_of(row)
    alarms = data if isinstance(data, list) else (data or {}).get("alarms", []) if isinstance(data, dict) else []
    words = {str(alarm.get("shelvedStatus")) for alarm in alarms if isinstance(alarm, dict)}
    others = sorted(word for word in words if word.replace("-", "").upper() not in ("NOTSHELVED", "SHELVED", "NONE"))
    if others:
        return different(f"shelvedStatus is {listed(others)}")
    return not_shown(f"shelvedStatus is {listed(sorted(words))}" if words else "there are no alarms")


@judge("W20")
def web_introspection(answers: Answers) -> Verdict:
    rows = [row for row in answers.of_kind("web") if row.data["request"]]
    if not rows:
        return _away(answers)
    if not _types(answers):
        text = cut(answers.clean(rows[0].text))
        return different(f"introspection is refused: status {rows[0].data['status']}, {text}")
    typed = any("type" in field for fields in _types(answers).values() for field in fields.values())
    if typed:
        return confirmed("introspection names types, fields, and where each field leads")
    return different("only the short form of introspection is answered: the types of fields are not known")

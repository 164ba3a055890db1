# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges of what is said of nodes, routers, alarms and configurations: F, T and C of docs/assumptions.md. Pure."""

from __future__ import annotations

from collections.abc import Callable

from ..pcli.response import Response
from ..software.alarms import read_alarms, row_of
from ..software.asset_list import read_duplicates
from ..software.asset_states import read_state
from ..software.assets import read_asset_summary, read_assets, why_not_whole
from ..software.disks import read_disks
from ..software.events import read_events
from ..software.network import read_bgp, read_device_interfaces, read_peers
from ..software.node_id import NodeId
from ..software.system import (
    primary_node,
    read_connectivity,
    read_internal_connectivity,
    read_plugins,
    read_processes,
    read_system_of,
    service_runs,
)
from .answers import Answers, cut, judge, listed, quoted, response_of
from .asking import Row
from .assumptions import Verdict, confirmed, different, not_shown

_NOT_ASKED = not_shown("not asked")
#: The areas of a router's state that can be compared (snapshots/take.py).
_AREAS = (
    "versions", "assets", "services", "alarms", "connectivity", "processes", "primaries", "peers", "interfaces", "bgp",
    "totals",
)  # fmt: skip

# -- assets ---------------------------------------------------------------------------------------------------------


@judge("T1")
def states(answers: Answers) -> Verdict:
    if answers.assets is None:
        return not_shown("the list of assets cannot be read")
    words = [asset.status for asset in answers.assets]
    strange = [word for word in words if not read_state(word).known]
    if strange:
        return different(f"unknown states: {listed(strange)}; they count as not settled")
    busy = [word for word in words if read_state(word).busy]
    if busy:
        return confirmed(f"nodes at work show {listed(busy)}")
    return not_shown(f"no node is upgraded now; the list shows {listed(words)}")


@judge("T7")
def columns(answers: Answers) -> Verdict:
    rows = answers.to("show assets")
    if not rows:
        return _NOT_ASKED
    bad = [row for row in rows if read_assets(response_of(row)) is None]
    if bad:
        return different(f"{quoted(bad[0])}; {why_not_whole(response_of(bad[0])) or 'it cannot be read'}")
    tables = [table for table in response_of(rows[0]).tables if table.rows]
    return confirmed(f"columns: {listed(tables[0].columns, 20)}" if tables else quoted(rows[0]))


@judge("T9")
def summary(answers: Answers) -> Verdict:
    rows = answers.to("show assets summary")
    if not rows:
        return _NOT_ASKED
    counted = read_asset_summary(response_of(rows[0]))
    if counted is None:
        return different(quoted(rows[0]))
    if answers.assets is None or counted.total != len(answers.assets):
        found = "a list that cannot be read" if answers.assets is None else f"{len(answers.assets)} rows in the list"
        return different(f"total {counted.total}, and {found}", conductor_upgrade_checks=["!asset_list_complete"])
    return confirmed(f"total {counted.total}, as many as rows in the list")


@judge("F4")
def looks(answers: Answers) -> Verdict:
    rows = [row for row in answers.of_kind("pcli") if row.command == "show assets" and row.notes.get("look")]
    lists = [read_assets(response_of(row)) for row in rows]
    if not rows or None in lists:
        return not_shown("the list was not looked at several times")
    first = {(asset.router, asset.node): asset.status
             for asset in lists[0] or ()}  # fmt: skip
    moved = [
        f"{asset.node}.{asset.router}" for shown in lists for asset in shown or ()
        if first.get((asset.router, asset.node), asset.status) != asset.status
    ]  # fmt: skip
    seconds = rows[-1].at - rows[0].at
    return not_shown(f"in {len(rows)} looks over {seconds:.0f} s these changed their state: {listed(moved) or 'none'}")


@judge("C9")
def duplicates(answers: Answers) -> Verdict:
    rows = answers.to("show assets") + answers.beginning("show assets ")
    found = [row for row in rows if read_duplicates(response_of(row))]
    return confirmed(quoted(found[0])) if found else not_shown("no asset id is there twice")


# -- nodes ----------------------------------------------------------------------------------------------------------


@judge("F11")
def own_answers(answers: Answers) -> Verdict:
    seen, away = [], []
    for row in answers.beginning("show system router "):
        words = row.question.split()
        node_id = NodeId(words[3], words[5])
        said = read_system_of(node_id, response_of(row))
        if said is None:
            return different(f"the command is not known. {quoted(row)}")
        if said.reached is False:
            away.append(str(node_id))
        elif said.reached is None:
            return different(f"{quoted(row, 6)}; it cannot be read")
        elif said.status and service_runs(said.status) is None:
            return different(f"'{row.command}' shows the service as '{said.status}', which is not known")
        else:
            seen.append(f"{node_id}: {said.status or 'no word for the service'}, {said.version}")
    if seen:
        return confirmed(listed(seen, 4))
    return not_shown(f"not reached: {listed(away)}" if away else "no node was asked")


@judge("F3")
def leader(answers: Answers) -> Verdict:
    pairs, seen = [], []
    for row in answers.beginning("show system processes router "):
        router = row.question.split()[4]
        processes = read_processes(response_of(row))
        nodes = answers.nodes_of(router)
        if processes is None:
            return different(f"{quoted(row)}; it cannot be read", router_upgrade_order="as_listed")
        if len(nodes) > 1 and router not in {node_id.router for node_id in answers.own}:
            pairs.append(router)
            first = primary_node(processes, nodes=nodes)
            if first is None:
                words = "no routingManager of one node alone is primary"
                return different(f"{quoted(row, 5)}; {words}", router_upgrade_order="as_listed")
            seen.append(f"{first} leads {router}")
    return confirmed("; ".join(seen)) if pairs else not_shown("no router with two nodes was named")


@judge("F8")
def network(answers: Answers) -> Verdict:
    readers: tuple[tuple[str, str, Callable[[Response], object]], ...] = (
        ("peers", "show peers router ", read_peers),
        ("interfaces", "show device-interface router ", read_device_interfaces),
        ("bgp", "show bgp summary rows all router ", read_bgp),
        ("disks", "show platform router ", read_disks),
    )
    read, bad = [], []
    for area, words, reader in readers:
        rows = [row for row in answers.beginning(words) if _router_in(row) in answers.routers]
        for row in rows:
            response = response_of(row)
            rows_read = reader(response)
            if rows_read:
                read.append(area)
            elif rows_read is None and not response.disconnected:
                bad.append((area, row))
    if bad:
        areas = [area for area, _row in bad]
        return different(
            f"cannot be read: {listed(areas)}. {quoted(bad[0][1])}",
            router_upgrade_compare_areas=[area for area in _AREAS if area not in areas],
        )
    missing = [area for area, _words, _reader in readers if area not in read]
    if not answers.routers or not any(answers.beginning(words) for _area, words, _reader in readers):
        return not_shown("no router was named that could be asked about")
    if missing:
        return not_shown(f"read: {listed(read) or 'none'}; nothing is there, or was not reached: {listed(missing)}")
    return confirmed(f"read: {listed(read)}")


def _router_in(row: Row) -> str:
    words = row.question.split()
    return words[words.index("router") + 1]


# -- alarms, events, configuration ----------------------------------------------------------------------------------


def _alarms(answers: Answers) -> tuple[Row, list | None] | None:
    rows = answers.to("show alarms")
    return (rows[0], read_alarms(response_of(rows[0]))) if rows else None


@judge("C6")
def no_alarms(answers: Answers) -> Verdict:
    asked = _alarms(answers)
    if asked is None:
        return _NOT_ASKED
    row, alarms = asked
    if alarms is None:
        return different(
            f"{quoted(row)}; it cannot be read",
            conductor_upgrade_checks=["!critical_alarms", "!mismatch_alarm"],
        )
    return not_shown(f"there are {len(alarms)} alarms, which can be read") if alarms else confirmed(quoted(row))


@judge("C13")
def alarm_texts(answers: Answers) -> Verdict:
    asked = _alarms(answers)
    if asked is None:
        return _NOT_ASKED
    alarms = asked[1]
    if not alarms:
        return not_shown("there are no alarms" if alarms is not None else "the alarms cannot be read")
    strange = [alarm.message for alarm in alarms if row_of(alarm.message) is None]
    if strange:
        return different(f"in no catalogue: {cut(answers.clean(listed(strange, 5)))}")
    texts = answers.clean(listed((alarm.message for alarm in alarms), 3))
    return confirmed(f"all of {len(alarms)} texts are known: {cut(texts)}")


@judge("C14")
def events(answers: Answers) -> Verdict:
    rows = answers.beginning("show events ")
    if not rows:
        return _NOT_ASKED
    read = [
        (row, read_events(response_of(row), "alarm" if " alarm " in row.question else "provisioning")) for row in rows
    ]
    found = [(row, events) for row, events in read if events]
    if found:
        layout = "a table" if response_of(found[0][0]).tables else "blocks"
        return confirmed(f"{layout}, {len(found[0][1] or ())} events. {quoted(found[0][0])}")
    bad = [row for row, events in read if events is None]
    return different(quoted(bad[0])) if bad else not_shown(f"there are no events. {quoted(rows[0])}")


@judge("C5")
def other_users(answers: Answers) -> Verdict:
    questions = ("show user activity", "show config out-of-sync", "show config locally-modified")
    rows = [row for question in questions for row in answers.to(question)]
    refused = [row for row in rows if response_of(row).error or response_of(row).usage or not row.text.strip()]
    if refused:
        words = f"not answered: {listed(row.command for row in refused)}"
        return different(words, conductor_upgrade_checks=["!other_candidates"])
    laid_out = [row.command for row in rows if response_of(row).tables or response_of(row).blocks]
    if not laid_out:
        return not_shown("answered in sentences, which are shown as they are") if rows else _NOT_ASKED
    return confirmed(f"a table or blocks, whose rows are shown: {listed(laid_out)}")


@judge("C8")
def plugins(answers: Answers) -> Verdict:
    rows = answers.to("show plugins installed")
    if not rows:
        return _NOT_ASKED
    shown = read_plugins(response_of(rows[0]))
    if shown is None:
        return different(f"{quoted(rows[0])}; no table", conductor_upgrade_health_checks=["!plugins_kept"])
    return confirmed(quoted(rows[0], 5))


@judge("C10")
def nothing(answers: Answers) -> Verdict:
    seen = []
    for words, reader in (
        ("show system connectivity", read_connectivity),
        ("show system processes router ", read_processes),
    ):
        rows = answers.beginning(words)
        for row in (row for row in rows if not row.question.startswith("show system connectivity internal")):
            read = reader(response_of(row))
            if read is None and not response_of(row).disconnected:
                area = "connectivity" if "connectivity" in words else "processes"
                return different(
                    f"{quoted(row)}; it cannot be read",
                    router_upgrade_compare_areas=[known for known in _AREAS if known != area],
                )
            if read == []:
                seen.append(quoted(row))
    return confirmed("; ".join(seen[:2])) if seen else not_shown("there was something everywhere")


@judge("C15")
def internal(answers: Answers) -> Verdict:
    rows = answers.to("show system connectivity internal") + answers.beginning("show system connectivity internal ")
    if not rows:
        return _NOT_ASKED
    for row in rows:
        response = response_of(row)
        if response.error is None and read_internal_connectivity(response):
            return confirmed(quoted(row))
    return different(quoted(rows[0]))

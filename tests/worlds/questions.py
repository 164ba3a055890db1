# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a conductor prints when it is asked how things are. It changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from .authority import Authority
from .layout import block, framed, in_days, not_reached, table, uptime
from .nodes import DISCONNECTED, Node, Operation

_WHERE = re.compile(r" (router|node|resource-group|version) (\S+)")
#: (in progress, completed, failed) as a status may call them, and perhaps what it says on the way back.
STATUS_WORDS = (
    ("in progress", "completed", "failed"),
    ("In-Progress", "Complete", "Failed"),
    ("upgrading", "done", "error"),
    ("almost complete", "Complete", "failed: disk full", "failed; rollback in progress"),
    ("complete; soak period: 10 minutes left", "complete", "failed", "check failed, reverting to the previous release"),
    ("Download completed. Install started", "successfully completed", "Failed", "Failed - rolling back"),
    ("Install complete, post-upgrade check outstanding", "Install complete", "check failed", "rolling back"),
    ("Started: 01:02; Finished:", "Started: 01:02; Finished: 01:44", "Started: 01:02; Failed: 01:44"),
    ("Awaiting reboot", "completed without errors", "Upgrade failed", "Upgrade failed. Reverting"),
    ("active", "completed", "failed after reboot", "failed; rollback started 01:44"),
    ("45 percent", "100 percent complete", "failed at 45 percent", "post-upgrade check failed: rolling back"),
)
#: What the service of a node that is not at work may be called; 'offline' is documented, the others are not.
SERVICE_DOWN = ("offline", "fault", "unknown", "starting", "degraded", "out-of-service")
#: What the states of assets are called below 6.3 (upgrade_ibu_conductor).
_WORDS_BELOW_63 = {"Synchronized": "Running", "Synchronizing": "Connected", "Upgrading": "UPGRADING"}


class Questions:
    """The answers of one conductor, by its habits."""

    def __init__(self, authority: Authority, habits: dict) -> None:
        self.authority, self.habits, self.clock = authority, habits, authority.clock
        #: The node that is asked.
        self.local = authority.routers["Conductor"][0]
        #: The list of assets as it was printed last, by the router that was asked for, and what it showed.
        self._listed: dict[tuple[str | None, str | None, bool], tuple[list, str]] = {}

    def answer(self, command: str) -> str | None:
        """The answer; None for a command that this conductor does not have."""
        for pattern, method in _COMMANDS:
            match = pattern.fullmatch(command)
            if match:
                where = dict(_WHERE.findall(command))
                return method(self, where, match)
        return None

    # -- assets -----------------------------------------------------------------------------------------------

    def _shown(self, node: Node) -> tuple[str, str, float]:
        """State, version, and time in the state, as late as the list is."""
        now = self.clock.now() - self.habits["lag"]
        moment = node.at(now)
        since = node.in_state_since(moment)
        return moment.state, moment.version, max(0.0, now - max(since, -3600.0)) + (86400 if since <= 0 else 0)

    def assets(self, where: dict, _match: re.Match) -> str:
        timed, only = self.habits["time_in_status"], where.get("router")
        asked = only, where.get("resource-group"), self._strange
        routers = [only] if only else self.authority.routers
        members = [router for router in routers if router in self._members(where, router)]
        nodes = [node for router in members for node in self.authority.routers.get(router, ()) if node.listed]
        if timed:
            moments = [(node, *self._shown(node)) for node in nodes]
            shown = [(node, state, version, in_days(since)) for node, state, version, since in moments]
        else:
            now = self.clock.now() - self.habits["lag"]
            moments = [(node, node.at(now)) for node in nodes]
            shown = [(node, moment.state, moment.version, "1d 2h 3m 4s") for node, moment in moments]
        last, text = self._listed.get(asked, (None, ""))
        if shown != last:
            text = self._with_strange_lines(self._list(shown))
            self._listed[asked] = shown, text
        return text

    def _list(self, shown: list[tuple[Node, str, str, str]]) -> str:
        rows = []
        for number, (node, state, version, since) in enumerate(shown):
            version = version if self.habits["versions_while_away"] or state != DISCONNECTED else ""
            first = number == 0 or shown[number - 1][0].router != node.router
            rows.append(
                [node.router if first else "", node.name, f"{node.id}.example", version, "Image", state, since, "0"]
            )
        columns = ["Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors"]
        if self.habits["legacy"]:
            columns.pop(4)
            rows = [[*row[:4], _WORDS_BELOW_63.get(row[5], row[5]), *row[6:]] for row in rows]
        return table(columns, rows)

    @property
    def _strange(self) -> bool:
        """Do lists hold lines of something else at this moment, where they do at times?"""
        between = self.habits["strange_between"]
        return between is None or between[0] <= self.clock.now() < between[1]

    def _with_strange_lines(self, text: str) -> str:
        """The whole answer with a list; at times with lines of something else before its last row, or below it."""
        lines = text.split("\n")
        if self._strange:
            lines[-1:-1] = self.habits["list_line"].split("\n") if self.habits["list_line"] else []
            lines += ["", self.habits["list_note"]] if self.habits["list_note"] else []
        return framed(self.habits, "Retrieving assets", "\n".join(lines))

    def _members(self, where: dict, router: str) -> Collection[str]:
        """The routers of the resource group that is asked for; any router where none is."""
        group = where.get("resource-group")
        return [router] if group is None else self.authority.data.get("resource_groups", {}).get(group, ())

    def asset(self, _where: dict, match: re.Match) -> str:
        node = self.authority.nodes.get(match[1].removesuffix(".example"))
        if node is None:
            return f"% Error: Asset '{match[1]}' not found"
        state, version, seconds = self._shown(node)
        if self.habits["legacy"]:
            state = _WORDS_BELOW_63.get(state, state)
        fields = [("Router", node.router), ("Node", node.name), ("Current Version", version)]
        fields += [] if self.habits["legacy"] else [("Install Type", "Image")]
        fields += [
            ("Status", state),
            ("Conductor Connectivity", "Disconnected" if state == DISCONNECTED else "Connected"),
        ]
        moment = node.at(self.clock.now() - self.habits["lag"])
        if state != DISCONNECTED and self.habits["service"]:
            fields += [("Service Status", "Running" if moment.service else "Stopped")]
        if self.habits["time_in_status"]:
            fields += [("Time in Status", in_days(seconds))]
        return framed(self.habits, "Retrieving assets", block(f"{node.id}.example", fields))

    def software(self, _where: dict, _match: re.Match) -> str | None:
        if not self.habits["software"]:
            return None
        rows = []
        for router, nodes in self.authority.routers.items():
            for number, node in enumerate(nodes):
                downloading, there = self._stock(node)
                row = [router if number == 0 else "", node.name, node.version, ""]
                row += [", ".join(downloading), there[0] if there else ""]
                rows.append(row)
                rows += [["", "", "", "", "", version] for version in there[1:]]
        columns = "Router", "Node", "Installed", "Available", "Downloading", "Downloaded"
        return self._with_strange_lines(table(columns, rows))

    def _stock(self, node: Node) -> tuple[list[str], list[str]]:
        """What a node downloads, and what it has, as late as this list is."""
        at = self.clock.now() - self.habits["software_lag"]
        there = {version for version in node.downloaded if node.arrived.get(version, at) <= at}
        downloading = {
            operation.target
            for operation in node.past
            if operation.kind == "download" and operation.began <= at and (not operation.over or operation.over_at > at)
        }
        return sorted(downloading), sorted(there)

    # -- systems ----------------------------------------------------------------------------------------------

    def _nodes(self, where: dict) -> list[Node]:
        router = where.get("router", "Conductor")
        if router == "all":
            return list(self.authority.nodes.values())
        nodes = self.authority.routers.get(router, [])
        if router == "Conductor" and "router" not in where:
            return [self.local]
        return [node for node in nodes if where.get("node", node.name) in (node.name, "all")]

    def system(self, where: dict, _match: re.Match) -> str:
        nodes = self._nodes(where)
        away = [node.id for node in nodes if not node.present]
        if away or not nodes:
            return not_reached(self.habits, "Retrieving system status", away or ["?"])
        blocks = []
        for node in nodes:
            fields = [("Version", node.version.split("-")[0])]
            if self.habits["service"]:
                fields.insert(0, ("Status", self._service_word(node)))
            fields += [("Uptime", uptime(self.clock.now() - node.booted)), ("Role", "combo"), ("Alarm Count", "0")]
            blocks.append(block(node.name, fields))
        return framed(self.habits, "Retrieving system status", "\n\n".join(blocks))

    def _service_word(self, node: Node) -> str:
        """How a node spells its service: some spell one that runs in words of their own (by the name of the node)."""
        return self.habits["service_up"].get(node.name, "running") if node.service else self.habits["service_down"]

    def version(self, where: dict, match: re.Match) -> str:
        nodes = self._nodes(where)
        away = [node.id for node in nodes if not node.present]
        if (away and len(away) == len(nodes)) or not nodes:
            return not_reached(self.habits, "Retrieving system version", away or ["?"])
        if match[0].endswith(" detail") and self.habits["volumes"]:
            return _volumes(self.habits, nodes[0])
        rows = []
        for node in nodes:
            if node.present:
                short, _, rest = node.version.partition("-")
                status = rest.split(".")[1] if "." in rest else ""
                rows.append([node.router, node.name, short, status, "2025-12-11T16:51:25Z", f"128T-{node.version}"])
        body = table(("Router", "Node", "Version", "Status", "Build Date", "Package"), rows)
        return framed(self.habits, "Retrieving system version 1/1 targets complete", body)

    def processes(self, where: dict, _match: re.Match) -> str:
        nodes = self._nodes(where)
        away = [node.id for node in nodes if not node.present]
        if len(away) == len(nodes):
            return not_reached(self.habits, "Retrieving processes", away or ["?"])
        leader = self.authority.leaders.get(where.get("router", ""))
        present = [node for node in nodes if node.present]
        if leader not in [node.name for node in present]:
            leader = present[0].name
        rows = [
            [node.id, "routingManager", "running", "Y" if node.name == leader else "N", "combo"] for node in present
        ]
        return framed(
            self.habits, "Retrieving processes", table(("Node", "Process", "Status", "Primary", "Role"), rows)
        )

    def connectivity(self, where: dict, _match: re.Match) -> str:
        nodes = self._nodes(where)
        rows = []
        for node in nodes:
            for other in nodes:
                if other is not node and node.present:
                    rows.append([node.id, other.id, "connected" if other.up else "disconnected"])
        if not any(node.present for node in nodes):
            return not_reached(self.habits, "Retrieving connectivity", [node.id for node in nodes] or ["?"])
        columns = "Local Node", "Remote Node", "State"
        return framed(self.habits, "Retrieving connectivity", table(columns, rows))

    def available(self, _where: dict, match: re.Match) -> str:
        offered = self.authority.data["conductor"]["offers_below" if "downgrade" in match[0] else "offers"]
        rows = [
            [version.rsplit(".", 2)[0].rpartition(".")[0] or version, version, "release", "juniper"]
            for version in offered
        ]
        body = table(("Release", "Version", "Channel", "Source"), rows)
        return framed(self.habits, "Retrieving versions 1/1 targets complete", body)

    def alarms(self, _where: dict, _match: re.Match) -> str:
        return framed(self.habits, "Retrieving alarms", "There are 0 shelved alarms")

    def events(self, where: dict, _match: re.Match) -> str | None:
        """What the conductor has recorded of operations that failed."""
        if not self.habits["events"]:
            return None
        failed = [
            [node.router, node.name, f"{self.clock.wall_at(old.over_at):%Y-%m-%dT%H:%M:%SZ}", f"{old.kind} failed"]
            for node in self._nodes(where)
            for old in node.past
            if old.end == "failed" and old.kind != "download"
        ]
        body = table(("Router", "Node", "Time", "Message"), failed) if failed else "No events found."
        return framed(self.habits, "Retrieving events", body)

    # -- status of operations ---------------------------------------------------------------------------------

    def status(self, where: dict, match: re.Match) -> str | None:
        """``show system software upgrade|download|downgrade|revert``: its layout is documented nowhere."""
        kind, habit = match[1], self.habits["status"]
        if self.habits["status_ends"] is not None and self.clock.now() > self.habits["status_ends"]:
            habit = self.habits["status_then"]
        if habit == "refused" or (self.habits["legacy"] and (where or kind != "upgrade")):
            return None
        if habit == "silent":
            return framed(self.habits, f"Retrieving {kind} status", "")
        if habit == "unreadable":
            return framed(self.habits, f"Retrieving {kind} status", "0x7f 2:1/0 --")
        asked = self.authority.nodes.values() if habit == "bare" else self._nodes(where)
        entries = [entry for node in asked for entry in self._entries(kind, node)]
        if not entries:
            return framed(self.habits, f"Retrieving {kind} status", f"No {kind} operations found.")
        if habit == "table":
            body = table(("Router", "Node", "Version", "Status"), entries)
        elif habit == "bare":
            body = "\n".join(f"{kind} to {version} {words}" for _router, _node, version, words in entries)
        else:
            body = "\n".join(
                f"{node}.{router}: {kind} to {version} {words}" for router, node, version, words in entries
            )
        return framed(self.habits, f"Retrieving {kind} status", body)

    def _entries(self, kind: str, node: Node) -> list[list[str]]:
        running, completed, failed = self.habits["status_words"][:3]
        if kind == "download":
            running = "Downloading"
        ends = {"completed": completed, "in progress": running}
        old = [entry for entry in self.authority.data.get("history", ()) if entry["node"] == node.id]
        entries = [
            [node.router, node.name, entry["version"], ends.get(entry["end"], failed)]
            for entry in old
            if entry["kind"] == kind
        ]
        for operation in node.past:
            quiet = self.clock.now() - operation.began < operation.course.get("quiet", 0.0)
            if operation.kind == kind and not quiet and (self.habits["keeps_ended"] or not operation.over):
                entries.append([node.router, node.name, operation.target, self._words(operation, ends, failed)])
        return entries

    def _words(self, operation: Operation, ends: dict[str, str], failed: str) -> str:
        """How a status calls an operation."""
        if operation.goes_back and not operation.over and self.habits["status_words"][3:]:
            return self.habits["status_words"][3]
        if operation.called_failed:
            return failed
        words = ends["in progress"] if self.habits["status"] == "stuck" else ends.get(operation.end, failed)
        minutes = min(99, int(self.clock.now() - operation.began) // 60)
        return f"{words} {minutes}%" if self.habits["percent"] and not operation.over else words


def _volumes(habits: dict, node: Node) -> str:
    fields = [("Version", node.version.split("-")[0]), ("Package", f"128T-{node.version}"), ("Volume ID", "b")]
    lines = [block(f"Node: {node.id}", [*fields, ("Selected Boot Volume", "b")])]
    if node.idle:
        lines += ["  Idle Volume:"]
        lines += [f"    {'Version:':<27} {node.idle.split('-')[0]}", f"    {'Package:':<27} 128T-{node.idle}"]
        lines += [f"    {'Volume ID:':<27} a"]
    return framed(habits, "Retrieving system version", "\n".join(lines))


def _pattern(text: str) -> re.Pattern:
    return re.compile(text)


_ANY = r"(?: (?:router|node|version|resource-group) \S+| force)*"
_COMMANDS: tuple[tuple[re.Pattern, Callable], ...] = (
    (_pattern(rf"show assets{_ANY}"), Questions.assets),
    (_pattern(r"show assets software"), Questions.software),
    (_pattern(r"show assets (\S+\.example)"), Questions.asset),
    (_pattern(rf"show system{_ANY}"), Questions.system),
    (_pattern(rf"show system version{_ANY}(?: detail)?"), Questions.version),
    (_pattern(rf"show system processes{_ANY}"), Questions.processes),
    (_pattern(rf"show system connectivity{_ANY}"), Questions.connectivity),
    (_pattern(rf"show system software available(?: downgrade)?{_ANY}"), Questions.available),
    (_pattern(rf"show system software (upgrade|download|downgrade|revert){_ANY}"), Questions.status),
    (_pattern(r"show alarms"), Questions.alarms),
    (_pattern(rf"show events{_ANY} type provisioning from .*"), Questions.events),
)

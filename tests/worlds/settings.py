# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run was told, as far as it is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Settings:
    """The arguments of a run, with the defaults of the module."""

    arguments: dict
    #: The variables of the hosts that stand for routers, by host.
    hosts: dict = field(default_factory=dict)
    #: The routers of each resource group.
    members: dict = field(default_factory=dict)

    @property
    def obeys_stop_file(self) -> bool:
        """Was this run given the name of the stop file?"""
        return bool(self.arguments.get("stop_file"))

    @property
    def wanted(self) -> str:
        """The release that the run is to bring."""
        return self.arguments.get("version") or ""

    def wanted_of(self, router: str) -> str:
        """The release that one router is to run."""
        own = [named for host, named in self.hosts.items() if named.get("ssr_router", host) == router]
        return next((named["ssr_version"] for named in own if named.get("ssr_version")), self.wanted)

    def overrides(self, condition: str, router: str) -> bool:
        """Has the user lifted a condition for a router, by its name (rule 46)?"""
        entries = self.arguments.get("override") or []
        return any(entry["condition"] == condition and entry["router"] == router for entry in entries)

    @property
    def keeps_journal(self) -> bool:
        """Is the journal of this run that of the world?"""
        return str(self.arguments.get("journal") or "").endswith("/journal")

    @property
    def breaker_percent(self) -> float:
        return self.arguments.get("breaker_percent", 2.0)

    @property
    def targets(self) -> list[str]:
        """The routers that are named, one by one or by their group."""
        named = self.arguments.get("targets") or []
        hosts = [self.hosts.get(host, {}).get("ssr_router", host) for host in self.arguments.get("target_hosts") or []]
        named = [entry if isinstance(entry, str) else entry["router"] for entry in named]
        return list(dict.fromkeys([*named, *hosts, *self.members.get(self.arguments.get("resource_group"), ())]))

    @property
    def max_fail_percentage(self) -> float | None:
        return self.arguments.get("max_fail_percentage")

    @property
    def groups(self) -> dict:
        groups = self.arguments.get("exclusive_groups") or {}
        own = {named.get("ssr_router", host): named.get("ssr_exclusive_group") for host, named in self.hosts.items()}
        return {**{router: group for router, group in own.items() if group}, **groups}

    @property
    def waves(self) -> dict:
        return self.arguments.get("waves") or {}

    @property
    def blocked(self) -> dict:
        return self.arguments.get("blocked") or {}

    @property
    def in_flight(self) -> int | None:
        return self.arguments.get("in_flight", 10)

    @property
    def in_proof(self) -> int:
        return self.arguments.get("in_proof", 0)

    @property
    def max_failures(self) -> int | None:
        return self.arguments.get("max_failures", 5)

    @property
    def ends(self) -> dict[str, datetime]:
        """The ends of the night, by the wall clock."""
        texts = {name: self.arguments.get(name) for name in ("start_deadline", "window_end")}
        return {name: datetime.fromisoformat(text.replace("Z", "+00:00")) for name, text in texts.items() if text}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of routers and conductors, as data: the behaviour of the module of the same name."""

from __future__ import annotations

import json
import os
from urllib.parse import quote

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.targets import named_targets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.files import replace_file
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.files import check_folder
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots.take import check_areas, take
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted

#: Seconds between two lines about how far it is: a fleet keeps the conductor busy for minutes.
_HEARTBEAT = 60.0


class ActionModule(PcliAction):
    def act(self, args):
        try:
            areas = check_areas(args["areas"] or None)
        except ValueError as error:
            raise BadInput(f"areas: {error}") from error
        folder = os.path.abspath(os.path.expanduser(args["dest"])) if args["dest"] else None
        if folder:
            check_folder(folder)
        named = any(args[name] is not None for name in ("targets", "target_hosts", "resource_group"))
        if named:
            self.conductor.follow_fallback()
        assets = self.conductor.assets()
        routers = self._routers(args, assets, named)
        known = {router: nodes for router, nodes in routers.items() if nodes}
        if not known:
            raise BadInput("The conductor knows none of the targets, so no snapshot can be taken.")
        snapshots = self._taken(known, areas, assets)
        files = {}
        if folder is not None and not self.check_mode:
            files = {name: _save(folder, snapshot) for name, snapshot in snapshots.items()}
        router, node = self.conductor.local_node()
        unavailable = {name: snapshot["unavailable"] for name, snapshot in snapshots.items() if snapshot["unavailable"]}
        return {
            "changed": False,
            "router": router,
            "node": node,
            "snapshots": snapshots,
            "unavailable": unavailable,
            "unknown": [name for name in routers if name not in known],
            "files": files,
            "msg": _message(snapshots, unavailable, folder if files else None),
        }

    def _routers(self, args, assets, named):
        """The routers with all of their nodes, in order: half a router would count as one that lost a node."""
        local = self.conductor.local_node()
        nodes = {}
        for asset in assets:
            if asset.router and asset.node:
                nodes.setdefault(asset.router, {})[asset.node] = None
        nodes.setdefault(local.router, {local.node: None})
        if not named:
            return {local.router: list(nodes[local.router])}
        targets = named_targets(
            args["targets"],
            args["target_hosts"],
            args["resource_group"],
            args["unknown_targets"],
            conductor=self.conductor,
            hosts=self._vars.get("hostvars") or {},
            assets=assets,
        )
        return {target.router: list(nodes.get(target.router, {})) for target in targets}

    def _taken(self, routers, areas, assets):
        """The snapshots by router. What one command prints of all of them is asked once."""
        alarms = self._alarms() if "alarms" in areas else None
        snapshots, reported_at = {}, self.clock.now()
        for router, nodes in routers.items():
            snapshots[router] = take(self.conductor, router, nodes, areas, assets=assets, alarms=alarms)
            if self.clock.now() - reported_at >= _HEARTBEAT:
                reported_at = self.clock.now()
                self.tell(f"snapshots: {len(snapshots)} of {len(routers)}")
        return snapshots

    def _alarms(self):
        """All alarms; where they are refused or cannot be read, the error, and each snapshot says so itself."""
        try:
            return self.conductor.alarms()
        except DeviceError as error:
            return error


def _message(snapshots, unavailable, folder):
    text = counted(len(snapshots), "snapshot")
    if folder:
        text += f", saved in {folder}"
    areas = sorted({area for reasons in unavailable.values() for area in reasons})
    if areas:
        text += f". Of {len(unavailable)} of them not everything is available ({', '.join(areas)})"
    return f"{text}."


def _save(folder, snapshot):
    """Write a snapshot, whole or not at all, for its owner only. The path; raises BadInput where it cannot be written.

    The name of a router is a word for the PCLI, and may still hold a slash.
    """
    path = os.path.join(folder, f"{quote(snapshot['router'], safe='')}.json")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        replace_file(path, json.dumps(snapshot, indent=2))
    except OSError as error:
        raise BadInput(f"{path} cannot be written on the controller: {error.strerror or error}.") from error
    return path

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the nodes of an authority: the behaviour of the module of the same name."""

from __future__ import annotations

import contextlib
import json
import os

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.files import replace_file
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted


class ActionModule(PcliAction):
    def act(self, args):
        if args["any_node"]:
            self.conductor.follow_fallback()
        router, node = self.conductor.local_node()
        everything = listed = self.conductor.assets()
        if args["routers"]:
            unknown = sorted(set(args["routers"]) - {asset.router for asset in listed})
            if unknown:
                raise BadInput(f"The conductor knows no router {', '.join(unknown)}. Names are those of 'show assets'.")
            listed = [asset for asset in listed if asset.router in args["routers"]]
        assets = [self._as_data(asset, args["details"]) for asset in listed]
        counts: dict[str, int] = {}
        for asset in listed:
            counts[asset.state] = counts.get(asset.state, 0) + 1
        return {
            "changed": False,
            "router": router,
            "node": node,
            "assets": assets,
            "by_state": counts,
            "settled": self._settled(listed),
            "baseline": self._baseline(args["baseline"], args["forget_baseline"], self._settled(everything)),
            "msg": f"{counted(len(assets), 'node')}: "
            + ", ".join(f"{count} {state}" for state, count in sorted(counts.items())),
        }

    @staticmethod
    def _settled(assets):
        return sorted(asset.asset_id or f"{asset.node}.{asset.router}" for asset in assets if asset.settled)

    def _baseline(self, path, forget, settled):
        """What was settled before the first of several runs: a re-run in the middle must not forget it."""
        if not path:
            return settled
        path = os.path.abspath(os.path.expanduser(path))
        known = []
        try:
            if os.path.exists(path):
                with open(path, encoding="utf-8") as stream:
                    known = [str(name) for name in json.load(stream)]
            merged = sorted({*known, *settled})
            if self.check_mode:
                return merged
            if forget:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
                return merged
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            replace_file(path, json.dumps(merged))
            return merged
        except (OSError, ValueError) as error:
            raise BadInput(f"baseline {path} cannot be read or written: {error}.") from error

    def _as_data(self, asset, details):
        data = {
            "router": asset.router,
            "node": asset.node,
            "asset_id": asset.asset_id,
            "version": asset.version_text,
            "install_type": asset.install_type,
            "status": asset.status,
            "state": asset.state,
            "settled": asset.settled,
            "time_in_status": asset.time_in_status,
            "errors": asset.errors,
        }
        if details:
            page = None
            if asset.asset_id and not asset.away:
                with contextlib.suppress(DeviceError):
                    page = self.conductor.asset_detail(asset.asset_id)
            data["service"] = page.service if page else None
            data["conductor_connectivity"] = page.conductor_connectivity if page else None
            data["peer_connectivity"] = page.peer_connectivity if page else None
        return data

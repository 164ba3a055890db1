# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the nodes of an authority: the behaviour of the module of the same name."""

from __future__ import annotations

import contextlib
import json
import os

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError


class ActionModule(PcliAction):
    def act(self, args):
        router, node = self.conductor.local_node()
        everything = found = self.conductor.assets()
        if args["routers"]:
            unknown = sorted(set(args["routers"]) - {one.router for one in found})
            if unknown:
                raise BadInput(f"The conductor knows no router {', '.join(unknown)}. Names are those of 'show assets'.")
            found = [one for one in found if one.router in args["routers"]]
        assets = [self._as_data(one, args["details"]) for one in found]
        counts: dict[str, int] = {}
        for one in found:
            counts[one.state] = counts.get(one.state, 0) + 1
        return {
            "changed": False,
            "router": router,
            "node": node,
            "assets": assets,
            "by_state": counts,
            "settled": self._settled(found),
            "baseline": self._baseline(args["baseline"], args["forget_baseline"], self._settled(everything)),
            "msg": f"{len(assets)} nodes: " + ", ".join(f"{count} {state}" for state, count in sorted(counts.items())),
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
                    known = [str(one) for one in json.load(stream)]
            merged = sorted({*known, *settled})
            if self.check_mode:
                return merged
            if forget:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
                return merged
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(os.open(f"{path}.new", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as stream:
                json.dump(merged, stream)
            os.replace(f"{path}.new", path)
            return merged
        except (OSError, ValueError) as error:
            raise BadInput(f"baseline {path} cannot be read or written: {error}.") from error

    def _as_data(self, one, details):
        data = {
            "router": one.router,
            "node": one.node,
            "asset_id": one.asset_id,
            "version": one.version_text,
            "install_type": one.install_type,
            "status": one.status,
            "state": one.state,
            "settled": one.settled,
            "time_in_status": one.time_in_status,
            "errors": one.errors,
        }
        if details:
            page = None
            if one.asset_id and not one.away:
                with contextlib.suppress(DeviceError):
                    page = self.conductor.asset_detail(one.asset_id)
            data["service"] = page.service if page else None
            data["conductor_connectivity"] = page.conductor_connectivity if page else None
            data["peer_connectivity"] = page.peer_connectivity if page else None
        return data

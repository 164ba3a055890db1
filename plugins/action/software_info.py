# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running, offered and downloaded software of a conductor node: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import Unreadable
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.version_resolution import resolve
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import satisfies, spelled, try_parse


class ActionModule(PcliAction):
    def act(self, args):
        conductor = self.conductor
        router, node = conductor.local_node()
        own = conductor.own_version()
        assets = [asset for asset in conductor.assets() if asset.router == router]
        row = next((asset for asset in assets if asset.node == node), None)
        running = own.text if own else row.version_text if row else None
        parsed = own.version if own else row.version if row else None
        offered, unreadable = self._offered(node)
        newer = [text for text in offered if parsed and try_parse(text) and try_parse(text) > parsed]
        result = {
            "changed": False,
            "router": router,
            "node": node,
            "nodes": [asset.node for asset in assets] or [node],
            "running": running,
            "release": parsed.release if parsed else None,
            "install_type": (row.install_type if row else None) or (own.install_type if own else None),
            "available": None if unreadable else offered,
            "downloaded": conductor.downloaded(),
            "plugins": conductor.plugins(),
            "assets_count": bool(parsed and parsed.at_least(6, 3, 0)),
            "upgrade_available": None if unreadable else bool(newer),
            "newer": None if unreadable else newer,
            "peer_versions": {asset.node: asset.version_text for asset in assets if asset.node != node},
            "msg": f"{node} runs {spelled(running)}; " + _newer(newer, unreadable),
        }
        if args["version"]:
            peers = [asset for asset in assets if asset.node != node]
            result.update(self._compared(args, result, parsed, peers, offered))
        return result

    def _offered(self, node):
        """The versions that are offered to the node, and why these are not known (else None)."""
        try:
            return self.conductor.available(), None
        except Unreadable as error:
            self.warn(f"What is offered to {node} is not known: {error}")
            return [], str(error)

    @staticmethod
    def _compared(args, result, version, peers, offered):
        """The part of the result about the requested version: what it means, and who runs it already."""
        running = result["running"]
        versions = [running, *[asset.version_text for asset in peers if asset.version_text]]
        resolution = resolve(args["version"], offered, [text for text in versions if text], args["several_builds"])
        requested = try_parse(resolution.version)
        return {
            "wanted": resolution.version,
            "peer_done": any(
                bool(asset.version and requested and satisfies(asset.version, requested)) for asset in peers
            ),
            "up_to_date": bool(version and requested and satisfies(version, requested)),
            "msg": f"{result['node']} runs {spelled(running)}; "
            f"wanted is {spelled(resolution.version)} ({resolution.reason})",
        }


def _newer(newer, unreadable):
    """What is offered, in words: unreadable is not the same as nothing."""
    if unreadable:
        return f"what is offered cannot be read ({unreadable})"
    return f"newer: {', '.join(map(spelled, newer))}" if newer else "nothing newer is offered"

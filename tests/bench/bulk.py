# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in which a bulk tool works, as a client of the conductor's web API: fixed chunks, each with two barriers.

Downloads of a chunk, then its upgrades, with a look every half minute (facts of the public tool's way of working). It
is written for the comparison alone and shares nothing with the collection.
"""

from __future__ import annotations

import json
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any

DOWNLOAD = """mutation AssetDownload($routerNames: [String]!, $version: String!) {
  sendAssetDownloadSoftwareRequest(routerNames: $routerNames, version: $version) { routerName response } }"""
UPGRADE = """mutation AssetUpgrade($routerNames: [String]!, $version: String!) {
  sendAssetUpgradeRequest(routerNames: $routerNames, version: $version) { routerName response } }"""
#: Seconds of the night between two looks.
POLL = 30.0


class BulkClient:
    """``speedup``: how much faster the night goes than the wall."""

    def __init__(self, address: str, user: str, password: str, speedup: float) -> None:
        self._base, self._speedup = f"https://{address}/api/v1", speedup
        self._tls = ssl._create_unverified_context()  # a simulator's own certificate
        self._token = ""
        self._token = self._call("POST", "/login", {"username": user, "password": password})["token"]

    def _call(self, method: str, path: str, data: Any = None) -> Any:
        body = None if data is None else json.dumps(data).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(f"{self._base}{path}", body, headers, method=method)
        with urllib.request.urlopen(request, context=self._tls, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def assets(self) -> dict[str, list[dict]]:
        """The assets of each router."""
        by_router: dict[str, list[dict]] = {}
        for asset in self._call("GET", "/asset?verbose=true"):
            by_router.setdefault(asset["routerName"], []).append(asset)
        return by_router

    def run(self, routers: Sequence[str], version: str, chunk: int) -> float:
        """Upgrade all routers in chunks; seconds of the night. Raises TimeoutError where one never ends."""
        began = time.monotonic()
        for begin in range(0, len(routers), chunk):
            names = routers[begin : begin + chunk]
            print(f"bulk tool's way: {begin} of {len(routers)} routers upgraded", file=sys.stderr, flush=True)
            self._all(names, DOWNLOAD, version, lambda asset: version in asset["softwareVersions"]["downloadedVersion"])
            self._all(names, UPGRADE, version, lambda asset: asset["t128Version"] == version and _at_rest(asset))
        return (time.monotonic() - began) * self._speedup

    def _all(self, names: Sequence[str], mutation: str, version: str, done: Callable[[dict], bool]) -> None:
        """Ask for each router, then look until all are done: the barrier."""
        for name in names:
            variables = {"routerNames": [name], "version": version}
            self._call("POST", "/graphql", {"query": mutation, "variables": variables})
        end = time.monotonic() + 4 * 3600 / self._speedup
        while time.monotonic() < end:
            assets = self.assets()
            if all(done(asset) for name in names for asset in assets[name]):
                return
            time.sleep(POLL / self._speedup)
        raise TimeoutError(f"{', '.join(names)}: not done within four hours")


def _at_rest(asset: dict) -> bool:
    return asset["status"].upper() in ("RUNNING", "SYNCHRONIZED")

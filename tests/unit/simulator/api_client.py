# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain client of the web interface for the tests of the simulator: nothing but the standard library."""

from __future__ import annotations

import base64
import contextlib
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.simulator import Simulator

from .pcli_client import NEW, pair

TIMEOUT = 10.0


def web(ways: dict[str, Any] | None = None, **overrides: Any) -> Simulator:
    """The small authority with its web interface, and with these habits."""
    return pair(habits=ways or {}, **{"api.enabled": True, **overrides})


def web_managed(ways: dict[str, Any] | None = None, **overrides: Any) -> Simulator:
    """The same below a newer conductor, so that its routers can be upgraded."""
    return web(ways, **{"routers.0.version": NEW, "routers.1.install_type": "image", **overrides})


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    body: bytes

    @property
    def data(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def message(self) -> str:
        return self.data["message"]


class Api:
    """The web interface of one node; logged in once `login` has succeeded."""

    def __init__(self, sim: Simulator, node: str = "c1") -> None:
        address = sim.nodes[node]
        self.token: str | None = None
        self._base = f"https://{address.host}:{address.api_port}/api/v1"
        self._context = ssl.create_default_context(cadata=sim.certificates[node].pem)
        # The default of newer Pythons.
        self._context.verify_flags |= ssl.VERIFY_X509_STRICT

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Raises OSError where no HTTP answer comes."""
        try:
            with self.open(method, path, body) as response:
                return Answer(response.status, response.headers["Content-Type"], response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers["Content-Type"], error.read())

    def open(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json", "User-Agent": "test"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, headers, method=method)
        return urllib.request.urlopen(request, timeout=TIMEOUT, context=self._context)

    def login(self, user: str = "admin", password: str = "secret") -> Answer:
        answer = self.call("POST", "/login", {"username": user, "password": password})
        if answer.status == 200:
            self.token = answer.data["token"]
        return answer

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def refused(self) -> bool:
        """Does nobody listen?"""
        try:
            self.get("/system")
        except OSError as error:
            return isinstance(getattr(error, "reason", None), ConnectionRefusedError)
        return False

    def query(self, text: str, **variables: Any) -> Answer:
        return self.call("POST", "/graphql", {"query": text, "variables": variables})

    # --- what the tests often want ----------------------------------------------------------------------------

    def assets(self) -> dict[str, dict[str, Any]]:
        """By the name of the node."""
        return {row["nodeName"]: row for row in self.get("/asset?verbose=true").data}

    def download(self, *routers: str, version: str = NEW) -> Answer:
        return self.query(DOWNLOAD, routerNames=list(routers), version=version)

    def upgrade(self, *routers: str, version: str = NEW, **options: Any) -> Answer:
        return self.query(UPGRADE, routerNames=list(routers), version=version, **options)


DOWNLOAD = """mutation D($routerNames: [String]!, $version: String!) {
  sendAssetDownloadSoftwareRequest(routerNames: $routerNames, version: $version) { routerName response }
}"""
UPGRADE = """mutation U($routerNames: [String]!, $version: String!, $force: Boolean, $ignorePreCheck: Boolean) {
  sendAssetUpgradeRequest(
    routerNames: $routerNames, version: $version, force: $force, ignorePreCheck: $ignorePreCheck
  ) { routerName response }
}"""


def logged_in(sim: Simulator, node: str = "c1", **account: str) -> Api:
    api = Api(sim, node)
    assert api.login(**account).status == 200
    return api


@contextlib.contextmanager
def session(ways: dict[str, Any] | None = None, **overrides: Any) -> Iterator[tuple[Simulator, Api]]:
    """A simulator, and a login to its first node. Nothing that must never happen happened."""
    with web(ways, **overrides) as sim:
        yield sim, logged_in(sim)
        assert sim.violations == []


@contextlib.contextmanager
def managed_session(ways: dict[str, Any] | None = None, **overrides: Any) -> Iterator[tuple[Simulator, Api]]:
    with web_managed(ways, **overrides) as sim:
        yield sim, logged_in(sim)
        assert sim.violations == []


def claims(token: str) -> dict[str, Any]:
    """The payload of a token."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def requests(sim: Simulator) -> list[dict[str, Any]]:
    """What the journal has of the web interface."""
    return [record for record in sim.log if record["event"] == "api"]

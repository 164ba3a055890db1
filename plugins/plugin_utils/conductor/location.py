# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which node a session is on, and whether that is the node it must be on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from ..pcli.errors import WrongNode
from ..pcli.prompt import Prompt
from ..pcli.session import Session
from ..software import system
from ..software.assets import Asset
from ..software.node_id import NodeId
from .grammar import describe_node


def _contains_name(text: str, name: str) -> bool:
    """True if the text holds this name, and not only as a part of another one."""
    return bool(name) and re.search(rf"(?<![\w\-]){re.escape(name)}(?![\w\-])", text) is not None


class Location:
    """Reads the local node from the prompt and refuses a node on which nothing must be sent.

    ``expected_node`` and ``expected_router``: where the session must be at its first address.
    ``list_assets`` is called where the prompt alone does not identify the node.
    """

    def __init__(
        self,
        session: Session,
        expected_node: str | None,
        expected_router: str | None,
        list_assets: Callable[[], Sequence[Asset]],
    ):
        self._session = session
        self._expected_node, self._expected_router = expected_node, expected_router
        self._list_assets = list_assets
        self._first_node_only = True
        self._local: NodeId | None = None
        #: The node that answered last, also while nobody is logged in.
        self.previous: NodeId | None = None

    def follow_fallback(self) -> None:
        """From now on another node of the same router may answer."""
        self._first_node_only = False
        self._session.use_fallbacks = True

    def require_first_node(self) -> None:
        """From now on only the node at the first address may answer. Raises WrongNode if another one did already."""
        self.local_node()
        if self._session.fallen_back:
            raise WrongNode(
                f"{self._session.login.address} is a fallback address. A conductor node is worked on through its own "
                "address only. Nothing was sent; see that the first address answers."
            )
        self._first_node_only, self._session.use_fallbacks = True, False

    def forget(self) -> None:
        """Identify the node again after the next login; what it must be stays."""
        self._local = None

    def local_node(self) -> NodeId:
        """The node that the session is on. Logs in if need be. Raises WrongNode where another node was expected."""
        if self._local is None:
            router, node = self._identify(self._session.open())
            for what, actual, expected in (("router", router, self._expected[0]), ("node", node, self._expected[1])):
                if expected and actual and expected != actual:
                    raise WrongNode(
                        f"The session at {self._session.login.address} is on {what} {actual}, not on {expected}. "
                        "Check the address, or ansible_pcli_node and ansible_pcli_router. Nothing was sent."
                    )
            local = NodeId(router or self._expected[0] or "", node or self._expected[1] or "")
            self._refuse_other_node(local)
            self._local = self.previous = local
        return self._local

    @property
    def _expected(self) -> tuple[str | None, str | None]:
        """The names for the node in use: another node of the conductor has names of its own, or none."""
        if self._first_node_only or not self._session.fallen_back:
            return self._expected_router, self._expected_node
        access = self._session.access
        return access.router or self._expected_router, access.node

    def _refuse_other_node(self, local: NodeId) -> None:
        """Once a node has answered, only it may answer, or a node of the same router where fallbacks are allowed."""
        previous = self.previous
        if previous is None or local == previous or (local.router == previous.router and not self._first_node_only):
            return
        address = self._session.login.address
        self._session.close()  # the next command must not go there
        raise WrongNode(
            f"After reconnecting, {address} leads to {describe_node(local)} instead of {describe_node(previous)}. "
            + (
                "An address that floats between two nodes cannot be used."
                if self._first_node_only
                else "Only the nodes of one conductor may be in ssr_conductors and ansible_pcli_fallback_hosts."
            )
        )

    def _identify(self, prompt: Prompt) -> tuple[str | None, str | None]:
        """A dot may be part of a name, so the list of assets decides where the node ends and the router begins."""
        if prompt.where and prompt.where.count(".") > 1:
            for asset in self._list_assets():
                if f"{asset.node}.{asset.router}" == prompt.where:
                    return asset.router, asset.node
        if prompt.node:
            return prompt.router, prompt.node
        if all(self._expected):
            return self._expected
        return self._identify_from_system()

    def _identify_from_system(self) -> NodeId:
        """For a customized prompt: the node that it names, else the only one that ``show system`` shows.

        Of several nodes none is guessed: commands for one node must not go to the other.
        """
        text, assets = self._session.prompt.text, self._list_assets()
        in_prompt = {
            NodeId(asset.router, asset.node)
            for asset in assets
            if asset.router and _contains_name(text, asset.node or "")
        }
        # If several routers have a node of this name, the prompt must name the router as well.
        with_router = {node_id for node_id in in_prompt if _contains_name(text, node_id.router)}
        named = in_prompt if len(in_prompt) == 1 else with_router
        statuses = system.read_system(self._session.run("show system")) or ()
        titles = {status.node for status in statuses if status.node}
        shown = {
            NodeId(asset.router, asset.node)
            for asset in assets
            if asset.node in titles or f"{asset.node}.{asset.router}" in titles
        }
        for candidates in (named, shown, self._identify_by_connections(in_prompt)):
            if len(candidates) == 1:
                return candidates.pop()
        raise WrongNode(
            f"The prompt '{text.strip()}' does not show which node this is, and neither does 'show system'. Set "
            "ansible_pcli_node and ansible_pcli_router for this host."
        )

    def _identify_by_connections(self, candidates: Collection[NodeId]) -> set[NodeId]:
        """Those of several routers' nodes of one name that the list of connections shows as its own end (CLI-6.0)."""
        if len({node_id.node for node_id in candidates}) != 1:
            return set()
        links = system.read_connectivity(self._session.run("show system connectivity", check=False)) or ()
        local = {link.local for link in links}
        return {node_id for node_id in candidates if str(node_id) in local}

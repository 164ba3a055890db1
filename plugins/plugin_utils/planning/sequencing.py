# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sequencing policies: who orders the nodes of a router, and what follows from it. One row for each. Pure.

A new policy is a new row here (and a choice of the option ``sequencing``); nobody else compares the names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..software.versions import Version


@dataclass(frozen=True)
class Sequencing:
    """One policy. ``by_node``: a request for each node, which is proven before the next; else one for the router."""

    name: str
    by_node: bool
    #: The nodes restart one after the other; else all at once.
    one_after_the_other: bool
    #: A resource group may go out as it is, with one request for all of its members (rule 22).
    takes_groups: bool = False
    #: The release from which on the conductor knows it. None: every release does.
    since: Version | None = None
    #: The policy in its stead where the conductor takes no request for one node, but whole routers only.
    without_nodes: str | None = None
    #: What the plan says of the order of the nodes. None: why they are in it.
    order_reason: str | None = None

    @property
    def conductor_orders(self) -> bool:
        """True if the conductor itself does the nodes one after the other."""
        return self.one_after_the_other and not self.by_node

    def where(self, takes_nodes: bool) -> Sequencing:
        """The policy on a conductor that takes requests for one node, or does not."""
        return self if takes_nodes or self.without_nodes is None else POLICIES[self.without_nodes]

    def hands_over(self, takes_nodes: bool) -> bool:
        """True if a pair goes on carrying traffic, since its nodes are done one after the other.

        ``takes_nodes``: does the conductor take requests for one node? How one below 6.3 does a pair is not documented.
        """
        return self.one_after_the_other and (self.by_node or takes_nodes)

    def seconds(self, downloads: Sequence[float], upgrade: float, soak: float) -> float:
        """How long all nodes of a router take; ``downloads``: the seconds for the download of each."""
        count = len(downloads)
        if not count:
            return 0.0
        # A download for a router serves both nodes at once (CLI-7.2).
        fetch = sum(downloads) if self.by_node else max(downloads)
        return fetch + self.starts(count, upgrade, soak)[-1] + upgrade

    def starts(self, count: int, upgrade: float, soak: float) -> list[float]:
        """When so many nodes of a router begin, in seconds after the first of them; without their downloads."""
        pause = upgrade + (soak if self.by_node else 0.0) if self.one_after_the_other else 0.0
        return [pause * number for number in range(count)]

    def seconds_to_second(self, downloads: Sequence[float], upgrade: float, soak: float) -> float | None:
        """Seconds until the second node begins; None where there is no second one, or both begin at once."""
        if len(downloads) < 2 or not self.one_after_the_other:
            return None
        if self.by_node:
            return self.seconds(downloads[:1], upgrade, soak) + soak
        return self.seconds(downloads, upgrade, soak) - upgrade


# Below 6.3 the conductor takes whole routers only, and sequences them itself.
NODE = Sequencing("node", by_node=True, one_after_the_other=True, without_nodes="vendor")
VENDOR = Sequencing(
    "vendor",
    by_node=False,
    one_after_the_other=True,
    takes_groups=True,
    since=Version(6, 3, 0),
    order_reason="the conductor's own sequencing",
)
SIMULTANEOUS = Sequencing(
    "simultaneous",
    by_node=False,
    one_after_the_other=False,
    since=Version(6, 3, 0),
    order_reason="simultaneous",
)

#: All policies, by name.
POLICIES = {policy.name: policy for policy in (NODE, VENDOR, SIMULTANEOUS)}


@dataclass(frozen=True)
class Order:
    """The order of the nodes of a pair. ``standby_first``: the node whose routingManager is primary comes last."""

    name: str
    standby_first: bool


#: The orders, by name: the choices of the option ``order``.
ORDERS = {order.name: order for order in (Order("standby_first", True), Order("as_listed", False))}


def requested(sequencing: str, simultaneous: bool) -> Sequencing:
    """The policy that a user asks for: ``simultaneous`` is an option of its own."""
    return SIMULTANEOUS if simultaneous else POLICIES[sequencing]

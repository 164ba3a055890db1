# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The course of a probe: which node is asked what, and what is made of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..pcli.errors import PcliError
from ..pcli.session import Session
from ..software.assets import Asset, read_assets
from ..software.names import check_word
from ..software.node_id import NodeId
from ..software.node_versions import read_versions
from . import bundle, report
from .answers import Answers, response_of
from .asking import Asker, Row, Ticks
from .guard import MustNotLeave, strange_in
from .questions import LIST, Command, Scope, commands
from .scrub import Scrubber

#: More routers than that are not asked about: it is a look, and no inventory.
MOST_ROUTERS = 4


class UnknownRouter(PcliError):
    """A router that the conductor does not list."""


@dataclass(frozen=True)
class Look:
    """How a probe looks. ``routers``: those to ask about; ``times`` and ``interval``: looks at the list, in seconds.

    ``documents``: the introspection of the web API. ``tell``: prints a line for people.
    """

    routers: tuple[str, ...] = ()
    times: int = 5
    interval: float = 12.0
    limit: float = 120.0
    documents: tuple[str, ...] = ()
    tell: Callable[[str], None] = lambda line: None


@dataclass
class Probe:
    """What has been seen so far, of all nodes that were asked."""

    clock: Ticks
    look: Look
    rows: list[Row] = field(default_factory=list)
    own: list[NodeId] = field(default_factory=list)
    #: Why a node was not asked on, in a sentence; what it had answered by then is kept.
    broken_off: dict[NodeId, str] = field(default_factory=dict)
    assets: list[Asset] = field(default_factory=list)
    #: Names that cannot be sent, each with its first character that cannot: nothing is asked about them.
    unsent: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock.now()

    def ask(self, session: Session, node_id: NodeId, look_at_web: Callable[..., Any]) -> None:
        """Ask one node of the conductor; the first of them also about routers.

        Raises UnknownRouter, NameRefused, and the errors of a session in which nothing was answered.
        """
        first = not self.own
        listed: list[Asset] = []
        asker = Asker(session, self.clock, node_id, self._began, self.look.limit)
        try:
            asker.look_at_login()
            listed = read_assets(response_of(asker.ask(Command(LIST.words)))) or []
            asked = list(commands(self._scope(node_id, listed, first)))
            self._ask_all(asker, asked)
            if first:
                asker.watch(LIST.words, self.look.times, self.look.interval)
                asker.look_at_files()
                asker.look_at_web(look_at_web, self.look.documents)
        except UnknownRouter:
            raise
        except PcliError as error:
            if not any(row.data.get("ended") == "prompt" for row in asker.rows if row.kind == "pcli"):
                raise
            self.broken_off[node_id] = str(error)
        finally:
            asker.close()
        self.own.append(node_id)
        self.assets = self.assets or listed
        self.rows += asker.rows

    def _ask_all(self, asker: Asker, asked: Sequence[Command]) -> None:
        for number, command in enumerate(asked, 1):
            try:
                asker.ask(command)
            except MustNotLeave as error:  # the name of a router or node in a form that is let out by nobody
                self.look.tell(str(error))
            if number % 20 == 0:
                self.look.tell(f"{number} of {len(asked)} commands are answered")

    def _scope(self, own: NodeId, listed: Sequence[Asset], first: bool) -> Scope:
        known = {asset.router for asset in listed}
        for router in self.look.routers if listed and first else ():
            if router not in known:
                raise UnknownRouter(
                    f"The conductor knows no router {router}. Names are those of 'show assets'. Nothing about it was "
                    "asked, and nothing is changed by a probe."
                )
        routers = (own.router, *(self.look.routers if first else ()))
        nodes = [asset for asset in listed if asset.router in routers and asset.node]
        return Scope(
            own=own,
            routers=tuple(router for router in dict.fromkeys(filter(None, routers)) if self._may_be_sent(router)),
            nodes=tuple(
                NodeId(asset.router, asset.node)
                for asset in nodes
                if self._may_be_sent(asset.router) and self._may_be_sent(asset.node)
            ),
            assets=tuple(asset.asset_id for asset in nodes if asset.asset_id and self._may_be_sent(asset.asset_id)),
            first=first,
        )

    def _may_be_sent(self, name: str) -> bool:
        """Whether a probe may type a name of the list. Raises NameRefused for one that would break out of its line."""
        strange = strange_in(check_word(name, "the name of a node"))
        if strange is not None:
            self.unsent[name] = strange
        return strange is None

    def about_unsent(self) -> str | None:
        """What was not asked because of a name, in a sentence; None where everything could be asked."""
        if not self.unsent:
            return None
        names = ", ".join(f"{name} (its '{character}')" for name, character in self.unsent.items())
        return (
            f"Nothing was asked about {names}: a probe types no other letters than A to Z, no other characters than "
            "digits, '.', '-' and '_', and begins no name with a sign. What the report says holds for all else."
        )

    # -- what comes of it ---------------------------------------------------------------------------------------------

    def report(self, scrubber: Scrubber) -> list[report.Line]:
        """A verdict for each assumption; what it quotes is without names."""
        for row in self.rows:
            row.shown = scrubber.clean(row.text, schema=bundle.is_schema(row))
        routers = [router for router in self.look.routers if router not in self.unsent]
        return report.judged(Answers(self.rows, self.own, routers, scrubber.clean))

    def learn_nodes(self, scrubber: Scrubber) -> None:
        """Tell the scrubber the names of the nodes that are listed."""
        scrubber.know_assets(self.assets)

    def learn_answers(self, scrubber: Scrubber) -> None:
        """Tell it every name that was seen in an answer."""
        bundle.learn(scrubber, self.rows)

    def nodes(self) -> Iterator[dict[str, Any]]:
        """The nodes that were asked, or asked about: what the manifest says of them."""
        listed = {(asset.router, asset.node): asset.version_text for asset in self.assets}
        for node_id in self.own:
            yield self._node(node_id, "conductor", listed.get(tuple(node_id)) or self._version_of(node_id))
        for router, node in listed:
            if router in self.look.routers:
                yield self._node(NodeId(router or "", node or ""), "router", listed[router, node])

    @staticmethod
    def _node(node_id: NodeId, role: str, release: str | None) -> dict[str, Any]:
        return {"router": node_id.router, "node": node_id.node, "role": role, "release": release}

    def _version_of(self, node_id: NodeId) -> str | None:
        for row in self.rows:
            if row.asked == node_id and row.question == "show system version":
                for version in read_versions(response_of(row)) or ():
                    return version.text
        return None

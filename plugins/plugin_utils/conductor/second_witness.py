# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web API of a conductor as a second witness: what it says of an asset joins what the PCLI says.

It is asked when something is decided, and not with each poll: its whole list at once, for all nodes. Where both differ,
the careful one counts (``api/witness.py``). Where it does not answer, the PCLI alone counts, as without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ..api.assets import ApiAsset, AssetList, download_state
from ..api.witness import join_download, join_node
from ..pcli.errors import FINAL, PcliError
from ..pcli.web_settings import WebSettings
from ..software.asset_states import read_state
from ..software.downloads import RUNNING, DownloadState
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.versions import Version
from .web import ConductorWeb, WebProblem

#: For how long it is not asked where it did not answer, in seconds: as one of two witnesses, and where it is required.
_LEFT_ALONE, _LEFT_ALONE_REQUIRED = 600.0, 15.0
#: Nothing else goes on while it is asked. So after a failure it rests for so many times as long as that took, and a
#: list that took longer than this (seconds) counts as none, unless it is required.
_REST, _SLOW = 10.0, 15.0

#: What people are told, once each.
_ANSWERS = (
    "The web API answers: before a command is sent, and before a node is done, what it says of assets counts, too."
)
_ALONE = "The PCLI alone counts for now, since the web API does not answer{}."
_AGAIN = "; it is asked again in 10 minutes"
_DIFFER = (
    "The web API and the PCLI differ about a node, so the careful one counts there until they agree. If the web API is "
    "wrong, set ansible_pcli_api to 'off' and run the same again."
)
_IS_REQUIRED = "the web API is required (ansible_pcli_api)"
_REQUIRED = "Nothing is begun while the web API does not answer, which is required (ansible_pcli_api)."


def _briefly(problem: WebProblem) -> str:
    """The problem with each of its sentences once, and without advice: it has failed nothing."""
    said = dict.fromkeys(re.split(r"(?<=[.!?]) +", str(problem)))
    return " ".join(words for words in said if not words.startswith("Where this passes by itself"))


class WitnessMissing(PcliError):
    """The web API is required, and does not answer. The message gives the reason, and what was tried."""


@dataclass(frozen=True)
class Pace:
    """How old its list may be, in seconds: where something is decided, and of a node about which both differ.

    The second keeps a contradiction that lasts from costing a request in each poll.
    """

    fresh: float = 2.0
    disputed: float = 60.0


class SecondWitness:
    """Asks the web API of the node that the session is on. ``tell`` prints a line for people.

    It raises what does not pass, such as a refused login of the PCLI, and WitnessMissing of :meth:`require`.
    """

    def __init__(
        self,
        web: Callable[[], ConductorWeb],
        settings: Callable[[], WebSettings],
        local_node: Callable[[], NodeId],
        now: Callable[[], float],
        tell: Callable[[str], None],
    ):
        self._web, self._settings, self._local_node = web, settings, local_node
        self._now, self._tell = now, tell
        self._list: AssetList | None = None
        self._read_at = self._silent_until = float("-inf")
        self._problem: str | None = None
        self._disputed: set[NodeId] = set()
        #: The same of downloads, by node and version.
        self._disputed_downloads: set[tuple[NodeId, Version]] = set()
        self._told: set[str] = set()

    @property
    def required(self) -> bool:
        """Whether nothing is begun without it."""
        return self._settings().use == "required"

    @property
    def rests(self) -> bool:
        """True while it is not asked and says nothing, so that nobody needs to find out whether it should be asked."""
        if self.required or self._list is not None or self._disputed:
            return False
        return self._settings().use == "off" or self._now() < self._silent_until

    def missing(self, node_id: NodeId) -> str | None:
        """Why nothing may be begun at a node, as a clause: it is required, and said nothing of it when it was asked."""
        if not self.required:
            return None
        if self._list is None:
            return _missing(self._problem)
        return None if self._list.of(node_id) else f"{_IS_REQUIRED} and does not show it, or shows it twice"

    def ask(self, node_ids: Iterable[NodeId], pace: Pace) -> bool:
        """Have its list read, unless one is there that is new enough for these nodes. Whether a new one came."""
        if self._settings().use == "off":
            return False
        now = self._now()
        fresh = pace.fresh if self._disputed.isdisjoint(node_ids) else pace.disputed
        if now < self._silent_until or now - self._read_at < fresh:
            return False
        try:
            listed = self._web().asset_list(self._local_node())
        except FINAL:
            raise
        except WebProblem as problem:
            self._note(problem, now)
            return False
        except PcliError:  # the session is away, and nothing is known of the web server
            self._list = None
            return False
        took = self._now() - now
        if took > _SLOW and not self.required:
            self._note(WebProblem(f"Its list of assets took {took:.0f} s, and nothing else goes on.", passes=True), now)
            return False
        self._list, self._read_at, self._problem = listed, now, None
        self._say(_ANSWERS)
        return True

    def forget(self) -> None:
        """The session has ended, and another node may be next, whose web API says what it says itself."""
        self._list, self._read_at, self._silent_until = None, float("-inf"), float("-inf")

    def _note(self, problem: WebProblem, began: float) -> None:
        now = self._now()
        self._list, self._problem = None, str(problem)
        least = _LEFT_ALONE_REQUIRED if self.required else _LEFT_ALONE
        self._silent_until = now + max(least, _REST * (now - began))
        alone = _ALONE.format(_AGAIN if problem.passes else "")
        self._say(f"{_REQUIRED if self.required else alone} {_briefly(problem)}")

    def _say(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._tell(line)

    def join(self, node_id: NodeId, status: NodeStatus) -> NodeStatus:
        """The status with what the web API said of the node when it was asked last. Asks nobody."""
        asset = _understood(self._list, node_id) if self._list is not None and status.reachable else None
        if asset is None:
            self._disputed.discard(node_id)
            return status
        joined = join_node(status, asset)
        if joined.conflicts:
            self._disputed.add(node_id)
            self._say(_DIFFER)
        else:
            self._disputed.discard(node_id)
        words = [joined.words(), *(() if joined.status.settled else _hints(asset))]
        return replace(joined.status, second="; ".join(filter(None, words)))

    def with_download(
        self, node_id: NodeId, wanted: Version, state: DownloadState, pace: Pace, *, denies: bool
    ) -> DownloadState:
        """The state of a download with what the web API says of the software of the node.

        It is asked where that may decide something: a download that is shown to run is waited for anyway. A release
        stays where it is, so an older list will do, unless it contradicts. ``denies``: see join_download.
        """
        if state.kind == RUNNING:
            return state
        self.ask((), replace(pace, fresh=pace.disputed))
        disputed = (node_id, wanted)
        joined, differ = self._with_software(node_id, wanted, state, denies)
        if differ and disputed not in self._disputed_downloads and self.ask((), pace):
            joined, differ = self._with_software(node_id, wanted, state, denies)
        if not differ:
            self._disputed_downloads.discard(disputed)
            return joined
        self._disputed_downloads.add(disputed)
        self._say(_DIFFER)
        return joined

    def _with_software(
        self, node_id: NodeId, wanted: Version, state: DownloadState, denies: bool
    ) -> tuple[DownloadState, bool]:
        """The state from both, and whether they differ."""
        if self._list is None:
            return state, False
        shown = download_state(self._list.of(node_id), wanted)
        joined, conflict = join_download(state, shown, denies=denies)
        return joined, conflict is not None

    def disputes(self, node_id: NodeId) -> bool:
        """Whether both differed about a node when they were joined last."""
        return node_id in self._disputed

    def require(self) -> None:
        """Raise WitnessMissing where it is required and does not answer."""
        if self.required:
            self._silent_until = float("-inf")
            self.ask((), Pace())
            if self._list is None:
                raise WitnessMissing(f"Nothing was begun: {_missing(self._problem)}.")


def _understood(listed: AssetList, node_id: NodeId) -> ApiAsset | None:
    """An asset without its state where that is an unknown word, and no asset of the list bears a word for *settled*.

    Then the API has words of its own (W1), which say nothing; a single odd word among known ones is news of its node.
    """
    asset = listed.of(node_id)
    if asset is None or read_state(asset.asset.status).known or any(entry.asset.settled for entry in listed.assets):
        return asset
    return replace(asset, asset=replace(asset.asset, status=""))


def _hints(asset: ApiAsset) -> list[str]:
    """What the API writes about an operation that is not over. Which words it may hold is not known: for people."""
    hints = (("progress", asset.progress), ("failed status", asset.failed_status))
    return [f"{name} by the web API: {words}" for name, words in hints if words]


def _missing(problem: str | None) -> str:
    return f"{_IS_REQUIRED} and does not answer: {(problem or 'it could not be asked').rstrip('.')}"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Software operations of nodes: download, upgrade, downgrade, revert, and what goes wrong in them.

Facts: `upgrade_ibu_conductor` (sequenced self-upgrade, first upgrade to 6.3 stays package-based), `upgrade_router`
(standby node first), CLI-7.2 (post-check reverts by itself). How long phases last is the scenario's business.
"""

from __future__ import annotations

from collections.abc import Generator

from .aftermath import Aftermath
from .clock import FOREVER, Signal
from .downloads import Downloads
from .operations import Job, Operation, Steps
from .releases import Release
from .world import Installed, Node, World

# The only failure sentence of an upgrade in the release notes.
FAILED_AFTER_REBOOT = "SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot"


class Lifecycle:
    def __init__(self, world: World) -> None:
        self._world = world
        self._behaviour = world.scenario.behaviour
        self.downloads = Downloads(world, self)
        self._aftermath = Aftermath(world, self.away)
        self.first_request = Signal()

    def start_mid_operations(self) -> None:
        """Operations that somebody else began before we came."""
        for fault in self._world.faults.every("mid_operation"):
            nodes = self._world.find(fault.node, fault.router) or self._world.conductors
            # Somebody who takes the nodes of a pair at once is not what this fault is about.
            for node in nodes if fault.node or fault["kind"] == "download" else nodes[:1]:
                release = self._world.release_for(fault["version"]) if fault["version"] else self._newest()
                operation = Operation(fault["kind"], node, release, set(), "somebody", "elsewhere")
                self._open(operation, count=False)
                self._world.scheduler.spawn(self._others_work(operation, fault["seconds"], fault["ends"]))

    def _now(self) -> float:
        return self._world.clock.now()

    def _tell(self, operation: Operation) -> None:
        """Only who follows this operation: fifty shells that wait must not all wake up for every other router."""
        self._world.touch()
        for watcher in list(operation.job.watchers) if operation.job else []:
            watcher()

    def _newest(self) -> Release | None:
        offered = [self._world.releases[name] for name in self._world.offered]
        return max(offered, key=lambda release: release.key, default=None)

    def _others_work(self, operation: Operation, duration: float, ends: str) -> Steps:
        operation.phase = "download" if operation.kind == "download" else "install"
        yield FOREVER if ends == "never" else duration
        if ends == "fails":
            self.close(operation, "failed", FAILED_AFTER_REBOOT)
        elif operation.kind == "download":
            # Taken away in the meantime by `delete system software`.
            if not operation.over:
                operation.node.downloaded.add(operation.release.name if operation.release else "")
                self.close(operation, "completed")
        else:
            yield from self._after_install(operation)

    # --- starting ---------------------------------------------------------------------------------------------

    def begin(
        self, kind: str, nodes: list[Node], release: Release | None, options: set[str], user: str, origin: str
    ) -> Job:
        """Start `kind` on `nodes`, one after the other unless the options say otherwise. Caller holds the lock."""
        job = Job(kind)
        job.operations = [Operation(kind, node, release, set(options), user, origin, job=job) for node in nodes]
        if any(not node.conductor for node in nodes):
            self._world.scheduler.fire(self.first_request)
        self._world.journal.add(
            "accepted",
            kind=kind,
            nodes=[node.node_id for node in nodes],
            user=user,
            origin=origin,
            options=sorted(options),
        )
        together = "simultaneous" in options or (kind == "download" and "sequenced" not in options)
        # Opened here and not by the scheduler, so that a command right after this one finds the node busy.
        for pair in _by_router(job.operations):
            for operation in pair if together else pair[:1]:
                self._open(operation)
            for process in map(self._perform, pair) if together else [self._sequence(job, pair)]:
                self._world.scheduler.spawn(process)
        return job

    def _sequence(self, job: Job, operations: list[Operation]) -> Steps:
        for operation in operations:
            yield from self._perform(operation)
            if operation.state != "completed" and self._behaviour.stop_sequence_on_failure:
                break
            self._peer_follows(job, operations, operation)
        for operation in operations:
            if not operation.over:
                operation.state, operation.detail = "not started", "an earlier node failed"
                self._tell(operation)

    def _peer_follows(self, job: Job, operations: list[Operation], operation: Operation) -> None:
        """`upgrade_router` says that a node command also moves the peer; CLI-7.2 denies it. A switch decides."""
        peer = operation.node.peer
        if not (self._behaviour.peer_moves_by_itself and peer and operation.kind == "upgrade" and operation.release):
            return
        named = any(other.node is peer for other in job.operations)
        if named or peer.release == operation.release or peer.release.generation == "pre-6.3":
            return
        follower = Operation("upgrade", peer, operation.release, set(operation.options), operation.user, "by itself")
        follower.job = job
        operations.append(follower)
        job.operations.append(follower)

    def _perform(self, operation: Operation) -> Steps:
        if operation.state == "queued":
            self._open(operation)
        if operation.kind == "download":
            yield from self.downloads.perform(operation)
        elif operation.kind == "revert":
            yield from self._revert(operation)
        else:
            yield from self._upgrade(operation)

    # --- upgrade ----------------------------------------------------------------------------------------------

    def _upgrade(self, operation: Operation) -> Steps:
        node, release = operation.node, operation.release
        self._aftermath.upgrade_begins(node)
        if "skip_pre" not in operation.options:
            yield from self._phase(operation, "pre-check", self._lasting("pre_check", node))
            fault = self._world.faults.take("pre_check_refuses", node.name, node.router.name, when="later")
            if fault:
                self.close(operation, "failed", fault["text"])
                return
        if release and release.name not in node.downloaded:
            problem = yield from self.downloads.fetch(operation)
            if problem:
                self.close(operation, "failed", problem)
                return
        if self._behaviour.upgrading_state and not self._world.blackout:
            self._world.set_state(node, self._behaviour.upgrading_state)
        yield from self._phase(operation, "install", self._lasting("install", node))
        problem = release and self._aftermath.conversion_problem(node, self._install_type(node, release))
        if problem:
            self.close(operation, "failed", problem)
            return
        yield from self._after_install(operation)

    def _after_install(self, operation: Operation) -> Steps:
        node, release = operation.node, operation.release
        assert release is not None
        old = node.current
        if self._boots_the_old(node):
            yield from self._restart(operation, old)
            yield from self.settle(node)
            self.close(operation, "failed", FAILED_AFTER_REBOOT)
            return
        node.previous = old
        yield from self._restart(operation, Installed(release, self._install_type(node, release)))
        twice = self._world.faults.take("restarts_twice", node.name, node.router.name)
        if twice:
            yield from self._restart(operation, node.current, twice["seconds"])
        self._carry_plugins(operation)
        self._aftermath.upgraded(node, old)
        if "skip_post" in operation.options or self._behaviour.post_check == "after_synchronized":
            yield from self.settle(node, after_upgrade=True)
        if "skip_post" not in operation.options:
            failed = yield from self._post_check(operation)
            if failed:
                yield from self._revert_by_itself(operation, failed)
                return
            yield from self.settle(node, after_upgrade=True)
        self.close(operation, "completed")

    def _boots_the_old(self, node: Node) -> bool:
        """I95-60651; or, release notes of 6.3 to 7.2: an installer that was not updated first (offline conductors)."""
        names = (node.name, node.router.name)
        if self._world.faults.peek("installer_outdated", *names) and not node.installer_updated:
            return True
        return self._world.faults.take("version_unchanged_after_reboot", *names) is not None

    def _install_type(self, node: Node, release: Release) -> str:
        """`upgrade_ibu_conductor`: the first conductor upgrade to 6.3 is package-based, later ones image-based."""
        if node.current.type == "image" or release.key[:2] < (6, 1):
            return node.current.type
        if node.conductor:
            first = node.release.generation == "pre-6.3" and self._behaviour.first_upgrade_keeps_package
            return "package" if first or release.generation == "pre-6.3" else "image"
        managed_from = {conductor.release.generation for conductor in self._world.conductors}
        return "package" if "pre-6.3" in managed_from else "image"

    def _post_check(self, operation: Operation) -> Generator[float, None, str]:
        """Waits; returns the name of the check that failed, or nothing."""
        yield from self._phase(operation, "post-check", self._lasting("post_check", operation.node))
        fault = self._world.faults.take("post_check_fails_and_reverts", operation.node.name, operation.node.router.name)
        return fault["check"] if fault else ""

    def _revert_by_itself(self, operation: Operation, check: str) -> Steps:
        node = operation.node
        if "no_revert" in operation.options or node.previous is None:
            yield from self.settle(node)
            self.close(operation, "failed", f"{check} failed; automatic reversion is disabled")
            return
        operation.phase, operation.detail = "reverting", f"{check} failed"
        # Also shown by `show system software revert`.
        record = Operation("revert", node, node.previous.release, set(), operation.user, "by itself", self._now())
        record.state = record.phase = "in progress"
        node.history.append(record)
        old, node.previous = node.previous, node.current
        yield from self._restart(operation, old)
        yield from self.settle(node)
        record.state, record.phase, record.ended = "completed", "completed", self._now()
        self.close(operation, "reverted", f"{FAILED_AFTER_REBOOT}: {check} failed")

    # --- revert -------------------------------------------------------------------------------------

    def _revert(self, operation: Operation) -> Steps:
        node = operation.node
        fault = self._world.faults.take("revert_fails", node.name, node.router.name, how="same_version")
        yield from self._phase(operation, "revert", self._lasting("pre_check", node))
        if node.previous is None:
            self.close(operation, "failed", "no previous version")
            return
        volume = node.current if fault else node.previous
        if not fault:
            node.previous = node.current
        yield from self._restart(operation, volume)
        yield from self.settle(node)
        self.close(operation, "failed" if fault else "completed", FAILED_AFTER_REBOOT if fault else "")

    # --- parts ------------------------------------------------------------------------------------------------

    def _phase(self, operation: Operation, phase: str, duration: float) -> Steps:
        self.enter(operation, phase)
        yield FOREVER if self.hangs(operation, phase) else duration

    def enter(self, operation: Operation, phase: str) -> None:
        operation.phase = phase
        self._world.journal.add("phase", node=operation.node.node_id, kind=operation.kind, phase=phase)
        self._tell(operation)

    def hangs(self, operation: Operation, phase: str) -> bool:
        names = (operation.node.name, operation.node.router.name)
        if phase == "download" and self._world.faults.take("download_hangs", *names):
            return True
        hang = self._world.faults.peek("upgrade_hangs", *names)
        return bool(hang and hang["phase"] == phase)

    def _lasting(self, what: str, node: Node) -> float:
        return self._world.lasting(what, node)

    def _restart(self, operation: Operation, volume: Installed, duration: float | None = None) -> Steps:
        node = operation.node
        operation.phase = "restart"
        self._world.go_down(node)
        self._tell(operation)
        if self._world.faults.take("never_comes_back", node.name, node.router.name):
            yield FOREVER
        yield self._lasting("restart", node) if duration is None else duration
        yield from self.boot(node, volume)

    def boot(self, node: Node, volume: Installed) -> Steps:
        """The node comes up from `volume`, and its service starts."""
        alone = not any(conductor.up for conductor in self._world.conductors if conductor is not node)
        self._world.come_up(node, volume)
        if node.conductor and (self._world.review_blackout() or self._assets_were_cut(alone)):
            self._settle_everybody(node)
        yield self._lasting("service_start", node)
        down = self._world.faults.take("service_down_after_upgrade", node.name, node.router.name)
        self._world.set_service(node, "offline" if down else "running")

    def away(self, node: Node, duration: float) -> Steps:
        """The node is gone for a while, and comes back as it was."""
        self._world.go_down(node)
        yield duration
        yield from self.boot(node, node.current)
        yield from self.settle(node)

    def _carry_plugins(self, operation: Operation) -> None:
        """Plugin packages are carried over (upgrade_ibu_conductor), unless the request says otherwise."""
        node = operation.node
        if "skip_packages" in operation.options:
            node.plugins.clear()
        lost = self._world.faults.take("plugin_lost", node.name, node.router.name)
        if lost:
            for name in [lost["name"]] if lost["name"] else list(node.plugins):
                node.plugins.pop(name, None)

    def _assets_were_cut(self, alone: bool) -> bool:
        return alone or self._behaviour.assets_after_conductor_restart == "resync"

    def _settle_everybody(self, except_for: Node) -> None:
        """All assets find their conductor again, spread over the settling time."""
        others = [n for n in self._world.nodes() if n is not except_for and n.up and n.natural == "Synchronized"]
        for index, node in enumerate(others):
            if node.state == "Synchronized":
                self._world.set_state(node, "Disconnected")
            delay = self._lasting("settle", except_for) * (index + 1) / (len(others) + 1)
            self._world.scheduler.spawn(self.settle(node), delay)

    def reconnect(self, node: Node) -> None:
        """Let the minion of the node find its conductor again. Caller holds the lock."""
        self._world.scheduler.spawn(self.settle(node))

    def settle(self, node: Node, after_upgrade: bool = False) -> Steps:
        """Disconnected -> Resynchronizing -> Synchronized, unless the node goes away again or is made to get stuck."""
        boot, names = node.restarts, (node.name, node.router.name)
        if self._world.blackout or node.state == "Synchronized":
            return
        if after_upgrade and self._world.faults.take("stuck_disconnected", *names):
            self._world.set_state(node, "Disconnected")
            return
        stuck = self._world.faults.take("stuck_synchronizing", *names) if after_upgrade else None
        self._world.set_state(node, stuck["state"] if stuck else "Resynchronizing")
        yield self._lasting("resync", node)
        if not stuck and node.restarts == boot and not self._world.blackout:
            self._world.set_state(node, "Synchronized")

    def _open(self, operation: Operation, count: bool = True) -> None:
        node = operation.node
        self._watch(operation)
        operation.state, operation.phase, operation.started = "in progress", "starting", self._now()
        node.operation = operation
        node.history.append(operation)
        if count:
            node.counts[operation.kind] = node.counts.get(operation.kind, 0) + 1
        release = operation.release.name if operation.release else None
        self._world.journal.add(
            "operation_begins", kind=operation.kind, node=node.node_id, version=release, origin=operation.origin
        )
        self._world.records.add(node, "provisioning", f"{operation.kind} started")
        self._tell(operation)

    def _watch(self, operation: Operation) -> None:
        node, peer = operation.node, operation.node.peer
        if operation.kind == "download":
            return
        if node.operation:
            self._world.violate(
                f"{operation.kind} started on {node.node_id} while {node.operation.kind} was running there"
            )
        busy = peer.operation if peer else None
        if busy and busy.kind != "download" and "simultaneous" not in operation.options:
            self._world.violate(
                f"{operation.kind} of {node.node_id} while {busy.kind} of its peer {peer.name} was running"
            )

    def close(self, operation: Operation, state: str, detail: str = "") -> None:
        operation.state, operation.detail, operation.ended = state, detail, self._now()
        operation.phase = state
        node = operation.node
        if node.operation is operation:
            node.operation = None
        self._world.journal.add(
            "operation_ends", kind=operation.kind, node=node.node_id, state=state, detail=detail, runs=node.release.name
        )
        self._world.records.add(node, "provisioning", f"{operation.kind} {state}" + (f": {detail}" if detail else ""))
        self._tell(operation)


def _by_router(operations: list[Operation]) -> list[list[Operation]]:
    """Routers are independent of each other; only the nodes of one are taken in turn."""
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        groups.setdefault(operation.node.router.name, []).append(operation)
    return list(groups.values())

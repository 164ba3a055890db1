# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of routers: what each of them finds, for whom it is made, and how few commands a fleet needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import families  # noqa: F401
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.authority import Authority
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS, CheckResult, select
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import (
    CheckRun,
    checks_to_repeat,
    run_checks,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.waiter import StableWait
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    NoFreeShell,
    NoPrompt,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import Alarm
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset, Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_versions import IdleVolume
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import (
    InternalLink,
    Link,
    NodeVersion,
    Process,
    SystemStatus,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, try_parse

from tests.unit.fakes import NEW, OLD, Box, VirtualClock

SEVEN = "7.1.3-8.r1.el9"
DISKS = "======= ======\n Mount   Use%\n======= ======\n /       {}%\n"


def asset(router, node, version=OLD, status="Synchronized", kind="image", errors=0) -> Asset:
    """A row of ``show assets``."""
    row = Box(router, node, version, status, install_type=kind).as_asset()
    return replace(row, asset_id=f"{node}.{router}.example", errors=errors)


def pair(of_a: str | None = OLD, of_b: str | None = OLD, **more) -> list[Asset]:
    return [asset("hub", "a", of_a, **more), asset("hub", "b", of_b, **more)]


def alarm(message="something", severity="critical", router="hub", node="a", category="system") -> Alarm:
    return Alarm(f"{node}.{router}:1", "2026-03-01", severity, router, category, message, node, router)


class Fleet:
    """A conductor with routers, that counts what it is asked (``asked``, by the name of the question)."""

    def __init__(self, *assets: Asset, own: str = NEW, **facts) -> None:
        self.clock = VirtualClock()
        self.asked: Counter[str] = Counter()
        self.own = own
        self.rows = [asset("Conductor", "c1", own), asset("Conductor", "c2", own), *assets]
        self.facts = {
            "available": [],
            "alarms": [],
            "plugins": {},
            "downloads": None,
            "service": "running",
            "listed": (),
            "system_of": SystemStatus("x", status="running"),
            "connectivity": [Link("a.hub", "b.hub", "connected")],
            "processes": [Process("a.hub", "routingManager", "running", True)],
            "status": "No upgrade operations found.",
            "disks": DISKS.format(40),
            "config": "config authority router hub name hub\n",
            "health": Health("pass", "passed", "all passed"),
            "volumes_of": None,
            "internal_connectivity": [InternalLink("a.hub", "b.hub", "db-store", "Connected")],
        } | facts
        self.session = SimpleNamespace(run=self._run, poll=self._poll, max_shells=6)
        self.busy = self.most = 0
        #: How many requests may be unanswered at once, whatever the session hopes for.
        self.room = 4
        #: The lists of assets to come, where they change.
        self.later: list[list[Asset]] = []

    def _tell(self, name: str):
        self.asked[name] += 1
        fact = self.facts[name]
        if isinstance(fact, Exception):
            raise fact
        return fact

    def local_node(self):
        return NodeId("Conductor", "c1")

    def assets(self):
        self.asked["assets"] += 1
        if self.asked["assets"] > 1 and self.later:
            self.rows = self.later.pop(0)
        return list(self.rows)

    def own_version(self):
        self.asked["own_version"] += 1
        return NodeVersion("Conductor", "c1", self.own, parse(self.own), "image")

    def release(self):
        return parse(self.own)

    def __getattr__(self, name):
        simple = ("available", "alarms", "plugins", "downloads", "system_of", "connectivity", "processes")
        simple += ("volumes_of", "internal_connectivity")
        if name not in simple:
            raise AttributeError(name)
        return lambda *_words: self._tell(name)

    def asset_detail(self, asset_id):
        return SimpleNamespace(
            service=self._tell("service"),
            error_texts=("Message timed out",),
            duplicate=asset_id in self.facts["listed"],
        )

    def running_config(self):
        return self._tell("config")

    def status(self, operation, _router):
        return read(self._tell("status") if operation == "upgrade" else "No revert operations found.")

    def _run(self, command, timeout=None, *, check=True):
        return read(self._tell("disks")) if "platform" in command else read(self._tell(command))

    # -- the vendor's own check: it takes a while, and not all can be asked at once

    def begin_health_check(self, request):
        self.asked["health"] += 1
        if self.busy >= self.room:
            raise NoFreeShell("No shell is free. Nothing was sent.")
        health = self.facts["health"]
        health = health.get(request.router) if isinstance(health, dict) else health
        self.busy += 1
        self.most = max(self.most, self.busy)
        return SimpleNamespace(health=health, ends_at=self.clock.now() + 30, over=False)

    def _poll(self, pending):
        if not pending.over and pending.health is not None and self.clock.now() >= pending.ends_at:
            pending.over, self.busy = True, self.busy - 1
        return pending.over

    def health_of(self, pending):
        if isinstance(pending.health, Exception):
            raise pending.health
        return pending.health


def authority(fleet: Fleet, *targets: Target, wanted: str | None = NEW, **wishes) -> Authority:
    """What is looked at: all routers, where no target is named."""
    if not targets:
        nodes: dict[str, list[str]] = {}
        for row in fleet.rows[2:]:
            nodes.setdefault(row.router, []).append(row.node)
        targets = tuple(Target(router, tuple(dict.fromkeys(names)), True) for router, names in nodes.items())
    return Authority(fleet, fleet.clock, try_parse(wanted) if wanted else None, targets, settled_polls=2, **wishes)


def check(name, fleet: Fleet, *targets, wanted=NEW, given=None, **wishes) -> CheckRun:
    return run_checks([replace(CHECKS[name], given=given or {})], authority(fleet, *targets, wanted=wanted, **wishes))


def volumes(running: str, selected: str) -> NodeVersion:
    return NodeVersion("hub", "a", OLD, parse(OLD), "image", running, selected, IdleVolume("6.2.5", parse("6.2.5")))


HALF = pair(NEW, OLD)
ODD = pair("6.3.1-2.r1.el7", OLD)
DOWN = [Link("a.hub", "b.hub", "disconnected")]
HAS = {("hub", "a"): Downloads((OLD, NEW)), ("hub", "b"): Downloads((NEW,))}
OFFERED = {("hub", "a"): Downloads((OLD,), (), (NEW,)), ("hub", "b"): Downloads((OLD,), (), (NEW,))}
ONE_OFFERED = {("hub", "a"): Downloads((OLD,), (), (NEW,)), ("hub", "b"): Downloads((OLD,), (), ())}
NOTHING = {("hub", "a"): Downloads((OLD,)), ("hub", "b"): Downloads()}
ONE_HAS = {("hub", "a"): Downloads((NEW,)), ("hub", "b"): Downloads((OLD,))}
BGP = "config authority router hub routing default-instance routing-protocol bgp neighbor 1.2.3.4 address-family x\n"
MISMATCH = alarm("a.hub has a software version that does not match its peer.", router="Conductor", node="c1")
CLONE = alarm(
    "A duplicate asset with id 'b.hub.example', which is configured as b.hub, has been detected.", router="Conductor"
)
#: The asset id is listed nowhere; what it is configured as is (ts_ap_duplicate_asset_id names the router alone).
AS_ROUTER = "A duplicate asset with id 'spare', which is configured as hub, has been detected."


def says_duplicate(message, source="somewhere") -> Alarm:
    return replace(alarm(message, router="Conductor", node="c1"), source=source)


REDUNDANCY = {"128T-ha-sync-redundancy": "1.1.0"}
LOST = DeviceError("show alarms", "% Error: Unhandled TypeError")


def window(hours):
    return {"window_end": VirtualClock().wall() + timedelta(hours=hours)}


# fmt: off
FINDINGS = [
    # check, assets of the router hub, facts, wanted, parameters, states (one for each target)
    ("router_known", pair(), {}, NEW, {}, ["pass"]),
    ("asset_settled", pair(), {}, NEW, {}, ["pass"]),
    ("asset_settled", pair(status="Downloading"), {}, NEW, {}, ["pass"]),  # a download moves nothing (rule 38)
    ("asset_settled", pair(status="Synchronizing"), {}, NEW, {}, ["fail"]),
    ("asset_settled", pair(status="Disconnected"), {}, NEW, {}, ["fail"]),
    ("asset_settled", pair(status="Disconnected"), {}, NEW, {"disconnected": "warn"}, ["warn"]),
    ("asset_settled", pair(status="Synchronizing"), {}, NEW, {"disconnected": "warn"}, ["fail"]),
    ("service_running", pair(), {}, NEW, {}, ["pass", "pass"]),
    ("service_running", pair(), {"service": "stopped"}, NEW, {}, ["fail", "fail"]),
    ("service_running", pair(), {"service": None}, NEW, {}, ["pass", "pass"]),  # the node itself is asked then
    ("service_running", pair(), {"service": None, "system_of": None}, NEW, {}, ["fail", "fail"]),
    ("same_version", pair(), {}, NEW, {}, ["pass"]),
    ("same_version", HALF, {}, NEW, {}, ["warn"]),
    ("same_version", ODD, {}, NEW, {}, ["fail"]),
    ("same_install_type", pair(), {}, NEW, {}, ["pass"]),
    ("same_install_type", [pair()[0], asset("hub", "b", kind="package")], {}, NEW, {}, ["fail"]),
    ("same_install_type", [HALF[0], asset("hub", "b", kind="package")], {}, NEW, {}, ["warn"]),
    ("asset_errors", pair(), {}, NEW, {}, ["pass"]),
    ("asset_errors", pair(errors=3), {}, NEW, {}, ["warn"]),
    ("duplicate_assets", pair(), {}, NEW, {}, ["pass"]),
    ("duplicate_assets", [*pair(), pair()[0]], {}, NEW, {}, ["fail"]),
    ("duplicate_assets", pair(), {"alarms": [CLONE]}, NEW, {}, ["fail"]),
    ("duplicate_assets", pair(), {"alarms": [replace(CLONE, message=CLONE.message.replace("b.", "c."))]}, NEW, {},
     ["pass"]),
    ("duplicate_assets", pair(), {"alarms": [says_duplicate("Duplicate asset ID: B.HUB.example")]}, NEW, {}, ["fail"]),
    ("duplicate_assets", pair(), {"alarms": [says_duplicate(AS_ROUTER)]}, NEW, {}, ["fail"]),
    ("duplicate_assets", pair(), {"alarms": [says_duplicate("Duplicate asset id seen", "a.hub.example")]}, NEW, {},
     ["fail"]),
    ("duplicate_assets", pair(), {"alarms": [says_duplicate("Duplicate address 'b.hub.example'")]}, NEW, {}, ["pass"]),
    ("duplicate_assets", pair(), {"listed": {"b.hub.example"}}, NEW, {}, ["fail"]),
    ("duplicate_assets", pair(), {"listed": {"b.east.example"}}, NEW, {}, ["pass"]),
    ("duplicate_assets", [pair()[0], replace(pair()[1], duplicate=True)], {}, NEW, {}, ["fail"]),
    ("duplicate_assets", pair(), {"alarms": LOST}, NEW, {}, ["warn"]),
    ("critical_alarms", pair(), {"alarms": [CLONE]}, NEW, {}, ["pass"]),  # duplicate_assets judges it
    ("no_operation_running", pair(), {}, NEW, {}, ["pass"]),
    ("no_operation_running", pair(), {"status": "a.hub: upgrade in progress (40%)"}, NEW, {}, ["fail"]),
    ("no_operation_running", pair(), {"status": "% Error: Internal error"}, NEW, {}, ["warn"]),
    ("no_operation_running", pair(), {"status": "Blue moon over a.hub"}, NEW, {}, ["warn"]),
    ("no_operation_running", pair(), {"status": "Command 'x' not found (use '?' for help)"}, NEW, {}, ["pass"]),
    ("no_operation_running", pair(), {"status": NoPrompt("no answer")}, NEW, {}, ["warn"]),
    ("no_operation_running", pair(status="Upgrading"), {}, NEW, {}, ["fail"]),
    ("no_operation_running", pair(status="Downloading"), {}, NEW, {}, ["pass"]),  # a download moves nothing (rule 38)
    ("not_older", pair(), {}, NEW, {}, ["pass", "pass"]),
    ("not_older", pair(), {}, "6.2.5", {}, ["fail", "fail"]),
    ("not_older", pair(None, None), {}, NEW, {}, ["skipped", "skipped"]),
    ("not_older", pair(), {}, None, {}, ["skipped", "skipped"]),
    ("conductor_not_older", pair(), {}, NEW, {}, ["pass"]),
    ("conductor_not_older", pair(), {}, "6.3.6", {}, ["fail"]),
    ("conductor_not_older", pair(), {}, "6.3.6", {"rule": "minor"}, ["pass"]),
    ("conductor_not_older", pair(), {}, "6.4.0", {"rule": "minor"}, ["fail"]),
    ("conductor_not_older", pair(), {"own": "6.3.4-1"}, "6.3.5", {"rule": "minor"}, ["fail"]),
    ("conductor_not_older", pair(), {}, None, {}, ["skipped"]),
    ("version_available", pair(), {}, NEW, {}, ["pass"]),  # the conductor runs it
    ("version_available", pair(), {"own": SEVEN, "downloads": NOTHING}, NEW, {}, ["fail"]),
    ("version_available", pair(), {"own": SEVEN, "downloads": None}, NEW, {}, ["warn"]),  # nobody knows what is there
    ("version_available", pair(), {"own": SEVEN, "available": ["SSR-6.3.5-37"]}, NEW, {}, ["pass"]),
    ("version_available", pair(), {"own": SEVEN, "available": ["SSR-6.3.5-39"], "downloads": NOTHING}, NEW, {},
     ["fail"]),
    ("version_available", pair(), {"own": SEVEN, "downloads": HAS}, NEW, {}, ["pass"]),
    ("version_available", pair(), {"own": SEVEN, "downloads": OFFERED}, NEW, {}, ["pass"]),
    ("version_available", pair(), {"own": SEVEN, "downloads": ONE_OFFERED}, NEW, {}, ["fail"]),
    ("version_available", pair(), {"own": SEVEN, "downloads": ONE_HAS}, NEW, {}, ["fail"]),
    ("version_available", pair(OLD, NEW), {"own": SEVEN, "downloads": ONE_HAS}, NEW, {}, ["pass"]),
    ("version_available", pair(), {}, None, {}, ["skipped"]),
    ("upgrade_path", pair(), {}, NEW, {}, ["pass"]),
    ("upgrade_path", pair(NEW, NEW), {}, NEW, {}, ["pass"]),
    ("upgrade_path", pair(None, OLD), {}, NEW, {}, ["pass"]),
    ("upgrade_path", pair(None, NEW), {}, NEW, {}, ["skipped"]),
    ("upgrade_path", pair("5.5.2", "5.5.2"), {"own": "7.0.1"}, "7.0.1", {}, ["warn"]),
    ("upgrade_path", pair("5.3.1", "5.3.1"), {"own": NEW}, "5.4.0", {}, ["fail"]),
    ("plugin_traps", pair(), {}, NEW, {}, ["pass"]),
    ("plugin_traps", pair(), {"own": SEVEN, "plugins": REDUNDANCY}, SEVEN, {}, ["warn"]),
    ("plugin_traps", pair(), {"plugins": REDUNDANCY}, NEW, {}, ["pass"]),
    ("revert_possible", pair(), {}, NEW, {}, ["pass"]),
    ("revert_possible", pair("6.1.9", "6.1.9"), {}, NEW, {}, ["pass"]),
    ("revert_possible", pair("6.1.9", "6.1.9"), {"config": BGP}, NEW, {}, ["warn"]),
    ("revert_possible", pair("6.1.9", "6.1.9"), {"config": BGP.replace("hub", "east")}, NEW, {}, ["pass"]),
    ("revert_possible", pair("6.1.9", "6.1.9"), {"config": "authority {"}, NEW, {}, ["warn"]),
    ("mismatch_alarm", pair(), {}, NEW, {}, ["pass"]),
    ("mismatch_alarm", pair(), {"alarms": [MISMATCH]}, NEW, {}, ["fail"]),
    ("mismatch_alarm", HALF, {"alarms": [MISMATCH]}, NEW, {}, ["warn"]),
    ("critical_alarms", pair(), {}, NEW, {}, ["pass"]),
    ("critical_alarms", pair(), {"alarms": [alarm()]}, NEW, {}, ["fail"]),
    # What the conductor says of a node of this router is about this router; what it says of itself is not.
    ("critical_alarms", pair(), {"alarms": [alarm("Node a.hub: trouble", router="Conductor")]}, NEW, {}, ["fail"]),
    ("critical_alarms", pair(), {"alarms": [alarm("Node a.hubs: trouble", router="Conductor")]}, NEW, {}, ["pass"]),
    ("critical_alarms", pair(), {"alarms": [alarm("Peer a.hub is gone", router="east")]}, NEW, {}, ["pass"]),
    ("critical_alarms", pair(), {"alarms": [replace(alarm(), router=None, node=None)]}, NEW, {}, ["pass"]),
    ("critical_alarms", pair(), {"alarms": LOST}, NEW, {}, ["fail"]),
    ("pair_connected", pair(), {}, NEW, {}, ["pass"]),
    ("pair_connected", pair(), {"connectivity": DOWN}, NEW, {}, ["fail"]),
    ("pair_connected", pair(), {"connectivity": []}, NEW, {}, ["skipped"]),
    ("pair_connected", pair(status="Disconnected"), {}, NEW, {}, ["skipped"]),
    ("processes_led", pair(), {}, NEW, {}, ["pass"]),
    ("processes_led", pair(), {"processes": [Process("a.hub", "routingManager", "running", False)]}, NEW, {},
     ["fail"]),
    ("processes_led", pair()[:1], {"processes": [Process("a.hub", "routingManager", "running", False)]}, NEW, {},
     ["skipped"]),
    ("pair_in_sync", pair(), {}, NEW, {}, ["pass"]),
    ("pair_in_sync", pair(), {"internal_connectivity": [InternalLink("a.hub", "b.hub", "ssc", "Disconnected")]}, NEW,
     {}, ["fail"]),
    ("pair_in_sync", pair(), {"internal_connectivity": None}, NEW, {}, ["skipped"]),
    ("boot_volume", pair(), {"volumes_of": volumes("a", "a")}, NEW, {}, ["pass", "pass"]),
    ("boot_volume", pair(), {"volumes_of": volumes("a", "b")}, NEW, {}, ["fail", "fail"]),
    ("boot_volume", pair(), {}, NEW, {}, ["skipped", "skipped"]),
    ("boot_volume", pair(status="Disconnected"), {"volumes_of": volumes("a", "b")}, NEW, {}, ["skipped", "skipped"]),
    ("vendor_health_check", pair(), {}, NEW, {}, ["pass"]),
    ("vendor_health_check", pair(), {"health": Health("fail", "System Processes Check", "x")}, NEW, {}, ["fail"]),
    ("vendor_health_check", pair(), {"health": Health("unknown", "?", "x")}, NEW, {}, ["warn"]),
    ("vendor_health_check", pair(), {"health": DeviceError("request", "% Error: no")}, NEW, {}, ["fail"]),
    ("vendor_health_check", pair(), {"health": {"hub": None}}, NEW, {}, ["fail"]),  # it never answers
    ("vendor_health_check", pair(), {"own": "6.2.5"}, NEW, {}, ["skipped"]),
    ("disk_space", pair(), {}, NEW, {}, ["pass", "pass"]),
    ("disk_space", pair(), {"disks": DISKS.format(95)}, NEW, {}, ["fail", "fail"]),
    ("disk_space", pair(kind="package"), {"disks": DISKS.format(60)}, NEW, {}, ["warn", "warn"]),
    ("disk_space", pair(NEW, NEW, kind="package"), {"disks": DISKS.format(60)}, NEW, {}, ["pass", "pass"]),
    ("time_left", pair(), {}, NEW, window(2), ["pass"]),
    ("time_left", pair(), {}, NEW, window(1), ["fail"]),
    ("time_left", HALF, {}, NEW, window(1), ["pass"]),
    ("version", pair(NEW, NEW), {}, NEW, {}, ["pass", "pass"]),
    ("version", HALF, {}, NEW, {}, ["pass", "fail"]),
    ("version", pair(None, None), {}, NEW, {}, ["fail", "fail"]),
]
# fmt: on


@pytest.mark.parametrize(("name", "rows", "facts", "wanted", "given", "states"), FINDINGS)
def test_what_a_check_finds_at_a_router(name, rows, facts, wanted, given, states) -> None:
    results = check(name, Fleet(*rows, **facts), wanted=wanted, given=given).results
    assert [result.state for result in results] == states, results
    nodes = {"node": ["a.hub", "b.hub"], "router": ["hub"]}[CHECKS[name].per]
    assert [result.target for result in results] == nodes


def test_a_duplicate_of_nobody_is_an_alarm_of_the_conductor() -> None:
    nobody = says_duplicate("A duplicate asset with id 'spare', which is configured as stock, has been detected.")
    fleet = Fleet(*pair(), alarms=[nobody])
    assert [
        result.state for result in check("critical_alarms", fleet, Target("Conductor", ("c1", "c2"), True)).results
    ] == ["fail"]
    mine = Fleet(*pair(), alarms=[CLONE])
    assert [
        result.state for result in check("critical_alarms", mine, Target("Conductor", ("c1", "c2"), True)).results
    ] == ["pass"], "the check duplicate_assets of its router tells of it"


def test_the_page_of_an_asset_is_asked_for_once() -> None:
    fleet = Fleet(*pair(errors=1))
    run_checks([CHECKS[name] for name in ("service_running", "asset_errors", "duplicate_assets")], authority(fleet))
    assert fleet.asked["service"] == 2


def test_the_older_rule_may_be_chosen_for_all_checks_and_a_check_may_be_told_otherwise() -> None:
    fleet = Fleet(*pair())
    assert [
        result.state for result in check("conductor_not_older", fleet, wanted="6.3.6", version_rule="minor").results
    ] == ["pass"]
    strict = check("conductor_not_older", fleet, wanted="6.3.6", version_rule="minor", given={"rule": "strict"})
    assert [result.state for result in strict.results] == ["fail"]


def test_every_check_of_routers_is_seen_to_fire_and_not_to_fire() -> None:
    for name, known_check in CHECKS.items():
        if "router" in known_check.applies and known_check.per != "authority" and not known_check.unknown_targets:
            states = {state for row in FINDINGS if row[0] == name for state in row[5]}
            assert "pass" in states and states & {"fail", "warn"}, name


# -- whom a check is made for -----------------------------------------------------------------------------------------


def test_a_check_that_does_not_apply_is_not_even_listed() -> None:
    fleet = Fleet(*pair())
    routers = run_checks([CHECKS["conductors_settled"], CHECKS["same_version"]], authority(fleet))
    assert [result.name for result in routers.results] == ["same_version"]
    conductor = authority(fleet, Target("Conductor", ("c1", "c2"), True))
    check_run = run_checks([CHECKS["conductor_not_older"], CHECKS["version"]], conductor)
    assert [(result.name, result.target) for result in check_run.results] == [
        ("version", "c1.Conductor"),
        ("version", "c2.Conductor"),
    ]


def test_a_node_that_is_named_alone_is_looked_at_alone() -> None:
    fleet = Fleet(*HALF)
    check_run = check("version", fleet, Target("hub", ("a",), False))
    assert [(result.target, result.state) for result in check_run.results] == [("a.hub", "pass")]
    both = (Target("hub", ("a",), False), Target("hub", ("b",), False))
    assert [result.target for result in check("same_version", fleet, *both).results] == ["hub"]


def test_nothing_is_asked_of_a_node_that_is_disconnected() -> None:
    fleet = Fleet(asset("hub", "a", status="Disconnected"))
    names = ["pair_connected", "vendor_health_check", "disk_space", "processes_led"]
    check_run = run_checks([CHECKS[name] for name in names], authority(fleet))
    assert {result.state for result in check_run.results} == {"skipped"}
    assert "disconnected" in check_run.results[0].reason
    assert not set(fleet.asked) & {"connectivity", "health", "disks", "processes"}


def test_a_name_that_the_conductor_does_not_know_is_blocked_by_one_check_and_spares_the_others() -> None:
    fleet = Fleet(*pair())
    targets = (Target("hub", ("a", "b"), True), Target("moon", (), True))
    check_run = run_checks(select(["router_known", "same_version"], "pre"), authority(fleet, *targets))
    assert [(result.name, result.target) for result in check_run.results] == [
        ("router_known", "hub"),
        ("router_known", "moon"),
        ("same_version", "hub"),
    ]
    verdicts = check_run.verdicts()
    assert verdicts["hub"]["state"] == "pass" and verdicts["moon"]["state"] == "fail"
    assert "resource groups" in verdicts["moon"]["reason"]


def test_a_node_that_comes_and_goes_is_not_settled() -> None:
    fleet = Fleet(*pair())
    fleet.later = [fleet.rows[:-1]]
    result = check("asset_settled", fleet).results[0]
    assert result.state == "fail" and "b came and went" in result.reason


def test_below_6_3_no_router_is_asked_for_operations_that_the_conductor_does_not_tell() -> None:
    fleet = Fleet(*pair("6.2.5", "6.2.5"), own="6.2.5", status="upgrade in progress")
    result = check("no_operation_running", fleet, wanted=None).results[0]
    assert result.state == "skipped" and not fleet.asked["status"]


def test_a_disconnected_node_of_a_pair_is_not_asked_for_its_service() -> None:
    fleet = Fleet(asset("hub", "a"), asset("hub", "b", status="Disconnected"), service=None)
    assert [result.state for result in check("service_running", fleet).results] == ["pass", "fail"]
    assert fleet.asked["system_of"] == 1


def test_an_operation_of_our_own_that_is_open_does_not_block_its_router() -> None:
    fleet = Fleet(*pair(status="Upgrading"))
    ours = {"ours": lambda router, node: "ours is open" if (router, node) == ("hub", "b") else None}
    for name in ("asset_settled", "no_operation_running"):
        result = check(name, fleet, **ours).results[0]
        assert result.state == "warn" and "resumed" in result.reason


def at_b(router: str, node: str) -> str | None:
    return "ours is open" if (router, node) == ("hub", "b") else None


def test_a_node_that_reboots_for_an_earlier_run_of_ours_does_not_block_its_router() -> None:
    gone = [alarm("Node b went offline", node="b")]
    rows = (asset("hub", "a"), asset("hub", "b", status="Disconnected"))
    for name in ("service_running", "pair_connected", "critical_alarms"):
        for ours, state in ((at_b, {"pass", "warn"}), (lambda router, node: None, {"fail"})):
            fleet = Fleet(*rows, service=None, connectivity=DOWN, alarms=gone)
            states = {result.state for result in check(name, fleet, ours=ours).results}
            assert states <= state if ours is at_b else "fail" in states, (name, states)


def test_what_was_begun_on_a_settled_node_explains_neither_a_lost_connection_nor_an_alarm() -> None:
    gone = [alarm("Node a went offline", node="a"), alarm("Node b has trouble", node="b")]
    for name in ("pair_connected", "critical_alarms"):
        fleet = Fleet(*pair(), connectivity=DOWN, alarms=gone)
        assert [result.state for result in check(name, fleet, ours=at_b).results] == ["fail"]


LATE = ({"rows": [asset("hub", "a"), asset("hub", "b", status="Disconnected")]}, {"rows": pair(), "reached": False})


@pytest.mark.parametrize("shown", [*LATE, {"rows": pair(OLD, NEW)}], ids=["away", "list is late", "just back"])
@pytest.mark.parametrize(
    "raised",
    [
        alarm("Node b went offline", node="a"),
        alarm("a: Internal Synchronization database is disconnected.", node="a"),
        alarm("No connectivity to b.hub", "major", node="a"),
        alarm("Nobody knows this one", node="b"),
    ],
    ids=lambda raised: raised.message,
)
def test_an_alarm_that_our_own_operation_explains_blocks_no_router(shown, raised) -> None:
    """Its pair was held in every run that came at once after a killed one: the node that is left raises the alarm."""
    system = SystemStatus("x", status=None, reached=shown.get("reached"))
    for ours, blocks in ((at_b, False), (lambda router, node: None, True)):
        fleet = Fleet(*shown["rows"], alarms=[raised], system_of=system)
        (outcome,) = check("critical_alarms", fleet, ours=ours).results
        settled_elsewhere = raised.message.startswith("No connectivity") and shown is LATE[0]
        half_done = raised.message.startswith("a: Internal") and "reached" not in shown and shown is not LATE[0]
        assert outcome.blocks == (blocks and not settled_elsewhere and not half_done), outcome
        if not blocks and outcome.state == "warn":
            assert outcome.reason.startswith("Ours is open, so it is resumed") and raised.message.rstrip(".") in (
                outcome.reason
            )


@pytest.mark.parametrize(
    "raised",
    [
        alarm("Nobody knows this one", node="a"),
        alarm("Node a went offline", node="a"),
        alarm("System memory exceeded: 99", node="a"),
        alarm("Configuration is out of sync with conductor", "major", node="a"),
    ],
    ids=lambda raised: raised.message,
)
@pytest.mark.parametrize("shown", LATE, ids=["away", "list is late"])
def test_an_alarm_of_the_other_node_that_our_operation_does_not_explain_still_blocks(shown, raised) -> None:
    system = SystemStatus("x", status=None, reached=shown.get("reached"))
    fleet = Fleet(*shown["rows"], alarms=[raised], system_of=system)
    assert check("critical_alarms", fleet, ours=at_b).results[0].blocks


def test_what_was_begun_long_ago_on_a_node_that_is_settled_explains_no_alarm() -> None:
    fleet = Fleet(*pair(OLD, NEW), alarms=[alarm("Nobody knows this one", node="b")])
    outcome = check("critical_alarms", fleet, ours=at_b, began_lately=lambda router, node: False)
    assert outcome.results[0].blocks


def test_whatever_fails_only_since_a_node_restarts_for_us_blocks_no_router() -> None:
    mismatch = [alarm("b.hub has a software version that does not match its peer", category="asset")]
    rows = (asset("hub", "a"), asset("hub", "b", None, "Disconnected", "package"))
    facts = {"service": None, "connectivity": DOWN, "alarms": mismatch, "health": Health("fail", "bad", "bad")}
    facts["internal_connectivity"] = [InternalLink("a.hub", "b.hub", "db-store", "Disconnected")]
    names = [name for name in CHECKS if CHECKS[name].fails_in_restart]
    assert len(names) >= 7
    for name in names:
        for ours, blocks in ((at_b, False), (lambda router, node: None, True)):
            results = check(name, Fleet(*rows, **facts), ours=ours).results
            assert any(result.blocks for result in results) == blocks, (name, results)
            assert blocks or any("so it is resumed" in result.reason for result in results), (name, results)


def test_what_only_our_own_operation_explains_is_to_be_repeated_as_it_was_made() -> None:
    rows, checks = (asset("hub", "a"), asset("hub", "b", status="Disconnected")), ["critical_alarms", "service_running"]
    raised = [alarm("Nobody knows this one", node="b")]
    fleet = Fleet(*rows, asset("shop", "n"), alarms=raised, service="stopped")
    for severity, repeated in (("block", {"hub": checks}), ("warn", {})):
        chosen = [replace(CHECKS[name], severity=severity) for name in checks]
        check_run = run_checks(chosen, authority(fleet, ours=at_b))
        assert checks_to_repeat(chosen, check_run) == repeated
    given = [replace(CHECKS["critical_alarms"], given={"known": 1})]
    excused = CheckResult("critical_alarms", "hub", "warn", "block", "it is resumed", excused=True)
    repeated = checks_to_repeat(given, CheckRun([excused], {"hub": [excused]}))
    assert repeated == {"hub": [{"name": "critical_alarms", "known": 1}]}


def test_a_failing_service_of_the_other_node_still_blocks() -> None:
    rows = (asset("hub", "a"), asset("hub", "b", status="Disconnected"))
    fleet = Fleet(*rows, service="stopped")
    states = {result.target: result.blocks for result in check("service_running", fleet, ours=at_b).results}
    assert states == {"a.hub": True, "b.hub": False}


# -- verdicts on routers ----------------------------------------------------------------------------------------------


def test_the_reason_of_a_blocked_router_names_the_check_and_only_its_own_trouble() -> None:
    fleet = Fleet(*pair(), asset("east", "e"), asset("west", "w", errors=1), alarms=[alarm("IDP engine")])
    check_run = run_checks([CHECKS["critical_alarms"], CHECKS["asset_errors"]], authority(fleet))
    verdicts = check_run.verdicts()
    assert {router: verdict["state"] for router, verdict in verdicts.items()} == {
        "hub": "fail",
        "east": "pass",
        "west": "warn",
    }
    assert verdicts["hub"]["reason"].startswith("critical_alarms: Alarms that stop an upgrade: critical: IDP engine")
    assert "asset_errors" in verdicts["west"]["reason"] and verdicts["east"]["reason"] == "2 checks passed"


def test_what_is_wrong_with_the_conductor_blocks_every_router() -> None:
    fleet = Fleet(*pair(), asset("east", "e"), own="5.6.8")
    check_run = run_checks([CHECKS["release_supported"]], authority(fleet))
    assert len(check_run.results) == 1 and check_run.results[0].target == "c1.Conductor"
    assert {verdict["state"] for verdict in check_run.verdicts().values()} == {"fail"}
    warned = run_checks([replace(CHECKS["release_supported"], severity="warn")], authority(fleet))
    assert {verdict["state"] for verdict in warned.verdicts().values()} == {"pass"}


# -- few commands for many routers ------------------------------------------------------------------------------------


def ask_all(count: int) -> Fleet:
    fleet = Fleet(*(asset(f"store-{number}", "n") for number in range(count)), own=SEVEN)
    names: Sequence[str] = [
        name
        for name, known_check in CHECKS.items()
        if "router" in known_check.applies
        and known_check.per != "authority"
        and "pre" in known_check.stages
        and not known_check.incomplete
    ]
    wanted = run_checks([CHECKS[name] for name in names], authority(fleet, wanted=SEVEN))
    assert set(wanted.by_router) == {f"store-{number}" for number in range(count)}
    return fleet


def test_what_one_command_tells_of_all_routers_is_asked_once() -> None:
    few, many = ask_all(2).asked, ask_all(40).asked
    for once in ("assets", "alarms", "available", "downloads", "plugins", "own_version", "config"):
        assert many[once] == few[once] <= 2, once  # two looks at the assets
    # Only the node itself knows these; a router with one node is not asked how its pair is.
    assert many["connectivity"] == 0
    each = {name: count for name, count in many.items() if count > 2}
    assert set(each) == {"service", "status", "disks", "health", "volumes_of"} and max(each.values()) <= 40


def test_a_refusal_is_not_asked_for_again_for_each_router() -> None:
    fleet = Fleet(*(asset(f"store-{number}", "n") for number in range(40)), alarms=LOST)
    check_run = check("critical_alarms", fleet)
    assert {result.state for result in check_run.results} == {"fail"} and fleet.asked["alarms"] == 1


def test_a_lost_connection_is_raised() -> None:
    with pytest.raises(SessionBroken):
        check("critical_alarms", Fleet(*pair(), alarms=SessionBroken("gone")))
    with pytest.raises(SessionBroken):
        check("vendor_health_check", Fleet(*pair(), health=SessionBroken("gone")))


def test_a_lost_connection_is_not_remembered() -> None:
    fleet = Fleet(*pair(), alarms=SessionBroken("gone"))
    whole_authority = authority(fleet)
    with pytest.raises(SessionBroken):
        whole_authority.alarms_of("hub")
    fleet.facts["alarms"] = [alarm()]
    assert whole_authority.alarms_of("hub") == [alarm()]


def test_a_router_waits_for_its_health_check_until_there_is_a_shell() -> None:
    fleet = Fleet(*(asset(f"store-{number}", "n") for number in range(9)))
    fleet.room = 2
    check_run = check("vendor_health_check", fleet)
    assert {result.state for result in check_run.results} == {"pass"} and fleet.most == 2
    fleet.room = 0
    assert {result.state for result in check("vendor_health_check", fleet).results} == {"fail"}, "there is none at all"


def test_routers_are_asked_side_by_side_for_their_own_health_check() -> None:
    health = {f"store-{number}": Health("pass", "passed", "all") for number in range(20)}
    health["store-7"] = Health("fail", "System Processes Check", "failed")
    fleet = Fleet(*(asset(f"store-{number}", "n") for number in range(20)), health=health)
    begun = fleet.clock.now()
    check_run = check("vendor_health_check", fleet)
    assert [result.target for result in check_run.results if result.state == "fail"] == ["store-7"]
    assert fleet.most == 4 and fleet.clock.now() - begun < 20 * 30 / 2


# -- again and again --------------------------------------------------------------------------------------------------


def test_while_waiting_a_health_check_that_passed_is_not_asked_for_again() -> None:
    fleet = Fleet(asset("east", "e", status="Synchronizing"), asset("west", "w"))
    checks = [CHECKS["asset_settled"], CHECKS["vendor_health_check"]]

    def settle():
        fleet.rows[2] = asset("east", "e")

    fleet.clock.after(200, settle)
    watch = StableWait(fleet.clock, 600, 0, 5, 30)
    check_run = watch.wait_until_stable(lambda kept: run_checks(checks, authority(fleet), kept), lambda: True)
    assert {verdict["state"] for verdict in check_run.verdicts().values()} == {"pass"} and fleet.asked["health"] == 2


def test_one_router_that_is_ill_does_not_end_the_waiting_for_another() -> None:
    fleet = Fleet(
        asset("east", "e"),
        asset("west", "w", status="Synchronizing"),
        health={"east": Health("fail", "System Processes Check", "x"), "west": Health("pass", "passed", "x")},
    )
    checks = [CHECKS["asset_settled"], CHECKS["vendor_health_check"]]
    fleet.clock.after(300, lambda: fleet.rows.__setitem__(3, asset("west", "w")))
    watch = StableWait(fleet.clock, 5000, 0, 5, 30)
    check_run = watch.wait_until_stable(lambda kept: run_checks(checks, authority(fleet), kept), lambda: True)
    assert {router: verdict["state"] for router, verdict in check_run.verdicts().items()} == {
        "east": "fail",
        "west": "pass",
    }
    assert fleet.clock.now() < 1000 + 600, "a second failure in clear words counts, whatever time is left"

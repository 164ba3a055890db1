# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each check in a scenario in which it fires, and in one in which it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import families  # noqa: F401
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.authority import Authority
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.check_context import local_context
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import run_check
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    NoPrompt,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.revert_rules import local_fault
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import Alarm
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset, AssetSummary
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_versions import IdleVolume
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.operation_status import Activity
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import (
    InternalLink,
    Link,
    NodeVersion,
    Process,
    SystemStatus,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, spelled, try_parse

from tests.unit.fakes import NEW, OLD, Box, ScriptedSession, VirtualClock

BELOW = "6.2.5-5.r2.el7"


def asset(node="node1", version=OLD, status="Synchronized", kind="image", router="Conductor") -> Asset:
    """A row of ``show assets``, of a node of the conductor where no router is named."""
    return Box(router, node, version, status, install_type=kind).as_asset()


def alarm(message="something", severity="critical", category="system", router="Conductor", node="node1") -> Alarm:
    """A row of ``show alarms``, of a node of the conductor where no other is named."""
    return Alarm(f"{node}.{router}:1", "2026-03-01", severity, "source", category, message, node, router)


def before(category: str, router: str | None = None) -> frozenset:
    return frozenset({(category, "something", router)})


DISK = "show platform router Conductor node node1 force disk"
CONFIG = "config authority router Conductor name Conductor\n"
OFFLINE = CONFIG + ("config authority router Conductor system software-update repository offline-mode true\n")
BGP = CONFIG + (
    "config authority router Conductor routing default-instance routing-protocol bgp neighbor 192.0.2.1 "
    "address-family ipv4-unicast afi-safi ipv4-unicast\n"
)


def disk(used: int) -> str:
    return (
        "======= ======== =======\n Mount   Size     Use%\n======= ======== =======\n"
        f" /       100 GB   {used}%\n\nCompleted in 0.05 seconds\n"
    )


def volumes(running: str | None = "b", selected: str | None = "b", **idle) -> NodeVersion:
    """What an image-based node prints with detail; ``idle``: what is printed of the other volume."""
    lies = IdleVolume(**({"version_text": "6.2.5-5r2", "version": parse("6.2.5-5r2"), "volume": "a"} | idle))
    return NodeVersion("Conductor", "node1", OLD, parse(OLD), "image", running, selected, lies)


IN_SYNC = [
    InternalLink("node1.Conductor", "node1.Conductor", "ssc", "Connected"),
    InternalLink("node1.Conductor", "node2.Conductor", "db-store", "Connected"),
]


def out_of_sync(word: str) -> list[InternalLink]:
    return [*IN_SYNC, InternalLink("node2.Conductor", "node1.Conductor", "db-store", word)]


class Asked:
    """A conductor that answers from attributes; what is an exception is raised."""

    def __init__(self, **facts) -> None:
        pair = [asset("node1"), asset("node2")]
        self.asset_lists = facts.pop("asset_lists", None)
        self.facts = {
            "local_node": NodeId("Conductor", "node1"),
            "assets": pair,
            "asset_detail": SimpleNamespace(service="running"),
            "system": SystemStatus("node1", "Conductor", "running", "6.3.0"),
            "own_version": NodeVersion("Conductor", "node1", OLD, parse(OLD), "image"),
            "release": parse(OLD),
            "available": ["SSR-6.3.5-37.r1.el7"],
            "alarms": [],
            "connectivity": [Link("node1.Conductor", "node2.Conductor", "connected")],
            "processes": [Process("node1.Conductor", "routingManager", "running", True)],
            "usage": frozenset({"router", "version"}),
            "vendor_health": Health("pass", "passed", "all passed"),
            "configuration_hints": ("", ""),
            "running_operation": Activity(),
            "refresh_prompt": None,
            "plugins": {"128T-dns-cache": "3.3.0-1"},
            "running_config": CONFIG,
            "volumes_of": volumes(),
            "internal_connectivity": IN_SYNC,
            "asset_summary": AssetSummary(2, 0, {}),
        } | facts
        self.session = ScriptedSession({DISK: self.facts.pop("disk", disk(40))})
        self.dirty = self.facts.pop("dirty", False)
        self.by_web = SimpleNamespace(disks=lambda node_id: None)

    def begin_health_check(self, request):
        return SimpleNamespace(over=True)

    def health_of(self, pending):
        return self.vendor_health()

    def __getattr__(self, name):
        if name not in self.facts:
            raise AttributeError(name)

        def answer(*_args, **_more):
            value = self.facts[name]
            if name == "assets" and self.asset_lists:
                value = self.asset_lists.pop(0) if len(self.asset_lists) > 1 else self.asset_lists[0]
            if isinstance(value, Exception):
                raise value
            return value

        return answer


def result(name, wanted=NEW, context=None, **facts):
    """What a check says of the conductor's own node; ``given``: parameters of the check, read."""
    context = dict(context or {})
    given = context.pop("given", {})
    authority = Authority(Asked(**facts), VirtualClock(), try_parse(wanted) if wanted else None, **context)
    return run_check(replace(CHECKS[name], given=given), local_context(authority))


MIXED = [asset("node1", NEW), asset("node2", OLD)]
UNEXPLAINED = [asset("node1", "6.3.1-2.r1.el7"), asset("node2", OLD)]
CONVERTED = [asset("node1", NEW, kind="image"), asset("node2", OLD, kind="package")]
MISMATCH = alarm("node2.Conductor has a software version that does not match its peer.", category="asset")
TYPES = alarm("Nodes of the router run mixed installation types: image and package")
PEERS_OF_OTHERS = alarm("east.branch-1 has a software version that does not match its peer.", category="asset")
WITH_BRANCH = [asset("node1"), asset("node2"), asset("east", router="branch-1")]
LINKS_DOWN = [Link("node1.Conductor", "node2.Conductor", "disconnected")]
LED_BY_BOTH = [
    Process("node1.Conductor", "routingManager", "running", True),
    Process("node2.Conductor", "routingManager", "running", True),
]
LED_BY_NOBODY = [
    Process("node1.Conductor", "routingManager", "running", False),
    Process("n", "highway", "running", None),
]
OURS = {"ours": lambda router, node: "ours is open"}
ONE = {"one_conductor_node": True}
GONE = asset("node2", status="Disconnected")
COMES = asset("node2", status="Upgrading")
BACK = {"settled_before": frozenset({"node1.example", "node2.example"})}

DUPLICATE = [asset("node1"), asset("node2"), replace(asset("old", router="stock"), asset_id="node1.example")]
TWICE = [asset("node1"), asset("node2"), replace(asset("node1"), asset_id="other.example")]
WRONG = [replace(asset("node1"), errors=2), replace(asset("node2"), errors=0)]
TEXTS = SimpleNamespace(error_texts=("Unable to manage file: Message timed out",))
LONELY = SimpleNamespace(conductor_connectivity="connected", peer_connectivity="disconnected")
FAR = [asset("node1", "6.3.3-40.r2.el7"), asset("node2", "6.3.3-40.r2.el7")]
NEAR = [asset("node1", "6.3.6-1.r1.el7"), asset("node2", "6.3.6-1.r1.el7")]
SEVEN = "7.1.3-8.r1.el9"
PACKAGE = [asset("node1", kind="package"), asset("node2", kind="package")]
DEAD = asset("b4", router="branch4", status="Disconnected")


def runs(text: str, assets: list[Asset], **more) -> dict:
    """A conductor that runs this."""
    return {"release": parse(text), "assets": assets, **more}


def window(hours: float) -> dict:
    """A window that ends so many hours after the beginning of all tests."""
    return {"given": {"window_end": VirtualClock().wall() + timedelta(hours=hours)}}


# fmt: off
FINDINGS = [
    # check, facts, context, wanted, state
    ("is_conductor", {}, {}, NEW, "pass"),
    ("is_conductor",
     {"assets": DeviceError("show assets", "This command can only be run on a Conductor", conductor_only=True)},
     {}, NEW, "fail"),
    ("is_conductor", {"assets": DeviceError("show assets", "busy")}, {}, NEW, "fail"),
    ("release_supported", {}, {}, NEW, "pass"),
    ("release_supported", {"release": parse("5.6.8-1.el7")}, {}, NEW, "fail"),
    ("rights", {}, {}, NEW, "pass"),
    ("rights", {"usage": None}, {}, NEW, "warn"),
    ("rights", {"usage": DeviceError("request", "Command 'request' not found", denied=True)}, {}, NEW, "fail"),
    ("version_offered", {}, {}, NEW, "pass"),
    ("version_offered", {"available": ["SSR-6.3.5-37"]}, {}, NEW, "pass"),
    ("version_offered", {"available": ["SSR-6.3.50-1"]}, {}, "6.3.5", "fail"),
    ("version_offered", {"available": []}, {}, NEW, "fail"),
    ("version_offered", {"available": [], "assets": MIXED}, {}, NEW, "pass"),
    ("version_offered", {}, {}, None, "skipped"),
    ("not_older", {}, {}, NEW, "pass"),
    ("not_older", {}, {}, OLD, "pass"),
    ("not_older", {}, {}, "6.3.0", "pass"),
    ("not_older", {}, {}, "6.2.5", "fail"),
    ("not_older", {}, {}, "6.3.0-106.r1.el7", "fail"),
    ("not_older", {}, {}, None, "skipped"),
    ("asset_settled", {}, {}, NEW, "pass"),
    ("asset_settled", {"assets": [asset(status="Running"), asset("node2", status="Running")]}, {}, NEW, "pass"),
    ("asset_settled", {"assets": [asset("node1"), asset("node2", status="Disconnected")]}, {}, NEW, "fail"),
    ("asset_settled", {"asset_lists": [[asset()], [asset(status="Synchronizing")], [asset()]]}, {}, NEW, "fail"),
    ("asset_settled", {"asset_lists": [[asset()], [asset()], [asset(status="Disconnected")]]}, {}, NEW, "fail"),
    ("asset_settled", {"assets": [asset("node2")]}, {}, NEW, "fail"),
    ("asset_settled", {"assets": []}, {}, NEW, "fail"),
    ("asset_settled", {"assets": [asset(status="Upgrading")]}, OURS, NEW, "warn"),
    # Rule 11: between the nodes of a pair from below 6.3 all assets show Disconnected.
    ("asset_settled", {"assets": [asset(status="Disconnected")]}, {"assets_count": False}, NEW, "skipped"),
    ("service_running", {}, {}, NEW, "pass"),
    ("service_running", {"system": None}, {}, NEW, "pass"),
    ("service_running", {"asset_detail": None}, {}, NEW, "pass"),
    ("service_running", {"asset_detail": SimpleNamespace(service="stopped")}, {}, NEW, "fail"),
    ("service_running", {"system": SystemStatus("node1", status="offline")}, {}, NEW, "fail"),
    ("service_running", {"system": None, "asset_detail": None}, {}, NEW, "fail"),
    ("service_running", {"system": None, "asset_detail": SimpleNamespace(service="starting")}, {}, NEW, "fail"),
    ("service_running", {"asset_detail": SimpleNamespace(service="stopped")}, {"assets_count": False}, NEW, "pass"),
    ("same_version", {}, {}, NEW, "pass"),
    ("same_version", {"assets": [asset()]}, {}, NEW, "skipped"),
    # Rule 7: a half-done pair is normal, a mixture that it does not explain blocks.
    ("same_version", {"assets": MIXED}, {}, NEW, "warn"),
    ("same_version", {"assets": MIXED}, {}, "6.3.5", "warn"),
    # What shows the build and not the rebuild may well be at the wish.
    ("same_version", {"assets": [asset("node1", "SSR-6.3.5-37"), asset("node2")]}, {}, NEW, "warn"),
    ("same_version", {"assets": [asset("node1", "SSR-6.3.5-38"), asset("node2")]}, {}, NEW, "fail"),
    ("same_version", {"assets": UNEXPLAINED}, {}, NEW, "fail"),
    ("same_version", {"assets": MIXED}, {}, None, "fail"),
    ("same_version", {"assets": [asset("node1"), asset("node2", None)]}, {}, NEW, "fail"),
    ("same_version", {"assets": UNEXPLAINED}, {"assets_count": False}, NEW, "warn"),
    ("same_install_type", {}, {}, NEW, "pass"),
    ("same_install_type", {"assets": [asset()]}, {}, NEW, "skipped"),
    ("same_install_type", {"assets": [asset("node1", kind=None), asset("node2")]}, {}, NEW, "skipped"),
    ("same_install_type", {"assets": CONVERTED}, {}, NEW, "warn"),
    ("same_install_type", {"assets": [asset("node1"), asset("node2", kind="package")]}, {}, NEW, "fail"),
    ("mismatch_alarm", {}, {}, NEW, "pass"),
    ("mismatch_alarm", {"alarms": [alarm("No active NTP server")]}, {}, NEW, "pass"),
    ("mismatch_alarm", {"alarms": [MISMATCH]}, {}, NEW, "fail"),
    ("mismatch_alarm", {"alarms": [TYPES]}, {}, NEW, "fail"),
    ("mismatch_alarm", {"alarms": [alarm("installation type does not match its peer")]}, {}, NEW, "fail"),
    ("mismatch_alarm", {"alarms": [MISMATCH, TYPES], "assets": MIXED}, {}, NEW, "warn"),
    ("mismatch_alarm", {"alarms": [MISMATCH]}, {"assets_count": False}, NEW, "warn"),
    # Rule 4: what concerns another router does not count.
    ("mismatch_alarm", {"alarms": [PEERS_OF_OTHERS], "assets": WITH_BRANCH}, {}, NEW, "pass"),
    ("mismatch_alarm", {"alarms": [replace(TYPES, router="branch-1")]}, {}, NEW, "pass"),
    ("mismatch_alarm", {"alarms": [alarm("Package download failed: package not found")]}, {}, NEW, "pass"),
    ("critical_alarms", {}, {}, NEW, "pass"),
    ("critical_alarms", {"alarms": [alarm(severity="major")]}, {}, NEW, "pass"),
    ("critical_alarms", {"alarms": [alarm()]}, {}, NEW, "fail"),
    ("critical_alarms", {"alarms": [replace(alarm(), router=None, node=None)]}, {}, NEW, "fail"),
    ("critical_alarms", {"alarms": [alarm(router="branch-1")]}, {}, NEW, "pass"),
    ("critical_alarms", {"alarms": [alarm()]}, {"allow_alarms": (re.compile("THING", re.I),)}, NEW, "pass"),
    ("critical_alarms", {"alarms": [alarm()]}, {"alarms_before": before("system")}, NEW, "pass"),
    ("critical_alarms", {"alarms": [alarm()]}, {"alarms_before": before("other")}, NEW, "fail"),
    ("critical_alarms", {"alarms": [alarm()]}, {"alarms_before": before("system", "Conductor")}, NEW, "pass"),
    ("critical_alarms", {"alarms": [alarm()]}, {"alarms_before": before("system", "branch-1")}, NEW, "fail"),
    ("critical_alarms", {"alarms": [MISMATCH]}, {}, NEW, "pass"),  # mismatch_alarm judges it
    # A dot may be part of a node's name.
    ("critical_alarms", {"alarms": [alarm(node="node", router="1.Conductor")]}, {}, NEW, "fail"),
    ("clean_candidate", {}, {}, NEW, "pass"),
    ("clean_candidate", {"dirty": True}, {}, NEW, "fail"),
    ("other_candidates", {}, {}, NEW, "pass"),
    ("other_candidates", {"configuration_hints": ("show user activity: night", "")}, {}, NEW, "warn"),
    ("other_candidates", {"configuration_hints": ("", "show user activity: not found")}, {}, NEW, "warn"),
    ("routers_visible", {}, {}, NEW, "skipped"),
    ("routers_visible", {"connectivity": [Link("node1.Conductor", "e.branch", "disconnected")]}, {}, NEW, "warn"),
    ("routers_visible",
     {"connectivity": [Link("node1.Conductor", "e.branch", "connected")],
      "assets": [asset(), asset(node="e", router="branch")]}, {}, NEW, "pass"),
    ("plugins_kept", {}, {}, NEW, "skipped"),
    ("plugins_kept", {"plugins": {"dns": "2"}}, {"plugins_before": {"dns": "1"}}, NEW, "pass"),
    ("plugins_kept", {"plugins": {"dns": "1"}}, {"plugins_before": {"dns": "1", "wireguard": "1"}}, NEW, "fail"),
    ("plugins_kept", {"plugins": None}, {"plugins_before": {"dns": "1"}}, NEW, "warn"),
    ("pair_connected", {}, {}, NEW, "pass"),
    ("pair_connected", {"assets": [asset()]}, {}, NEW, "skipped"),
    ("pair_connected", {"connectivity": []}, {}, NEW, "skipped"),
    ("pair_connected", {"connectivity": LINKS_DOWN}, {}, NEW, "fail"),
    ("pair_connected", {"connectivity": LINKS_DOWN, "assets": MIXED}, {}, NEW, "fail"),
    ("pair_connected", {"connectivity": LINKS_DOWN, "assets": MIXED}, {"assets_count": False}, NEW, "warn"),
    ("pair_connected", {"connectivity": [Link("node1.Conductor", "e.branch", "disconnected")]}, {}, NEW, "skipped"),
    # Nothing is done to the conductor itself: one of its nodes may be away, but not at odds with the other.
    ("asset_settled", {"assets": [asset(), GONE]}, {}, NEW, "fail"),
    ("asset_settled", {"assets": [asset(), GONE]}, ONE, NEW, "warn"),
    ("asset_settled", {"assets": [asset(), asset("node2", status="Starting")]}, ONE, NEW, "fail"),
    ("asset_settled", {"assets": [asset(status="Disconnected"), GONE]}, ONE, NEW, "fail"),
    ("asset_settled", {"asset_lists": [[asset(), GONE], [asset(), COMES], [asset(), GONE]]}, ONE, NEW, "fail"),
    ("pair_connected", {"assets": [asset(), GONE], "connectivity": LINKS_DOWN}, {}, NEW, "fail"),
    ("pair_connected", {"assets": [asset(), GONE], "connectivity": LINKS_DOWN}, ONE, NEW, "warn"),
    ("pair_connected", {"connectivity": LINKS_DOWN}, ONE, NEW, "fail"),
    ("same_version", {"assets": [asset(), replace(GONE, version=None, version_text=None)]}, {}, NEW, "fail"),
    ("same_version", {"assets": [asset(), replace(GONE, version=None, version_text=None)]}, ONE, NEW, "warn"),
    ("same_version", {"assets": [asset(), GONE]}, ONE, NEW, "pass"),
    ("same_version", {"assets": [asset(version="6.3.1-2.r1.el7"), GONE]}, ONE, NEW, "fail"),
    ("processes_led", {}, {}, NEW, "pass"),
    ("processes_led", {"processes": LED_BY_NOBODY}, {}, NEW, "fail"),
    ("processes_led", {"processes": []}, {}, NEW, "skipped"),
    ("processes_led", {"processes": None}, {}, NEW, "warn"),  # unreadable is not none
    ("processes_led", {"processes": LED_BY_BOTH}, {}, NEW, "warn"),
    # Whether a node leads is a question for pairs.
    ("processes_led", {"processes": LED_BY_NOBODY, "assets": [asset()]}, {}, NEW, "skipped"),
    ("pair_in_sync", {}, {}, NEW, "pass"),
    ("pair_in_sync", {"internal_connectivity": out_of_sync("Disconnected")}, {}, NEW, "fail"),
    ("pair_in_sync", {"internal_connectivity": out_of_sync("Disconnected"), "assets": MIXED}, {}, NEW, "warn"),
    ("pair_in_sync", {"internal_connectivity": out_of_sync("Rebalancing")}, {}, NEW, "warn"),
    ("pair_in_sync", {"internal_connectivity": out_of_sync("Disconnected"),
                      "assets": [asset("node1"), asset("node2", status="Starting")]}, OURS, NEW, "warn"),
    ("pair_in_sync", {"internal_connectivity": None}, {}, NEW, "skipped"),
    ("pair_in_sync", {"internal_connectivity": []}, {}, NEW, "skipped"),
    ("pair_in_sync", {"internal_connectivity": IN_SYNC[:1]}, {}, NEW, "skipped"),
    ("pair_in_sync", {"assets": [asset()]}, {}, NEW, "skipped"),
    ("boot_volume", {}, {}, NEW, "pass"),
    ("boot_volume", {"volumes_of": volumes("b", "a")}, {}, NEW, "fail"),
    ("boot_volume", {"volumes_of": volumes("b", "a")}, {}, OLD, "warn"),  # nothing is to be done to it
    ("boot_volume", {"volumes_of": volumes("b", "a")}, OURS, NEW, "warn"),
    ("boot_volume", {"volumes_of": volumes("b", None)}, {}, NEW, "skipped"),
    ("boot_volume", {"volumes_of": replace(volumes(None, None), idle=None)}, {}, NEW, "skipped"),
    ("boot_volume", {"volumes_of": None}, {}, NEW, "skipped"),
    ("boot_volume", {"volumes_of": volumes("b", "a"), "assets": PACKAGE}, {}, NEW, "skipped"),
    ("boot_volume", {"volumes_of": volumes("b", "a"), "release": parse(BELOW)}, {}, NEW, "skipped"),
    ("asset_list_complete", {}, {}, NEW, "pass"),
    ("asset_list_complete", {"asset_summary": AssetSummary(5, 0, {})}, {}, NEW, "warn"),
    ("asset_list_complete", {"asset_summary": AssetSummary(1, 0, {})}, {}, NEW, "warn"),
    ("asset_list_complete", {"asset_summary": None}, {}, NEW, "skipped"),
    ("routers_visible", {"connectivity": None}, {}, NEW, "warn"),
    ("pair_connected", {"connectivity": None}, {}, NEW, "warn"),
    ("vendor_health_check", {}, {}, NEW, "pass"),
    ("vendor_health_check", {"vendor_health": Health("fail", "System Processes Check", "x")}, {}, NEW, "fail"),
    # Rule 17: what cannot be read never stops by itself, unless the user wants it to hold.
    ("vendor_health_check", {"vendor_health": Health("unknown", "no words", "x")}, {}, NEW, "warn"),
    ("vendor_health_check", {"vendor_health": Health("unknown", "?", "x")}, {"health_unknown": "hold"}, NEW, "fail"),
    # A failure in words that name no check is no pass either.
    ("vendor_health_check", {"vendor_health": Health("unknown", "1 failed", "x", (), True)}, {}, NEW, "fail"),
    ("vendor_health_check", {"release": parse(BELOW)}, {}, NEW, "skipped"),
    ("assets_back", {}, {}, NEW, "skipped"),
    ("assets_back", {}, BACK, NEW, "pass"),
    ("assets_back", {"assets": [asset("node1"), asset("node2", status="Disconnected")]}, BACK, NEW, "fail"),
    ("assets_back", {"assets": [asset("node1")]}, BACK, NEW, "fail"),
    ("conductors_settled", {}, {}, NEW, "pass"),
    ("conductors_settled", {"asset_detail": LONELY}, {}, NEW, "fail"),
    ("conductors_settled", {"asset_detail": LONELY}, OURS, NEW, "warn"),
    ("conductors_settled", {"assets": [asset(), asset("node2", status="Disconnected")]}, {}, NEW, "fail"),
    ("conductors_settled", {"assets": [asset()]}, {}, NEW, "skipped"),
    ("conductors_settled", {"asset_detail": LONELY}, {"assets_count": False}, NEW, "skipped"),
    ("asset_errors", {"assets": [replace(asset_row, errors=0) for asset_row in WRONG]}, {}, NEW, "pass"),
    ("asset_errors", {"assets": WRONG, "asset_detail": TEXTS}, {}, NEW, "warn"),
    ("asset_errors", {}, {}, NEW, "skipped"),  # this release has no such column
    ("duplicate_assets", {}, {}, NEW, "pass"),
    ("duplicate_assets", {"assets": WITH_BRANCH}, {}, NEW, "pass"),
    ("duplicate_assets", {"assets": DUPLICATE}, {}, NEW, "fail"),
    ("duplicate_assets", {"assets": TWICE}, {}, NEW, "fail"),
    ("upgrade_path", {}, {}, NEW, "pass"),
    ("upgrade_path", {}, {}, None, "skipped"),
    ("upgrade_path", {"assets": []}, {}, NEW, "skipped"),
    ("upgrade_path", runs(NEW, [asset("node1", NEW), asset("node2", OLD)]), {}, NEW, "pass"),
    ("upgrade_path", runs("6.3.3-40.r2.el7", FAR), {}, SEVEN, "fail"),
    ("upgrade_path", runs("6.3.6-1.r1.el7", NEAR), {}, SEVEN, "warn"),
    ("plugin_traps", {}, {}, NEW, "pass"),
    ("plugin_traps", {}, {}, None, "skipped"),
    ("plugin_traps", {"plugins": None}, {}, NEW, "warn"),
    ("plugin_traps", runs("6.3.6-1.r1.el7", NEAR), {}, SEVEN, "pass"),
    ("plugin_traps", runs("6.3.6-1.r1.el7", NEAR, plugins={"128T-ha-sync-redundancy": "1"}), {}, SEVEN, "warn"),
    ("plugin_traps", runs("5.2.1", [asset("node1", "5.2.1")], plugins={"128T-wireguard": "2.0.3-1"}), {}, NEW, "pass"),
    ("plugin_traps", runs("5.2.1", [asset("node1", "5.2.1")], plugins={"128T-wireguard": "2.0.2-1"}), {}, NEW, "fail"),
    ("plugin_traps", runs("5.2.1", [asset("node1", "5.2.1")], plugins=None), {}, NEW, "warn"),
    ("offline_traps", {}, {}, NEW, "pass"),
    ("offline_traps", {"running_config": OFFLINE}, {}, NEW, "warn"),
    ("offline_traps", {"running_config": "authority {"}, {}, NEW, "warn"),
    ("offline_traps", {"running_config": DeviceError("show config", "no access", denied=True)}, {}, NEW, "warn"),
    ("offline_traps", runs("6.3.6-1.r1.el7", NEAR, running_config=OFFLINE), {}, SEVEN, "warn"),  # I95-66067
    ("offline_traps", runs("6.3.6-1.r1.el7", NEAR), {}, SEVEN, "pass"),
    ("offline_traps", runs("6.3.6-1.r1.el7", NEAR, running_config=OFFLINE), {}, "7.1.7", "pass"),
    ("offline_traps", {}, {}, None, "skipped"),
    ("revert_possible", {}, {}, NEW, "pass"),
    ("revert_possible", runs("6.3.6-1.r1.el7", NEAR), {}, SEVEN, "pass"),
    ("revert_possible", runs(BELOW, [asset("node1", BELOW)]), {}, NEW, "warn"),  # no revert command below 6.3
    ("revert_possible", runs(NEW, [asset("node1", NEW)], running_config=BGP), {}, "6.1.9", "fail"),
    ("revert_possible", runs(NEW, [asset("node1", NEW)]), {}, "6.1.9", "pass"),
    ("revert_possible", {}, {}, None, "skipped"),
    ("settled_before", {}, {}, NEW, "skipped"),
    ("settled_before", {}, {}, None, "skipped"),
    ("settled_before", runs("6.3.6-1.r1.el7", NEAR), {}, SEVEN, "pass"),
    ("settled_before", runs("6.3.6-1.r1.el7", [*NEAR, DEAD]), {}, SEVEN, "fail"),
    ("settled_before", runs("6.3.6-1.r1.el7", [*NEAR, DEAD]), {"given": {"accept": ("branch4",)}}, SEVEN, "pass"),
    ("settled_before", runs("6.3.6-1.r1.el7", [*NEAR, DEAD]), {"given": {"accept": ("branch",)}}, SEVEN, "fail"),
    ("disk_space", {}, {}, NEW, "pass"),
    ("disk_space", {"disk": disk(90)}, {}, NEW, "pass"),
    ("disk_space", {"disk": disk(91)}, {}, NEW, "fail"),
    ("disk_space", {"disk": disk(60)}, {"given": {"min_free": 50.0}}, NEW, "fail"),
    ("disk_space", {"disk": "nothing to read"}, {}, NEW, "skipped"),
    # A conversion needs about half of the disk; no figure is documented, so that only warns.
    ("disk_space", {"disk": disk(60), "assets": PACKAGE}, {}, NEW, "warn"),
    ("disk_space", {"disk": disk(40), "assets": PACKAGE}, {}, NEW, "pass"),
    ("disk_space", {"disk": "nothing to read", "assets": PACKAGE}, {}, NEW, "warn"),
    # Two nodes of 1800 s, a soak of 300 s, a way back of 1200 s.
    ("time_left", {}, window(2), NEW, "pass"),
    ("time_left", {}, window(1), NEW, "fail"),
    ("time_left", {}, window(-1), NEW, "fail"),
    ("time_left", {"assets": MIXED}, window(1), NEW, "pass"),
    ("time_left", {"assets": [asset("node1", NEW), asset("node2", NEW)]}, window(-1), NEW, "pass"),
    ("version", {"own_version": NodeVersion("Conductor", "node1", NEW, parse(NEW), None)}, {}, NEW, "pass"),
    ("version", {"own_version": NodeVersion("Conductor", "node1", NEW, parse(NEW), None)}, {}, "6.3.5", "pass"),
    ("version", {}, {}, NEW, "fail"),
    ("version", {"own_version": None}, {}, NEW, "fail"),
    ("version", {}, {}, None, "skipped"),
    ("no_operation_running", {}, {}, NEW, "pass"),
    ("no_operation_running", {"running_operation": Activity("node2: upgrade in progress")}, {}, NEW, "fail"),
    ("no_operation_running", {"running_operation": Activity(unavailable="it prints nothing")}, {}, NEW, "warn"),
    ("no_operation_running", {"running_operation": Activity(asked=False)}, {}, NEW, "skipped"),
    ("no_operation_running", {"running_operation": NoPrompt("nothing came")}, {}, NEW, "warn"),
    ("no_operation_running", {"assets": [asset(), asset("node2", status="Upgrading")]}, {}, NEW, "fail"),
    ("no_operation_running", {"assets": [asset(), asset("node2", status="Downloading")]}, {}, NEW, "pass"),
    ("conductors_settled", {"assets": [asset(), asset("node2", status="Downloading")]}, {}, NEW, "pass"),
    ("no_operation_running", {"running_operation": Activity("upgrade in progress")}, OURS, NEW, "warn"),
]
# fmt: on


@pytest.mark.parametrize(("name", "facts", "context", "wanted", "state"), FINDINGS)
def test_what_a_check_finds(name, facts, context, wanted, state) -> None:
    outcome = result(name, wanted, context, **facts)
    assert outcome.state == state, outcome.reason


def test_what_an_upgrade_costs_and_where_a_revert_leads_is_told() -> None:
    outcome = result("boot_volume")
    assert (
        "6.2.5-5.r2 lies on volume a and is lost" in outcome.reason
        and f"leads back to {spelled(OLD)}" in outcome.reason
    )
    prepared = result("boot_volume", volumes_of=volumes("b", "a"))
    assert prepared.blocks and "next boot is set to volume a (6.2.5-5.r2)" in prepared.reason
    bare = result("boot_volume", volumes_of=volumes(version_text=None, version=None, volume=None))
    assert "Nothing that has a version lies on the other volume" in bare.reason


def test_every_check_is_seen_to_fire_and_not_to_fire() -> None:
    for name in (name for name, check in CHECKS.items() if "conductor" in check.applies):
        states = {row[4] for row in FINDINGS if row[0] == name}
        assert "pass" in states and states & {"fail", "warn"}, name


def test_a_failure_says_what_was_seen_and_what_to_do() -> None:
    outcome = result("version_offered", available=["SSR-6.2.9-1"])
    assert spelled(NEW) in outcome.reason and "SSR-6.2.9-1" in outcome.reason and "Import" in outcome.reason


def test_what_blocks_names_the_trouble_and_a_way_out() -> None:
    path = result("upgrade_path", SEVEN, available=["6.3.5-39.r1.el7", SEVEN], **runs("6.3.3-40.r2.el7", FAR))
    assert "6.3.5" in path.reason and f"6.3.3-40.r2 to 6.3.5-39.r1 to {spelled(SEVEN)}" in path.reason
    nothing = result("upgrade_path", SEVEN, available=[SEVEN], **runs("6.3.3-40.r2.el7", FAR))
    assert "No steps can be proposed" in nothing.reason
    dead = result("settled_before", SEVEN, **runs("6.3.6-1.r1.el7", [*NEAR, DEAD]))
    assert "b4.branch4 (Disconnected)" in dead.reason and "accept" in dead.reason
    lonely = result("conductors_settled", asset_detail=LONELY)
    assert "node1 shows Peer Conductor Connectivity disconnected" in lonely.reason and "I95-63923" in lonely.reason
    wrong = result("asset_errors", assets=WRONG, asset_detail=TEXTS)
    assert "node1 has 2" in wrong.reason and "timed out" in wrong.reason and "show assets errors" in wrong.reason
    assert "stock" in result("duplicate_assets", assets=DUPLICATE).reason
    assert "1 h 25 min are expected for 2 nodes" in result("time_left", context=window(1)).reason
    assert "about half" in result("disk_space", assets=PACKAGE, disk=disk(60)).reason
    assert "installation-service" in result("offline_traps", running_config=OFFLINE).reason


def test_an_asset_that_is_settled_on_either_conductor_node_is_back() -> None:
    """Rule 13: a display error shows an asset as settled on only one of them (I95-62830)."""
    mine = [asset("node1"), asset("node2", status="Disconnected")]
    other = [asset("node1", status="Disconnected"), asset("node2")]
    assert result("assets_back", context=BACK | {"others": (lambda: other,)}, assets=mine).state == "pass"
    assert result("assets_back", context=BACK | {"others": (list,)}, assets=mine).state == "fail"


def test_looks_at_the_assets_are_apart_and_only_as_many_as_asked_for() -> None:
    clock = VirtualClock()
    context = local_context(Authority(Asked(), clock, settled_polls=4, poll_pause=10))
    begun = clock.now()
    assert len(context.authority.polls) == 4 and clock.now() - begun == 30


def test_what_could_not_be_told_is_no_fault_of_the_node_itself() -> None:
    """Rules 17 and 21: an answer that cannot be read never takes an upgrade back, whatever it holds up."""
    unreadable = [
        result("service_running", system=None, asset_detail=None),
        result("service_running", system=DeviceError("show system", "% Error: Internal error")),
        result("vendor_health_check", context={"health_unknown": "hold"}, vendor_health=Health("unknown", "?", "?")),
        result("vendor_health_check", vendor_health=DeviceError("request", "% Error: no")),
        result("vendor_health_check", vendor_health=Health("unknown", "1 failed", "1 failed", (), True)),
    ]
    assert [outcome.state for outcome in unreadable] == ["fail"] * 5
    for outcome in unreadable:
        assert local_fault({}, {"checks": [outcome.as_data()]}) is None, outcome.reason


def test_what_was_told_clearly_is_a_fault_of_the_node_itself() -> None:
    for outcome in (
        result("service_running", system=SystemStatus("node1", status="offline")),
        result("vendor_health_check", vendor_health=Health("fail", "System Processes Check", "failed")),
    ):
        assert local_fault({}, {"checks": [outcome.as_data()]}) == outcome.reason


def test_a_session_that_is_lost_in_a_check_is_raised() -> None:
    with pytest.raises(SessionBroken):
        result("critical_alarms", alarms=SessionBroken("gone"))

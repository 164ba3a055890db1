# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every check in a scenario in which it fires and in one in which it does not, before an upgrade and after one.

A world is a scenario with its faults, and the tasks that look at it. A task names all that fires there, each with its
target and the words that an operator needs: whatever else fires, or does not, fails the test of that world.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import families  # noqa: F401
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS

from tests.integration.harness import task
from tests.integration.routers import NEW, OLD, authority, router

MODULES = {"pre": "precheck", "post": "health_check"}
LOOKS = {"poll_interval": 0.1, "stable_polls": 2, "health_timeout": 10, "fail_on_target": False}

LOW, BETWEEN, LATER, SEVEN = "6.3.3-40.r2.el7", "6.3.6-1.r1.el7", "6.3.7-6.r1.el7", "7.2.3-8.r2.el9"
RELEASES = [{"name": name} for name in (OLD, LOW, NEW, LATER, SEVEN)]

ADMIN = {"name": "admin", "password": "demo-admin-password"}
JUNIOR = {"name": "junior", "password": "demo-junior-password", "capabilities": ["config-read"]}
REGIONAL = {"name": "regional", "password": "demo-regional-password", "resource_groups": ["north"]}

PLENTY = {"name": "time_left", "window_end": "2099-01-01T00:00:00Z"}
TOO_LATE = {"name": "time_left", "window_end": "2026-01-01T00:00:00Z"}


@dataclass(frozen=True)
class Fires:
    """A check that says ``warn`` or ``fail`` of a target: ``words`` are in its reason, ``shown`` in its evidence."""

    check: str
    target: str
    state: str
    words: tuple[str, ...]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """A task: one of the two modules with these checks. ``fires`` is all that is not well there.

    ``passes``: checks that must say ``pass``, and nothing else, of every target.
    """

    stage: str
    checks: tuple[Any, ...]
    args: dict[str, Any] = field(default_factory=dict)
    fires: tuple[Fires, ...] = ()
    passes: frozenset[str] = frozenset()
    account: dict[str, Any] | None = None

    def task(self) -> dict[str, Any]:
        keywords = {}
        if self.account:
            names = {"ansible_user": "name", "ansible_password": "password"}
            keywords["vars"] = {variable: self.account[key] for variable, key in names.items()}
        return task(MODULES[self.stage], {"checks": list(self.checks), **LOOKS, **self.args}, **keywords)


@dataclass(frozen=True)
class World:
    """A scenario, what goes wrong in it, and the tasks by their names."""

    scenario: dict[str, Any]
    looks: dict[str, Look]
    faults: tuple[Any, ...] = ()


#: What only some conductors print is printed in all worlds: otherwise its checks would have nothing to look at.
TELLING = {"version_detail": "volumes", "connectivity_internal": "printed", "assets_summary": "printed"}


def every(stage: str, kind: str, *but: str) -> frozenset[str]:
    """The checks of a stage that apply to conductors, or to routers, except these."""
    names = frozenset(name for name, check in CHECKS.items() if stage in check.stages and kind in check.applies)
    return names - set(but)


# -- where nothing is wrong -------------------------------------------------------------------------------------------

PLUGINS = {"128T-dns-cache-router": "3.2.1"}


def healthy() -> World:
    """A conductor pair that has nothing to hide, a pair that is to be upgraded, and one that was."""
    scenario = authority(
        router("hub", "hub-1", "hub-2"), router("new", "new-1", "new-2", version=NEW), releases=RELEASES
    )
    scenario["routers"][0]["nodes"] = [{"name": "c1", "plugins": PLUGINS}, {"name": "c2", "plugins": PLUGINS}]
    before = {"settled_before": ["hub-1.hub", "new-1.new"], "plugins_before": PLUGINS}
    passing = every("pre", "conductor", "settled_before")  # asked only for a step to 7.x
    return World(
        scenario,
        {
            "conductor before": Look("pre", ("all", PLENTY), {"version": LATER}, passes=passing),
            "conductor before 7": Look(
                "pre",
                ("settled_before", "offline_traps"),
                {"version": SEVEN},
                passes=frozenset(["settled_before", "offline_traps"]),
            ),
            "conductor after": Look("post", ("all",), {"version": NEW, **before}, passes=every("post", "conductor")),
            "router before": Look(
                "pre", ("all", PLENTY), {"version": NEW, "targets": ["hub"]}, passes=every("pre", "router")
            ),
            "router after": Look(
                "post", ("all",), {"version": NEW, "targets": ["new"], **before}, passes=every("post", "router")
            ),
        },
    )


# -- routers ----------------------------------------------------------------------------------------------------------

OLDEST, BGP = "5.4.0-12.el7", "6.1.4-23.el7"

TROUBLED = [
    router("errors"),
    router("unsettled", nodes=[{"name": "u1", "state": "Resynchronizing"}]),
    router("alarmed"),
    router("full"),
    router("twin"),
    router("mixed", nodes=[{"name": "m1"}, {"name": "m2", "version": LOW}]),
    router("busy"),
    router("cut", "x1", "x2"),
    router("stopped", nodes=[{"name": "s1", "service": "offline"}, {"name": "s2", "service": "offline"}]),
    router("sick"),
    router("newer", version=BETWEEN),
    router("bgp", version=BGP),
    router("oldest", version=OLDEST),
]
FAMILY = "routing default-instance routing-protocol bgp neighbor 10.0.0.1 address-family ipv4-unicast"

ROUTER_FAULTS = (
    {"type": "asset_errors", "router": "errors"},
    {"type": "critical_alarm", "node": "alarmed-node.alarmed"},
    {"type": "disk_low", "router": "full"},
    {"type": "duplicate_asset", "router": "twin"},
    {"type": "mid_operation", "router": "busy", "ends": "never"},
    {"type": "pair_link_down", "router": "cut"},
    {"type": "health_check_fails", "router": "sick"},
)

#: What is wrong with a router for itself, whatever it is to be upgraded to.
STANDING = (
    Fires("router_known", "moon", "fail", ("'show assets' lists no node of moon", "resource groups")),
    Fires("asset_errors", "errors", "warn", ("errors-node has 1", "Message timed out", "show assets errors")),
    Fires("asset_settled", "unsettled", "fail", ("u1 Resynchronizing", "Wait until it is")),
    Fires("critical_alarms", "alarmed", "fail", ("IDP engine unable to start", "allow_alarms")),
    Fires("duplicate_assets", "twin", "fail", ("duplicate asset with id 'twin-node.twin'", "an asset id of its own")),
    Fires("mismatch_alarm", "mixed", "fail", ("m1.mixed has a software version", "Bring both nodes")),
    Fires("same_version", "mixed", "fail", ("m1 6.3.0-107.r1", "m2 6.3.3-40.r2")),
    Fires("pair_connected", "cut", "fail", ("x1.cut to x2.cut: disconnected", "the other could not take over")),
    Fires("pair_in_sync", "cut", "fail", ("the pair is not in sync", "x2.cut is Disconnected", "would take over")),
    Fires("pair_in_sync", "stopped", "fail", ("the pair is not in sync", "of s1.stopped is Disconnected")),
    Fires("service_running", "s1.stopped", "fail", ("the service does not run", "offline")),
    Fires("service_running", "s2.stopped", "fail", ("the service does not run", "offline")),
    Fires("vendor_health_check", "sick", "fail", ("System Processes Check",)),
    Fires("vendor_health_check", "stopped", "fail", ("System Processes Check",)),
)


def troubled() -> World:
    """Routers with one trouble each, which are to get the release that their conductor runs."""
    scenario = authority(*TROUBLED, releases=RELEASES, configuration=[f"config authority router bgp {FAMILY}"])
    scenario["routers"][0]["nodes"][0]["plugins"] = {"128T-ha-sync-redundancy": "1.2.0"}
    names = {"targets": [*(spec["name"] for spec in TROUBLED), "moon"], "unknown_targets": "block"}
    errors_only = {"targets": ["errors"]}
    return World(
        scenario,
        {
            "before": Look(
                "pre",
                ("all",),
                {"version": NEW, **names},
                fires=(
                    *STANDING,
                    Fires("disk_space", "full-node.full", "fail", ("/ (95 % used)", "/var/log/128technology")),
                    Fires("critical_alarms", "full", "fail", ("disk space low", "a disk is nearly full")),
                    Fires("no_operation_running", "busy", "fail", ("an operation seems to run", "Wait for its end")),
                    Fires(
                        "not_older",
                        "newer-node.newer",
                        "fail",
                        ("older than 6.3.6-1.r1", "software_downgrade"),
                    ),
                    Fires("revert_possible", "bgp", "warn", ("this router has such blocks", "keep the export")),
                    Fires("upgrade_path", "oldest", "warn", ("up to 5.4.0", "console access"), ("I95-60465",)),
                ),
            ),
            "too new": Look(
                "pre",
                ("conductor_not_older", "version_available"),
                {"version": "7.2.9", **errors_only},
                fires=(
                    Fires(
                        "conductor_not_older",
                        "errors",
                        "fail",
                        (NEW.removesuffix(".el7"), "upgrade the conductor first"),
                    ),
                    Fires("version_available", "errors", "fail", ("errors-node", "Import its image")),
                ),
            ),
            "plugins": Look(
                "pre",
                ("plugin_traps",),
                {"version": SEVEN, **errors_only},
                fires=(Fires("plugin_traps", "errors", "warn", ("ha-sync-redundancy", "bond"), ("1.2.0",)),),
            ),
            "late": Look(
                "pre",
                (TOO_LATE,),
                {"version": NEW, **errors_only},
                fires=(Fires("time_left", "errors", "fail", ("1 node and a revert", "another window")),),
            ),
            "conductor to 7": Look(
                "pre",
                ("settled_before",),
                {"version": SEVEN},
                fires=(Fires("settled_before", "c1.Conductor", "fail", ("u1.unsettled (Resynchronizing)", "by name")),),
            ),
            "after": Look(
                "post",
                ("all",),
                names,
                fires=(
                    *STANDING,
                    Fires("processes_led", "stopped", "fail", ("no node leads routingManager",)),
                    Fires("critical_alarms", "full", "warn", ("that stop nothing", "disk space low")),
                    Fires("critical_alarms", "stopped", "fail", ("nothing is forwarded", "longer than the 10 min")),
                ),
            ),
            "old version": Look(
                "post",
                ("version",),
                {"version": NEW, **errors_only},
                fires=(
                    Fires(
                        "version", "errors-node.errors", "fail", (f"runs {OLD.removesuffix('.el7')} instead of 6.3.5",)
                    ),
                ),
            ),
        },
        ROUTER_FAULTS,
    )


def mixed_types() -> World:
    """Pairs of an image-based and a package-based node: one for no reason, and one that is half done (rule 7)."""
    half = [{"name": "h1", "version": NEW}, {"name": "h2", "install_type": "package"}]
    differ = (
        Fires("same_install_type", "types", "fail", ("t1 image", "t2 package")),
        Fires("mismatch_alarm", "types", "fail", ("t1.types has a software installation type",)),
    )
    expected = tuple(
        Fires(name, "half", "warn", ("the pair is half done",))
        for name in ("same_version", "same_install_type", "mismatch_alarm")
    )
    lvm = tuple(Fires("upgrade_path", name, "warn", ("without LVM",)) for name in ("types", "half"))
    late = Fires("version", "h2.half", "fail", (f"runs {OLD.removesuffix('.el7')}",))
    return World(
        authority(router("types", "t1", "t2"), router("half", nodes=half)),
        {
            "before": Look(
                "pre", ("all",), {"version": NEW, "targets": ["types", "half"]}, fires=(*differ, *expected, *lvm)
            ),
            "after": Look("post", ("all",), {"targets": ["types"]}, fires=differ),
            "between": Look("post", ("all",), {"version": NEW, "targets": ["half"]}, fires=(*expected, late)),
        },
        ({"type": "mixed_install_types", "node": "t2.types"},),
    )


def ahead() -> World:
    """A conductor that is ahead of what its router is to get: that is offered to the router, and not to itself."""
    look = Look("pre", ("all",), {"version": NEW, "targets": ["hub"]}, passes=every("pre", "router", "time_left"))
    return World(authority(router("hub", "hub-1", "hub-2"), version=LATER, releases=RELEASES), {"before": look})


# -- the conductor ----------------------------------------------------------------------------------------------------

OFFLINE = "config authority router Conductor system software-update repository offline-mode true"


def poorly() -> World:
    """A conductor pair from which an upgrade should not be started, as three accounts see it."""
    scenario = authority(
        router("north", resource_groups=["north"]),
        router("south"),
        router("dead", nodes=[{"name": "d1", "state": "Disconnected", "in_status": "40d"}], resource_groups=["north"]),
        version=LOW,
        releases=RELEASES,
        users=[ADMIN, JUNIOR, REGIONAL],
        configuration=[OFFLINE],
        behaviour={"connectivity_hides": False},
    )
    known = ("c1 shows Peer Conductor Connectivity disconnected", "I95-63923")
    others = ("regional", "show config out-of-sync: dead", "show config locally-modified: south")
    lost = {"settled_before": ["north-node.north", "d1.dead"], "plugins_before": PLUGINS}
    return World(
        scenario,
        {
            "before": Look(
                "pre",
                ("all", PLENTY),
                {"version": NEW},
                fires=(
                    Fires("clean_candidate", "c1.Conductor", "fail", ("not committed", "restore config running")),
                    Fires("other_candidates", "c1.Conductor", "warn", ("everybody's candidate",), others),
                    Fires("conductors_settled", "c1.Conductor", "fail", known),
                    Fires("offline_traps", "c1.Conductor", "warn", ("offline mode", "installation-service")),
                ),
            ),
            "too far": Look(
                "pre",
                ("upgrade_path", "version_offered"),
                {"version": "7.1.3"},
                fires=(
                    Fires("upgrade_path", "c1.Conductor", "fail", ("6.3.5, 6.3.6 or 6.3.7 must come in between",)),
                    Fires("version_offered", "c1.Conductor", "fail", ("7.1.3 is not offered", NEW[:5], "Import")),
                ),
            ),
            "junior": Look(
                "pre",
                ("rights",),
                account=JUNIOR,
                fires=(Fires("rights", "c1.Conductor", "fail", ("may not run", "provisioning")),),
            ),
            "regional": Look(
                "pre",
                ("routers_visible",),
                account=REGIONAL,
                fires=(Fires("routers_visible", "c1.Conductor", "warn", ("1 node", "south-node.south")),),
            ),
            "after": Look(
                "post",
                ("assets_back", "plugins_kept"),
                lost,
                fires=(
                    Fires("assets_back", "c1.Conductor", "fail", ("1 of 2 assets", "d1.dead", "show assets")),
                    Fires("plugins_kept", "c1.Conductor", "fail", ("128T-dns-cache-router", "Install them again")),
                ),
            ),
        },
        (
            {"type": "dirty_candidate", "user": "admin"},
            {"type": "dirty_candidate", "user": "regional"},
            {"type": "locally_modified", "router": "south"},
            {"type": "minion_lost_conductor", "node": "c1.Conductor"},
        ),
    )


def a_router() -> World:
    """An address in ssr_conductors that is not the conductor's."""
    wrong = Fires("is_conductor", "c1.Conductor", "fail", ("is a router, not a conductor", "check ansible_host"))
    return World(
        authority(router("hub")), {"before": Look("pre", ("is_conductor",), fires=(wrong,))}, ("not_a_conductor",)
    )


def ancient() -> World:
    """A conductor that is too old for any command of an upgrade."""
    old = "5.6.8-3.el7"
    refused = Fires("release_supported", "c1.Conductor", "fail", (old.removesuffix(".el7"), "below 6.0", "installer"))
    return World(
        authority(router("hub", version=old), version=old, releases=[{"name": old}]),
        {"before": Look("pre", ("release_supported",), fires=(refused,))},
    )


def no_way_back() -> World:
    """Releases with Configuration Integrity, of which a router is to be taken to one without."""
    back = "7.1.1-3.r1.el9"
    refused = ("no Configuration Integrity", "revert")
    return World(
        authority(router("hub", version=SEVEN), version=SEVEN, releases=[{"name": back}, {"name": SEVEN}]),
        {
            "before": Look(
                "pre",
                ("upgrade_path", "not_older"),
                {"version": back, "targets": ["hub"]},
                fires=(
                    Fires("upgrade_path", "hub", "fail", refused, ("I95-48934",)),
                    Fires(
                        "not_older",
                        "hub-node.hub",
                        "fail",
                        ("7.1.1-3.r1 is older", "software_revert"),
                    ),
                ),
            )
        },
    )


def hidden() -> World:
    """A conductor that counts an asset which it does not list."""
    words = ("counts 4 assets", "lists 3", "Nobody watches what is not listed")
    return World(
        authority(router("hub"), router("lost")),
        {
            "before": Look(
                "pre", ("asset_list_complete",), fires=(Fires("asset_list_complete", "c1.Conductor", "warn", words),)
            )
        },
        ({"type": "asset_unlisted", "router": "lost"},),
    )


def prepared() -> World:
    """Nodes on which somebody has selected the other volume: of a router, of the conductor, and one that is done."""
    lies = {"previous": LOW}
    scenario = authority(
        router("set", nodes=[{"name": "set-node", **lies}]),
        router("hub", nodes=[{"name": "hub-1", **lies}, {"name": "hub-2", **lies}]),
        router("done", version=NEW, nodes=[{"name": "done-node", "previous": OLD}]),
        version=LATER,
        releases=RELEASES,
    )
    said = (
        f"volume b runs, and the next boot is set to volume a ({LOW.removesuffix('.el7')})",
        "somebody has prepared a change",
    )
    there = ("the next boot is set to volume a", "this node runs the requested version")
    own = ("volume b runs, and the next boot is set to volume a", "select volume b again")
    routers = {"version": NEW, "targets": ["set", "hub", "done"]}
    return World(
        scenario,
        {
            "routers": Look(
                "pre",
                ("boot_volume",),
                routers,
                fires=(
                    Fires("boot_volume", "set-node.set", "fail", said),
                    Fires("boot_volume", "hub-2.hub", "fail", said, ("selected for the next boot: a",)),
                    Fires("boot_volume", "done-node.done", "warn", there),
                ),
            ),
            "conductor": Look(
                "pre", ("boot_volume",), {"version": SEVEN}, fires=(Fires("boot_volume", "c1.Conductor", "fail", own),)
            ),
        },
        (
            {"type": "other_volume_selected", "router": "set"},
            {"type": "other_volume_selected", "node": "hub-2.hub"},
            {"type": "other_volume_selected", "router": "done"},
            {"type": "other_volume_selected", "node": "c1.Conductor"},
        ),
    )


MADE = (healthy, troubled, mixed_types, ahead, poorly, a_router, ancient, no_way_back, hidden, prepared)
WORLDS = {made.__name__: made() for made in MADE}


@pytest.mark.parametrize("name", WORLDS)
def test_what_fires_in_a_world_is_what_is_wrong_there(bench, name):
    world = WORLDS[name]
    b = bench({**world.scenario, "habits": TELLING}, faults=list(world.faults))
    run = b.play({title: look.task() for title, look in world.looks.items()})
    wrong = [line for title, look in world.looks.items() for line in differences(look, run[title], title)]
    assert not wrong, "\n".join(wrong)
    assert b.upgrades() == [] and b.reverts() == []


def differences(look: Look, result: dict[str, Any], title: str) -> list[str]:
    """What is not as the look says, in lines for a person."""
    checks = {(check["name"], check["target"]): check for check in result["checks"]}
    expected = {(fire.check, fire.target): fire for fire in look.fires}
    lines = [f"{key} did not fire" for key in expected if key not in checks]
    for key, check in checks.items():
        fires = expected.get(key)
        if fires is None and (
            check["state"] in ("warn", "fail") or (key[0] in look.passes and check["state"] != "pass")
        ):
            lines.append(f"{key} says {check['state']}: {check['reason']}")
        if fires is not None and not as_expected(fires, check):
            lines.append(f"{key} says {check['state']}: {check['reason']} [{check['evidence']}]; expected is {fires}")
    missing = look.passes - {name for name, _target in checks}
    lines += [f"{check} was not made" for check in sorted(missing)]
    return [f"{title}: {line}" for line in lines]


def as_expected(fires: Fires, check: dict[str, Any]) -> bool:
    reason, evidence = check["reason"].lower(), check["evidence"]
    return (
        check["state"] == fires.state
        and all(word.lower() in reason for word in fires.words)
        and all(word in evidence for word in fires.shown)
    )


def test_every_check_has_a_world_in_which_it_fires_and_one_in_which_it_does_not():
    """A new check needs both here."""
    looks = [look for world in WORLDS.values() for look in world.looks.values()]
    fires = {(look.stage, fire.check) for look in looks for fire in look.fires}
    quiet = {(look.stage, name) for look in looks for name in look.passes}
    known = {(stage, name) for name, check in CHECKS.items() for stage in check.stages}
    assert known - fires == set(), "no scenario in which it fires"
    assert known - quiet == set(), "no scenario in which it does not"
    assert fires <= known and quiet <= known, "these checks do not exist any more"

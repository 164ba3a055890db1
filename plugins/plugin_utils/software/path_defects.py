# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defects from the release notes, and the rules for upgrade steps that are affected by them. Pure.

A fix belongs to a stream (`7.1`): one in 7.1.7 says nothing about 7.2.0, although that is the higher number, because
the vendor merges by date (about_releases). So there is one table, :data:`REPAIRS`, and no comparison with a single
release. Sources: the release notes 6.2 to 7.2.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from .path_steps import PathRule, Span, Step, among, below, within
from .versions import Version

#: Our own advice for a router from 5.x to 7.x: the notes name the failure, and no release to step on.
STEPPING = Span((6, 0, 0), (6, 3, 99))

# A sender of the first list and a peer of the second never finish their key exchange (I95-66331).
_ESKM_SENDERS = (Span((7, 1, 0), (7, 1, 6)), Span((7, 2, 0), (7, 2, 1)))
_ESKM_PEERS = (Span((7, 0, 5), (7, 0, 5)), Span((7, 1, 7), (7, 1, 7)), Span((7, 2, 3), (7, 2, 3)))

#: By issue: the first patch of each stream that lists its fix. None: the stream lists none and is assumed to have the
#: defect. A stream that is not listed is older than the defect according to the notes, or newer than all of them.
REPAIRS: Mapping[str, Mapping[str, int | None]] = {
    # assets of a conductor that was upgraded
    "I95-65826": {"6.2": 14, "6.3": None, "7.0": None, "7.1": 7, "7.2": 3},
    "I95-66125": {"6.2": 15, "6.3": None, "7.0": None, "7.1": None, "7.2": 3},
    "I95-64696": {"7.0": 5, "7.1": 6, "7.2": 0},
    "I95-65535": {"7.0": 5, "7.1": 7, "7.2": 3},
    "I95-64464": {"7.0": 5, "7.1": 7, "7.2": 3},
    "I95-64063": {"7.0": 5, "7.1": 7, "7.2": 0},
    "I95-65609": {"7.1": 7, "7.2": 3},
    # the upgrade of a conductor
    "I95-65656": {"7.0": 5, "7.1": 7, "7.2": 3},
    "I95-64218": {"7.0": 5, "7.1": None, "7.2": None},
    "I95-63923": {"7.0": 5, "7.1": 3, "7.2": None},
    "I95-66067": {"7.0": 5, "7.1": 7, "7.2": 3},
    "I95-65354": {"7.0": 5, "7.1": 6, "7.2": 3},
    "I95-66196": {"7.0": None, "7.1": 7, "7.2": 3},
    # the upgrade of a router
    "I95-65486": {"7.0": 5, "7.1": 6, "7.2": 0},
    "I95-64541": {"7.0": 5, "7.1": 6, "7.2": 0},
    "I95-64152": {"7.0": 5, "7.1": 5, "7.2": 0},
    "I95-65680": {"6.2": 13, "6.3": None, "7.0": 5, "7.1": 7, "7.2": 3},
    "I95-65455": {"7.0": 5, "7.1": 6, "7.2": 0},
    "I95-65803": {"7.0": None, "7.1": 7, "7.2": 3},
    "I95-65393": {"7.0": None, "7.1": 6, "7.2": 0},
    "I95-64627": {"7.0": None, "7.1": 6, "7.2": 0},
    "I95-66238": {"7.0": None, "7.1": 7, "7.2": 3},
    "I95-65478": {"7.2": 3},
    "I95-64061": {"7.0": 5, "7.1": 6, "7.2": 0},
    # single platforms
    "I95-64521": {"7.1": 4},
    "I95-65299": {"7.1": 6, "7.2": 3},
    "I95-65610": {"7.1": 6, "7.2": 1},
    "I95-65769": {"7.1": 6, "7.2": 3},
    # downgrade and revert
    "I95-65691": {"7.0": None, "7.1": 6, "7.2": 3},
    "I95-65754": {"7.0": 5, "7.1": 7, "7.2": 3},
}


def lacks(version: Version | None, *issues: str) -> bool:
    """Whether the release lacks the fix of one of these issues. False for an unknown version."""
    if version is None:
        return False
    stream = f"{version.major}.{version.minor}"
    for issue in issues:
        repairs = REPAIRS[issue]
        if stream in repairs and (repairs[stream] is None or (version.patch or 0) < repairs[stream]):
            return True
    return False


def fixed_in(*issues: str) -> str:
    """In words: the releases with the fixes of all of these issues, and the streams that list none."""
    streams = sorted({stream for issue in issues for stream in REPAIRS[issue]})
    repaired, open_ = [], []
    for stream in streams:
        patches = [REPAIRS[issue][stream] for issue in issues if stream in REPAIRS[issue]]
        if None in patches:
            open_.append(stream)
        else:
            repaired.append(f"{stream}.{max(patches)}")
    words = f"fixed in {_listed(repaired)}" if repaired else "not fixed anywhere"
    return words + (f"; for {_listed(open_)} none is listed" if open_ else "")


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _eskm_meets(step: Step) -> bool:
    """Whether upgraded and not yet upgraded routers would be one of each list."""
    return any(
        among(step.running, old) and among(step.wanted, new)
        for old, new in ((_ESKM_SENDERS, _ESKM_PEERS), (_ESKM_PEERS, _ESKM_SENDERS))
    )


def _brings(step: Step, *issues: str) -> bool:
    """Whether the step introduces the defect. One that is present before is not due to the upgrade."""
    return lacks(step.wanted, *issues) and not lacks(step.running, *issues)


def _between_ssr400s(step: Step) -> bool:
    """Both releases run on an SSR400 or SSR440, which began with 7.1.0, and nothing says that it is another box."""
    return step.router_up and step.hardware != "other" and step.running is not None and step.running.at_least(7, 1)


def _ssr440_pair(step: Step) -> bool:
    return _between_ssr400s(step) and step.pair and lacks(step.wanted, "I95-64521")


_ASSETS_AWAY = ("I95-65826", "I95-66125", "I95-64696")
_ASSETS_SLOW = ("I95-65535", "I95-64464")
_SSR400 = ("I95-65299", "I95-65610", "I95-65769")
_OFFLINE = ("I95-66067", "I95-65354")
_CERTIFICATES = ("I95-65393", "I95-64627")

#: The rules that hang on a defect. A release with a new trap is a new row of both tables.
DEFECTS: tuple[PathRule, ...] = (
    PathRule(
        "router_from_5_straight_to_7",
        lambda step: step.router_up and below(step.running, 6, 0) and lacks(step.wanted, "I95-65486"),
        "warn",
        "From 5.5 straight to 7.x the forwarding process may crash, and the upgrade ends by its time-out "
        f"({fixed_in('I95-65486')}): go from {{running}} to a 6.x release first, or take one with the fix.",
        "I95-65486",
        via=STEPPING,
    ),
    PathRule(
        "key_exchange_between_releases",
        lambda step: step.role == "router" and _eskm_meets(step),
        "warn",
        "With enhanced key management (ESKM) a router on 7.1.0 to 7.1.6 or 7.2.0 to 7.2.1 and a peer on 7.0.5, 7.1.7 "
        "or 7.2.3 find no key, and their path stays down: move both ends in one window, and never revert only one.",
        "I95-66331",
    ),
    PathRule(
        "router_falls_back_to_6_3_0",
        lambda step: (
            step.router_up and within(step.running, (6, 3, 0), (6, 3, 0)) and within(step.wanted, (6, 3, 1), (6, 3, 4))
        ),
        "warn",
        "Routers have booted back into {running} after an upgrade from 6.3.0 to 6.3.3 (fixed in 6.3.5): take "
        "6.3.5 or newer.",
        "I95-60651",
    ),
    PathRule(
        "assets_stuck_below_6_3_5",
        lambda step: step.conductor_up and within(step.wanted, (6, 3, 0), (6, 3, 4)),
        "warn",
        "Under conductors below 6.3.5 assets have stayed in Connected or Reinitializing: 6.3.5 or newer has the fix.",
        "I95-59745, I95-60593, I95-60686, I95-61458",
    ),
    PathRule(
        "out_of_memory_from_6_2_5",
        lambda step: step.router_up and within(step.running, (6, 2, 5), (6, 2, 5)) and below(step.wanted, 6, 3),
        "warn",
        "An SSR120 or SSR130 may run out of memory in an upgrade from {running} (fixed in 6.3.0).",
        "I95-57692",
    ),
    PathRule(
        "aws_conductor_below_6_3",
        lambda step: step.conductor_up and below(step.wanted, 6, 3),
        "warn",
        "A conductor on AWS may refuse an upgrade to a release below 6.3.0, where a wrong package asks for a "
        "downgrade.",
        "I95-57114",
    ),
    PathRule(
        "idp_after_6_3_3",
        lambda step: step.router_up and within(step.wanted, (6, 3, 3), (6, 3, 3)),
        "warn",
        "On an SSR1300, SSR1400 or SSR1500 the IDP engine may not start after an upgrade to {wanted} (alarm 'IDP "
        "engine unable to start; reboot-required').",
        "I95-58622",
    ),
    PathRule(
        "idp_after_7_0_1",
        lambda step: step.router_up and within(step.wanted, (7, 0, 1), (7, 0, 1)),
        "warn",
        "On an SSR1500 the IDP engine does not start on {wanted}.",
        "I95-62836",
    ),
    PathRule(
        "ssr130_to_6_3_3",
        lambda step: step.router_up and within(step.wanted, (6, 3, 3), (6, 3, 3)),
        "warn",
        "An SSR130 with IDP needs 2 GB more of memory on {wanted}; the vendor advises against this release there.",
        "I95-60088, KB 2025-01-31",
    ),
    PathRule(
        "second_conductor_node_to_7",
        lambda step: step.conductor_up and step.pair and lacks(step.wanted, "I95-63923"),
        "warn",
        "The second node of a conductor may fail on its way to {wanted} because a minion lost its conductor "
        f"({fixed_in('I95-63923')}): both nodes must be settled before, and a second attempt may help.",
        "I95-63923",
    ),
    PathRule(
        "conductor_pair_fails_its_processes_check",
        lambda step: step.conductor_up and step.pair and lacks(step.wanted, "I95-64218"),
        "warn",
        "A node of a conductor pair may be reverted on its way to {wanted} by 'System Processes Check', which runs "
        f"too early ({fixed_in('I95-64218')}): a second attempt may help.",
        "I95-64218",
    ),
    PathRule(
        "conductor_health_check_times_out",
        lambda step: step.conductor_up and lacks(step.wanted, "I95-65656"),
        "warn",
        "The upgrade of a conductor to {wanted} may be reverted because its health check times out "
        f"({fixed_in('I95-65656')}): check the node before another attempt.",
        "I95-65656",
    ),
    PathRule(
        "assets_away_after_upgrade",
        # Of 6.x it is assumed and not known, so it is reported only where it is new there.
        lambda step: (
            step.conductor_up
            and lacks(step.wanted, *_ASSETS_AWAY)
            and (step.wanted.at_least(7) or _brings(step, *_ASSETS_AWAY))
        ),
        "warn",
        "After the upgrade of a conductor to {wanted} assets may be Disconnected for an hour or more, or come and go "
        f"({fixed_in(*_ASSETS_AWAY)}): allow for it before the routers are touched.",
        ", ".join(_ASSETS_AWAY),
    ),
    PathRule(
        "assets_synchronize_long_after_upgrade",
        lambda step: step.conductor_up and lacks(step.wanted, *_ASSETS_SLOW),
        "warn",
        "After the upgrade of a conductor to {wanted} assets may be Synchronizing for up to a day "
        f"({fixed_in(*_ASSETS_SLOW)}): allow for it before the routers are touched.",
        ", ".join(_ASSETS_SLOW),
    ),
    PathRule(
        "minions_restart_while_a_conductor_node_is_away",
        lambda step: step.conductor_up and step.pair and any(lacks(version, "I95-64063") for version in step.managed),
        "warn",
        "While one conductor node is away, the minions of some of its routers restart each minute, and assets come and "
        f"go ({fixed_in('I95-64063')}): that ends with both nodes back.",
        "I95-64063",
    ),
    PathRule(
        "onboarding_waits_after_upgrade",
        lambda step: step.conductor_up and step.wanted.at_least(7, 1, 3) and lacks(step.wanted, "I95-65609"),
        "warn",
        "After the upgrade of a conductor to {wanted} routers may wait in 'show secure-conductor-onboarding' "
        f"({fixed_in('I95-65609')}): a restart of 128T-secure-onboarding-server helps.",
        "I95-65609",
    ),
    PathRule(
        "offline_image_incomplete",
        lambda step: step.conductor_up and lacks(step.wanted, *_OFFLINE),
        "warn",
        "In offline mode the upgrade to {wanted} may end with 'Unpacker Failure', or miss packages of its ISO "
        f"({fixed_in(*_OFFLINE)}).",
        ", ".join(_OFFLINE),
    ),
    PathRule(
        "commits_fail_after_upgrade",
        lambda step: step.operation == "upgrade" and lacks(step.wanted, "I95-66196"),
        "warn",
        "After the upgrade to {wanted} commits may fail because of service routes for DNS over IPv6 that are made by "
        f"themselves ({fixed_in('I95-66196')}): validate the configuration before anybody needs to commit.",
        "I95-66196",
    ),
    PathRule(
        "pair_stuck_in_its_upgrade",
        lambda step: step.router_up and step.pair and lacks(step.wanted, "I95-64541"),
        "warn",
        "During the upgrade to {wanted} one node of a pair may stay Disconnected and the other upgrading, until both "
        f"are restarted ({fixed_in('I95-64541')}).",
        "I95-64541",
    ),
    PathRule(
        "router_stays_disconnected_after_boot",
        lambda step: step.router_up and lacks(step.conductor, "I95-64152"),
        "warn",
        "Under a conductor on {conductor} a router may stay Disconnected after its restart "
        f"({fixed_in('I95-64152')} of the conductor): 'send command reconnect' helps, and is sent by itself with "
        "reconnect_after.",
        "I95-64152",
    ),
    PathRule(
        "routing_manager_stuck_in_standby",
        lambda step: step.router_up and step.pair and _brings(step, "I95-65680"),
        "warn",
        "On {wanted} the routingManager of a pair may be stuck in STANDBY, and 'show system processes' says running "
        f"({fixed_in('I95-65680')}): check the routes of both nodes afterwards.",
        "I95-65680",
    ),
    PathRule(
        "ha_sync_without_address",
        lambda step: step.router_up and step.pair and lacks(step.wanted, "I95-65455"),
        "warn",
        "On {wanted} 'Wired Connection' may keep the interface between the nodes of a pair without an address "
        f"({fixed_in('I95-65455')}): check that the nodes are connected after the first of them.",
        "I95-65455",
    ),
    PathRule(
        "bond_routes_missing",
        lambda step: step.router_up and lacks(step.wanted, "I95-65803"),
        "warn",
        "After the upgrade to {wanted} the connected routes of bond interfaces may be missing "
        f"({fixed_in('I95-65803')}).",
        "I95-65803",
    ),
    PathRule(
        "certificates_after_upgrade",
        lambda step: step.router_up and lacks(step.wanted, *_CERTIFICATES),
        "warn",
        "After the upgrade to {wanted} a certificate may be missing, with peers down, or a false alarm may report one "
        f"({fixed_in(*_CERTIFICATES)}).",
        ", ".join(_CERTIFICATES),
    ),
    PathRule(
        "time_servers_rejected",
        lambda step: step.router_up and lacks(step.wanted, "I95-66238"),
        "warn",
        f"After a boot on {{wanted}} time servers may be rejected ({fixed_in('I95-66238')}).",
        "I95-66238, I95-64603, I95-65431",
    ),
    PathRule(
        "newer_mist_agent",
        lambda step: step.router_up and lacks(step.wanted, "I95-65478"),
        "warn",
        "A router whose mist-agent is newer than the one of {wanted} cannot be upgraded to it "
        f"({fixed_in('I95-65478')}).",
        "I95-65478",
    ),
    PathRule(
        "azure_hangs",
        lambda step: step.operation == "upgrade" and step.wanted.at_least(7, 1, 3) and lacks(step.wanted, "I95-64061"),
        "warn",
        "On Azure the kernel may hang after an upgrade to {wanted}, until the machine is restarted "
        f"({fixed_in('I95-64061')}).",
        "I95-64061",
    ),
    # -- single platforms: they are seldom known
    PathRule(
        "ssr440_pair",
        lambda step: _ssr440_pair(step) and step.hardware == "ssr440",
        "block",
        "A pair of SSR440 on {running} fails on its way to {wanted}: ha-0-0 is missing, and the health check fails "
        f"({fixed_in('I95-64521')}). Take a release with the fix.",
        "I95-64521",
    ),
    PathRule(
        "ssr440_pair_perhaps",
        lambda step: _ssr440_pair(step) and step.hardware != "ssr440",
        "warn",
        "Whether this is a pair of SSR440 is not known: if it is, it fails on its way to {wanted}, since the interface "
        f"ha-0-0 is missing ({fixed_in('I95-64521')}). In that case take a release with the fix.",
        "I95-64521",
    ),
    PathRule(
        "ssr400_not_to_7_1_3",
        lambda step: (
            _between_ssr400s(step) and within(step.wanted, (7, 1, 3), (7, 1, 3)) and step.running < step.wanted
        ),
        "warn",
        "The vendor advises against {wanted} on an SSR400 or SSR440: take another release there.",
        "release notes 7.1 (7.1.4)",
    ),
    PathRule(
        "ssr400_upgrades",
        lambda step: _between_ssr400s(step) and lacks(step.wanted, *_SSR400),
        "warn",
        "An SSR400 or SSR440 may lose its conductor or revert by itself on its way to {wanted} "
        f"({fixed_in(*_SSR400)}).",
        ", ".join(_SSR400),
    ),
    # -- downgrade and revert
    PathRule(
        "downgrade_of_a_pair_crashes",
        lambda step: (
            step.operation == "downgrade" and step.role == "router" and step.pair and lacks(step.running, "I95-65754")
        ),
        "warn",
        "On {running} the forwarding process may crash when a node of a pair is shut down for a downgrade "
        f"({fixed_in('I95-65754')}).",
        "I95-65754",
    ),
    PathRule(
        "one_node_back_stays_disconnected",
        lambda step: step.back and step.role == "router" and step.pair and lacks(step.running, "I95-65691"),
        "warn",
        "When one node of a pair goes back from {running}, it may stay disconnected "
        f"({fixed_in('I95-65691')}): check both nodes afterwards.",
        "I95-65691",
    ),
)

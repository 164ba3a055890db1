# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which release may follow which: the table of rules. Pure.

Sources: intro_upgrading, intro_upgrade_considerations, intro_rollback, upgrade_ibu_conductor, upgrade_router, CLI-7.2,
and the release notes (6.2 to 7.2, with the I95 numbers that they use). A rule blocks only if the versions alone
prove it; what depends on something that they do not show (a virtual machine, a cloud image, a protocol) warns.
"""

from __future__ import annotations

from .path_defects import DEFECTS
from .path_steps import PathRule, Span, Step, below, since, within
from .versions import Version, try_parse

#: Releases that lead a conductor from 6.3.4 or lower to 7.x (intro_upgrade_considerations).
TRANSITIONAL = Span((6, 3, 5), (6, 3, 7))
#: The first release of a conductor whose PCLI has a command for its own upgrade (CLI-5.x, CLI-6.0).
FIRST_WITH_COMMAND = (6, 0)
NO_COMMAND = "conductors below 6.0 have no upgrade command in the PCLI. Upgrade it with the vendor's installer first"
#: From here on no downgrade leads to a release before it, and a revert does (I95-48934, intro_rollback).
CONFIGURATION_INTEGRITY = (7, 1, 3)
#: From here on a router gets the image, if its conductor runs 6.3 or newer (upgrade_router).
IMAGE_FROM = (6, 1)

# Which plugin version 5.3 asks for (intro_upgrade_considerations, "prior to upgrading the SSR conductor").
_PLUGINS_OF_5_3 = {
    "dns-cache": (3, 2, 1),
    "dns-app-id": (3, 1, 3),
    "ha-sync-redundancy": (1, 1, 0),
    "icmp-reachability-detection": (3, 0, 3),
    "wireguard": (2, 0, 3),
}
_PLUGIN_LIST = ", ".join(f"{name} {'.'.join(map(str, version))}" for name, version in _PLUGINS_OF_5_3.items())


def exceeds(version: Version, conductor: Version, rule: str = "strict") -> bool:
    """Whether the version is newer than the conductor may manage (intro_upgrading). ``rule`` as in :class:`Step`."""
    parts = 2 if rule == "minor" else 3
    return version.numbers[:parts] > conductor.numbers[:parts]


def _too_new(step: Step) -> bool:
    return step.conductor is not None and exceeds(step.wanted, step.conductor, step.rule)


def _newer_managed(step: Step) -> bool:
    return any(exceeds(version, step.wanted, step.rule) for version in step.managed)


def has_no_command(conductor: Version | None) -> bool:
    """Whether this conductor cannot be upgraded through its PCLI."""
    return below(conductor, *FIRST_WITH_COMMAND)


def needs_settled_assets(step: Step) -> bool:
    """Whether every managed asset must be settled before this step of a conductor (upgrade_ibu_conductor)."""
    return step.conductor_up and since(step.running, 6, 3, 5) and step.reaches(7)


def converts(step: Step) -> bool:
    """Whether this upgrade converts a package-based node to an image-based one (upgrade_ibu_conductor, notes of 7.2).

    Its conductor must run 6.3 or newer: a conductor's own first step to 6.3 is still made with packages.
    """
    return (
        step.operation == "upgrade"
        and step.install_type == "package"
        and since(step.driver, 6, 3)
        and step.wanted.at_least(*IMAGE_FROM)
    )


def _plugin(step: Step, name: str) -> str | None:
    """The version of an installed plugin. Packages bear its name with something around it (`128T-dns-cache-router`)."""
    return next((version for shown, version in step.plugins.items() if name in shown.lower()), None)


def _old_plugins(step: Step) -> bool:
    for name, needed in _PLUGINS_OF_5_3.items():
        version = try_parse(_plugin(step, name))
        if version is not None and not version.at_least(*needed):
            return True
    return False


def _from_5_1_or_5_2(step: Step) -> bool:
    return step.conductor_up and within(step.running, (5, 1, 0), (5, 2, 999)) and step.wanted.at_least(5, 3)


#: Every rule; those about a defect are in path_defects.py. A release with a new trap is a new row, and nothing
#: else in the collection knows of these releases.
RULES: tuple[PathRule, ...] = (
    # -- a router and its conductor
    PathRule(
        "router_not_newer_than_conductor",
        lambda step: step.role == "router" and step.operation != "revert" and _too_new(step),
        "block",
        "Version {wanted} is newer than {conductor}, which the conductor runs. A router never runs a newer release "
        "than its conductor: upgrade the conductor first, or name an older version.",
        "intro_upgrading",
    ),
    PathRule(
        "router_from_6_3_5_needs_conductor_6_3_5",
        lambda step: (
            step.role == "router"
            and step.operation != "revert"
            and step.wanted.at_least(6, 3, 5)
            and below(step.conductor, 6, 3, 5)
            and not _too_new(step)
        ),
        "block",
        "A router on {wanted} needs a conductor on 6.3.5 or newer, whatever the rule for versions, and this one runs "
        "{conductor}: upgrade the conductor first.",
        "intro_upgrading",
    ),
    PathRule(
        "router_to_5_4_0_under_6_3_5",
        lambda step: (
            step.role == "router"
            and step.operation != "revert"
            and below(step.wanted, 5, 4, 1)
            and since(step.conductor, 6, 3, 5)
        ),
        "block",
        "A router on {wanted} cannot be managed by a conductor on {conductor}: routers up to 5.4.0 are not compatible "
        "with 6.3.5 and newer. Name a newer version.",
        "I95-60465",
    ),
    PathRule(
        "router_from_5_4_0_under_6_3_5",
        lambda step: (
            step.router_up
            and below(step.running, 5, 4, 1)
            and since(step.conductor, 6, 3, 5)
            and step.wanted.at_least(5, 4, 1)
        ),
        "warn",
        "The router runs {running}, and routers up to 5.4.0 are not compatible with a conductor on 6.3.5 or newer "
        "(this one runs {conductor}). The upgrade solves that, but may fail itself: have console access ready.",
        "I95-60465",
    ),
    PathRule(
        "conductor_to_6_3_5_with_old_routers",
        lambda step: (
            step.conductor_up and step.reaches(6, 3, 5) and any(below(version, 5, 4, 1) for version in step.managed)
        ),
        "block",
        "This conductor manages routers up to 5.4.0, which are not compatible with {wanted} (6.3.5 and newer): "
        "upgrade them to a release above 5.4.0 first.",
        "I95-60465",
    ),
    PathRule(
        "conductor_back_below_routers",
        lambda step: step.role == "conductor" and step.back and _newer_managed(step),
        "block",
        "A router of this conductor runs something newer than {wanted}, and would no longer be managed: revert the "
        "routers first.",
        "intro_upgrading",
    ),
    # -- the steps of a conductor
    PathRule(
        "conductor_from_below_6_0",
        lambda step: step.conductor_up and has_no_command(step.running),
        "block",
        f"The conductor runs {{running}}; {NO_COMMAND}.",
        "CLI-5.x, CLI-6.0",
    ),
    PathRule(
        "conductor_to_7_through_6_3_5",
        lambda step: step.conductor_up and below(step.running, 6, 3, 5) and step.wanted.at_least(7),
        "block",
        "A conductor on {running} does not go to {wanted} directly: 6.3.5, 6.3.6 or 6.3.7 must come in between, and "
        "after it every managed asset must be settled again. Routers do not need that step.",
        "intro_upgrade_considerations, release notes 7.2",
        via=TRANSITIONAL,
    ),
    PathRule(
        "assets_settled_before_7",
        lambda step: needs_settled_assets(step) and bool(step.unsettled),
        "block",
        "Not every managed asset is settled, and those that are not may be unable to speak with a conductor on "
        "{wanted}: wait until all of them are settled under {running}, or accept those that cannot be by name.",
        "upgrade_ibu_conductor",
    ),
    PathRule(
        "assets_counted_before_7",
        lambda step: needs_settled_assets(step) and step.unsettled is None,
        "warn",
        "Every managed asset must be settled under {running} before the conductor goes to {wanted}; those that are "
        "not may be unable to speak with it afterwards.",
        "upgrade_ibu_conductor",
    ),
    PathRule(
        "first_step_to_6_3_by_packages",
        lambda step: step.conductor_up and step.reaches(6, 3),
        "warn",
        "The first upgrade of a conductor to 6.3 is made with packages; the conversion to images, and the disk space "
        "that it needs, comes with the next one. Install Type stays Package until then.",
        "release notes 7.2, upgrade_ibu_conductor",
    ),
    PathRule(
        "pair_from_below_6_3_node_by_node",
        lambda step: step.conductor_up and step.pair and step.reaches(6, 3),
        "warn",
        "The two nodes of a conductor below 6.3 are upgraded one after the other, each from its own login: the "
        "upgrade of the second one from the first fails. Assets stay Disconnected until both are done.",
        "I95-56628, upgrade_ibu_conductor",
    ),
    PathRule(
        "offline_needs_installation_service",
        lambda step: (
            step.conductor_up
            and within(step.running, (6, 3, 0), (6, 3, 999))
            and within(step.wanted, (6, 3, 0), (6, 3, 999))
        ),
        "warn",
        "In offline mode a conductor fails from {running} to {wanted} ('SSR upgrade failed after reboot') unless "
        "'request system software upgrade installation-service' is run first, after the import of the ISO.",
        "release notes 6.3 to 7.2",
    ),
    # -- from packages to images
    PathRule(
        "conversion_needs_disk",
        converts,
        "warn",
        "This upgrade converts the node from packages to images: the disk is split in two, so about half of it must "
        "be free, or the upgrade fails. Delete old archives in /var/log/128technology and ISO files first.",
        "release notes 7.2, upgrade_ibu_conductor",
    ),
    PathRule(
        "conversion_needs_lvm",
        converts,
        "warn",
        "If this is a cloud image without LVM, it cannot be converted to images and cannot be upgraded to {wanted}: "
        "rebuild such an instance.",
        "release notes 7.2",
    ),
    PathRule(
        "vm_interface_names",
        lambda step: (
            step.operation == "upgrade"
            and step.reaches(7)
            and step.install_type != "image"
            and (below(step.running, 6, 3) or step.install_type == "package")
        ),
        "warn",
        "On a virtual machine that was installed with packages, the Linux interfaces change their names with 7.x "
        "(ethX goes): management interfaces that are configured in Linux may lose their address. Have console access "
        "ready.",
        "release notes 7.2",
    ),
    # -- plugins and the installer
    PathRule(
        "plugins_too_old_for_5_3",
        lambda step: _from_5_1_or_5_2(step) and _old_plugins(step),
        "block",
        f"A plugin of this conductor is too old for {{wanted}}. From 5.1 or 5.2 these are needed first, or newer: "
        f"{_PLUGIN_LIST}.",
        "intro_upgrade_considerations",
    ),
    PathRule(
        "plugins_unseen_before_5_3",
        lambda step: _from_5_1_or_5_2(step) and not step.plugins,
        "warn",
        f"From 5.1 or 5.2 to {{wanted}} these plugins are needed first where they are installed, or newer: "
        f"{_PLUGIN_LIST}.",
        "intro_upgrade_considerations",
    ),
    PathRule(
        "installer_before_5_4",
        lambda step: (
            step.operation == "upgrade"
            and step.wanted.at_least(5, 4)
            and below(step.running, 6, 3)
            and (below(step.running, 5, 4) or below(step.wanted, 6, 3))
        ),
        "warn",
        "Before 6.3 the Installer must be brought up to date (3.1.0 or newer) before an upgrade to {wanted}, or a "
        "later rollback may fail.",
        "intro_upgrade_considerations",
    ),
    PathRule(
        "ha_sync_redundancy_and_7",
        lambda step: (
            step.operation == "upgrade" and step.reaches(7) and _plugin(step, "ha-sync-redundancy") is not None
        ),
        "warn",
        "The plugin ha-sync-redundancy does not work with 7.0.1: go to 7.2 or newer, and put a bond interface in its "
        "place.",
        "intro_upgrade_considerations, release notes 7.2",
    ),
    PathRule(
        "team_interface_and_7",
        lambda step: step.operation == "upgrade" and step.pair and step.reaches(7),
        "warn",
        "The team interface went away with 7.0.1: a pair that uses one between its nodes needs a bond interface "
        "(7.2). A conductor with a router between its nodes must change its static route.",
        "release notes 7.0",
    ),
    # -- downgrade and revert
    PathRule(
        "downgrade_from_7_to_6",
        lambda step: step.operation == "downgrade" and step.leaves(7),
        "block",
        "A node on {running} cannot be downgraded to {wanted}: from 7.x no 6.x or older release can be installed. "
        "Only a revert to the previous version is possible.",
        "release notes 7.2",
    ),
    PathRule(
        "downgrade_below_configuration_integrity",
        lambda step: step.operation == "downgrade" and step.leaves(*CONFIGURATION_INTEGRITY),
        "block",
        "A node on {running} cannot be downgraded to {wanted}, which has no Configuration Integrity (7.1.3). A revert "
        "to the previous version is supported.",
        "I95-48934, intro_rollback",
    ),
    PathRule(
        "downgrade_command_missing",
        lambda step: step.operation == "downgrade" and below(step.driver, 6, 3),
        "block",
        "A conductor below 6.3 has no command for a downgrade. Go one step back by a revert.",
        "CLI-6.0",
    ),
    PathRule(
        "downgrade_command_from_6_3_3",
        lambda step: step.operation == "downgrade" and within(step.driver, (6, 3, 0), (6, 3, 2)),
        "warn",
        "The downgrade is announced with 6.3.3, so this conductor may refuse it.",
        "I95-51685, I95-59054",
    ),
    PathRule(
        "downgrade_of_a_pair",
        lambda step: step.operation == "downgrade" and step.pair and step.conductor_orders is None,
        "warn",
        "The conductor does not downgrade the nodes of a pair one after the other by itself: name one node at a time, "
        "or both at once (simultaneous).",
        "CLI-7.2",
    ),
    PathRule(
        "downgrade_of_a_pair_by_the_conductor",
        lambda step: step.operation == "downgrade" and step.pair and step.conductor_orders,
        "block",
        "The conductor does not downgrade the nodes of a pair one after the other by itself. Set sequencing to node, "
        "or simultaneous.",
        "CLI-7.2",
    ),
    PathRule(
        "bgp_closes_the_way_back",
        lambda step: step.operation == "upgrade" and step.reaches(6, 2),
        "warn",
        "Where a BGP neighbor has an address-family, going back from {wanted} to below 6.2 fails: keep the export, "
        "and delete those blocks before going back.",
        "I95-54856",
    ),
    PathRule(
        "bgp_before_going_back",
        lambda step: step.back and step.leaves(6, 2),
        "warn",
        "Going back to {wanted} fails where a BGP neighbor has an address-family: copy and delete those blocks first.",
        "I95-54856",
    ),
    *DEFECTS,
)

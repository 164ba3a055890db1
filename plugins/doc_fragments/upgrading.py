# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the requests that move a node to a named version have in common, upgrades and downgrades."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  several_builds:
    description:
      - What to do when more than one build fits O(version). V(refuse) fails and lists them; V(newest) takes the newest.
      - Choose V(newest) only where it does not matter which build the night ends with, or where O(version) is a full
        version anyway.
    type: str
    choices: [refuse, newest]
    default: refuse
  sequencing:
    description:
      - Who orders the nodes of a router. With V(node) each node gets a command of its own, in the order of O(order),
        and is proven before the next.
      - With V(vendor) the conductor gets one command for the router and sequences its nodes by itself.
        O(upgrade_timeout) then counts once for each node, and nothing is reverted by this module. It exists from 6.3
        on. For routers the conductor begins with the node that is in standby (upgrade_router); for conductors the order
        is not documented. A O(resource_group) is then sent as it is.
      - Below 6.3 no command takes a node of a router, so there it is V(vendor) in any case.
    type: str
    choices: [node, vendor]
    default: node
  simultaneous:
    description:
      - Whether both nodes of a router are worked on at the same time, which is faster and interrupts service.
      - It is refused for the conductor's own router. Valid only for a target that is the name of a router.
    type: bool
    default: false
  skip_package_transfer:
    description:
      - Whether packages that were installed on top of the running image are left behind instead of carried over to the
        new one.
      - Valid for image-based nodes only; refused for others.
    type: bool
    default: false
  skip_pre_check:
    description:
      - Whether the vendor's own check before the operation is left out, which prevents it from starting when it fails.
      - Set it only when this check is known to be wrong. Releases spell the argument differently; the one that this
        conductor offers is sent.
    type: bool
    default: false
  skip_health_check:
    description:
      - Whether the vendor's own check after the operation is left out, which reverts the node by itself when it fails.
      - Set it only when this check is known to be wrong. O(health_check) is another one, which is asked for by this
        module.
    type: bool
    default: false
  no_revert:
    description:
      - Whether a node stays as it is when the operation fails, instead of going back by itself. Set it to look at a
        failure on the node.
      - Not offered by every release; where it is not, nothing is sent.
    type: bool
    default: false
  cohort_id:
    description:
      - A cohort id that the conductor assigns to the operation. The vendor documents no more than that; leave it out if
        you have no use for it.
    type: str
  force:
    description:
      - Whether the argument C(force) is sent, with which the conductor does not ask for confirmation. Without it the
        question is answered with yes.
      - Below 6.3 the command has no such argument, and the question is answered in any case.
    type: bool
    default: true
  recorded_version:
    description:
      - What the targets ran when the whole run began, where that is known from before.
      - A target that runs the wanted version without a command of this task is then V(done) with
        RV(by_router.router_name.nodes[].moved_by_itself), instead of V(up_to_date). The vendor's documents contradict
        each other on whether upgrading one node of a pair also upgrades the other.
      - Give it where a pair is upgraded by two tasks.
    type: str
  ignore_running_operation:
    description:
      - Whether the command is sent although an operation seems to run on the node, a command of an earlier run is still
        open in the O(journal), or the node is not settled.
      - Set it only after you have made sure on the node that nothing runs, for instance when the conductor goes on
        showing an operation that is over.
    type: bool
    default: false
  assets_count:
    description:
      - Whether the states of assets count. From 6.3 on they do; below, this module leaves them out by itself.
      - Set it to V(false) between the two nodes of a conductor pair that comes from below 6.3. All assets show
        Disconnected until both nodes run the new release (upgrade_ibu_conductor), so the node's own session decides.
        RV(sessionsmart.ssr.software_info#module:assets_count), asked before the first node is upgraded, is the value to
        give.
    type: bool
    default: true
  health_check:
    description:
      - Whether the vendor's own health check of a node (C(request system software health-check)) is asked for once it
        is settled on the wanted version. It exists from 6.3 on.
      - Turn it off where M(sessionsmart.ssr.health_check) follows, which asks for it too.
    type: bool
    default: true
  health_check_unknown:
    description:
      - What an answer of this health check means that cannot be read. What it prints is documented nowhere.
      - With V(warn) the node is V(done), with a warning. With V(hold) it is V(held), and the next node is not touched.
        Choose that where a person is at hand to read the answer.
    type: str
    choices: [warn, hold]
    default: warn
  download:
    description:
      - Whether a release that is not on a node of a router is downloaded first. Whether the command itself would fetch
        it is documented nowhere. It does not concern the conductor's own nodes.
      - Turn it off where the release was brought to all nodes by day, and nothing may be fetched at night.
    type: bool
    default: true
  download_first:
    description:
      - How far the downloads run ahead. They go in the order of the upgrades, beside them and never in their places,
        and no upgrade waits for the download of another router.
      - With V(true) they begin with all routers of this task at once, as far as O(downloads_in_flight) lets them. With
        V(false) no download begins while O(in_flight) routers that have the release wait for their upgrade, so that a
        night that is stopped has brought little that is not used.
    type: bool
    default: true
  sequenced:
    description:
      - Whether of a pair only one node downloads at a time, so that the second can fetch the release from the first
        instead of over the line (command reference of 7.2). It concerns pairs of which both nodes need the release.
      - Set it for pairs behind a thin line; refused where the release of the conductor does not offer it.
    type: bool
    default: false
  downloads_in_flight:
    description:
      - How many downloads run at once. Those of routers all come through the conductor. One that nothing readable is
        told of does not count.
      - Lower it for thin lines, raise it for a conductor that is well connected.
    type: int
    default: 5
  download_timeout:
    description:
      - Seconds until the release must be on a node. When they are over, the router ends as V(blocked) and was not
        upgraded; the download goes on. It is also for so long that an upgrade is tried again, with growing pauses,
        which the conductor refuses since the release is not there yet.
      - The default is above the vendor's own limit of 10800 s (config-smart-download). Raise it where the configuration
        under C(software-update) sets a longer one.
    type: int
    default: 11700
  download_silence:
    description:
      - Seconds for which the figures of a download may stand still. Then the router ends as V(blocked), as one whose
        download fails. A time that goes on is no progress. Where no figures are told, O(download_timeout) ends it.
      - For so long something readable is waited for, too, since the layout of the status commands is documented
        nowhere. That happens once in a task. Afterwards the upgrades are tried, and the conductor has the last word.
      - Raise it for lines on which a download stands still for longer.
    type: int
    default: 900
  revert:
    description:
      - Whether a node of a router is taken back to the version from before when the node itself is bad. That is so
        where its service is down or its own health check failed in clear words. Anything else is never reverted.
      - Turn it off where a person looks at a bad node first.
    type: bool
    default: true
  blocked:
    description:
      - Routers that are not to be touched, each with the reason why, such as
        RV(sessionsmart.ssr.precheck#module:blocked_routers). They end as V(blocked).
      - A router at which something runs already is followed all the same.
      - Give it where M(sessionsmart.ssr.precheck) has run for the same routers.
    type: dict
    default: {}
  compare:
    description:
      - Whether a router is compared, after each of its nodes, with what it was like before (versions, assets, services,
        alarms, connectivity of its nodes, processes, primaries, peer paths, interfaces, and BGP neighbours).
      - What worked before and surely does not any more is a loss, and O(on_regression) says what follows. What was bad
        before, what cannot be read, and what leads to a router that is being worked on or is not settled is none.
      - It costs about seven commands for each router before, and again after each of its nodes. Turn it off where
        something else watches the routers.
    type: bool
    default: true
  on_regression:
    description:
      - What follows when a router has lost something that is not local to the node, such as a peer path. With V(hold)
        its other node is not touched, and it ends as V(held) for a person to look at.
      - With V(revert) the node is taken back as well. Choose it where a lost path is worse than a night without the
        upgrade; a neighbour that reboots just then does not count.
    type: str
    choices: [hold, revert]
    default: hold
  newer:
    description:
      - What to do with a router that runs something newer than the wanted version. With V(skip) it ends as V(skipped),
        which is no failure; with V(block) it ends as V(blocked), and its host fails.
      - Choose V(block) where every router must end with the same version. It has no meaning for a downgrade.
    type: str
    choices: [skip, block]
    default: skip
  version_rule:
    description:
      - How the releases of a conductor and of its routers must compare. With V(strict) the wanted release may not be
        newer than the conductor's in major, minor or patch, which holds since the time of 6.3.5; with V(minor) only
        major and minor count, the older rule of the vendor's.
      - A router from 6.3.5 on needs a conductor from 6.3.5 on in any case. Choose V(minor) only where the vendor's
        support has said so for the releases at hand.
    type: str
    choices: [strict, minor]
    default: strict
  expected_download:
    description:
      - Seconds that a download is expected to need. It counts for O(start_deadline), for O(window_end), and for the
        time that is told to be left, until this run has seen better numbers.
      - Where nothing readable is told of downloads, or no figure, nobody knows whether they go on. Then
        O(downloads_in_flight) others begin after so many seconds, and no upgrade waits for them.
      - Set it to what your own lines need.
    type: int
    default: 900
  expected_upgrade:
    description:
      - Seconds that a node is expected to need from the command until it is settled on the wanted version. It counts
        like O(expected_download).
      - Set it to what your own routers need.
    type: int
    default: 1800
  reconnect_after:
    description:
      - Seconds for which an asset may stay away after its operation before the conductor is asked once to connect to it
        anew (C(send command reconnect)). V(0) never asks.
      - Set it, for instance to V(1800), on releases where assets are known to stay away until that is done (release
        notes, I95-64152).
    type: int
    default: 0
"""

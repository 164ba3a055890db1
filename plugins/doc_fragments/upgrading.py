# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the requests that move a node to a named version have in common, upgrades and downgrades."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  approved_plan:
    description:
      - The C(change.json) of a plan that was approved, which M(sessionsmart.ssr.change_document) has written. The task
        is bound to it. It may do less, such as leave a router alone that is offline or up to date, but never more, and
        nothing else.
      - Another version, router, command or order of nodes, larger batches, more at once, another window and lifted
        conditions that were not in the plan are refused before anything is sent, and each difference is named. Each
        command is compared with those of the plan once more when it is about to leave. A revert is sent if the plan
        lists it with its condition.
      - A file that somebody has changed by hand is refused. Its checksum is in RV(approved_plan), so that it can be
        compared with the one that was approved.
      - Every setting that decides what is sent, or what stops a run, must be as it was approved or stricter. A limit of
        time is a point in time, unless it counts from the begin (C(+6h)). A plan binds the conductor for which it was
        made, by the assets and the host keys of its nodes.
    type: path
  approved_checksum:
    description:
      - The checksum that O(approved_plan) must have, such as the one that was signed, or RV(approved_plan) of the task
        before this one. Another file is refused, and so is a task that is bound to none.
    type: str
  planned_begin:
    description:
      - When the run is going to begin, in the format of O(start_deadline), where it is only planned. Relative times and
        those of a day are read as from then, and what fits the window is judged as from then.
      - It counts in check mode only. If not set, a plan is one for now.
    type: str
  run_settings:
    description:
      - Settings of the run that this task does not have itself, by name, such as the checks before it or whether there
        is a backup. They are part of the change document, and a task with O(approved_plan) compares them with those of
        the approved plan.
      - C(checks), C(router_checks), C(backup), C(backup_required), C(batch_fail_percentage), C(recent_failures) and
        C(assets_timeout) may be stricter than approved. Any other must be the same.
    type: dict
    default: {}
  bake:
    description:
      - For how long the canaries must have been done before other routers start, in seconds. Canaries are the first
        batch of a run, counted in routers that have work; the others are any router that comes after them.
      - It counts only with O(run_record), since a task alone does not know which routers come first.
    type: float
    default: 0
  run_record:
    description:
      - What the earlier tasks of this run left, RV(run_record) of the last of them or of
        M(sessionsmart.ssr.run_review). It holds the batches with their verdicts, the window as the first task has read
        it, and the assets that were settled when the run began.
      - Without it, the record in the O(journal) with the same O(run_id) counts, if it is of the same
        C(ansible-playbook).
    type: dict
  several_builds:
    description:
      - What to do if more than one build matches O(version). V(refuse) fails and lists them; V(newest) uses the newest.
      - Choose V(newest) only if it does not matter which build is installed, or if O(version) is a full version anyway.
    type: str
    choices: [refuse, newest]
    default: refuse
  sequencing:
    description:
      - Who sequences the nodes of a router. With V(node) each node gets its own command, in the order of O(order), and
        is verified before the next.
      - With V(vendor) the conductor gets one command for the router and sequences the nodes itself. O(upgrade_timeout)
        then applies to each node in turn, and this module reverts nothing. It is available from 6.3 on. For routers the
        conductor starts with the standby node (upgrade_router); for conductors the order is not documented. A
        O(resource_group) is then sent as it is.
      - Below 6.3 no command addresses a single node of a router, so it is always V(vendor) there.
    type: str
    choices: [node, vendor]
    default: node
  simultaneous:
    description:
      - Whether to handle both nodes of a router at the same time, which is faster but interrupts service.
      - It is refused for the conductor's own router, and only valid for targets given as a router name.
    type: bool
    default: false
  skip_package_transfer:
    description:
      - Whether to leave packages that were installed on top of the running image behind, instead of carrying them over
        to the new one.
      - Valid for image-based nodes only; refused for others.
    type: bool
    default: false
  skip_pre_check:
    description:
      - Whether to skip the vendor's own check before the operation, which prevents it from starting if it fails.
      - Set it only if this check is known to be wrong. Releases name the argument differently; the one that this
        conductor offers is sent.
    type: bool
    default: false
  skip_health_check:
    description:
      - Whether to skip the vendor's own check after the operation, after which a node reverts by itself if it fails.
      - Set it only if this check is known to be wrong. O(health_check) is a separate one, which this module runs.
    type: bool
    default: false
  no_revert:
    description:
      - Whether a node stays as it is if the operation fails, instead of reverting by itself. Set it to examine a
        failure on the node.
      - Not every release supports it; on those that do not, nothing is sent.
    type: bool
    default: false
  cohort_id:
    description:
      - A cohort id that the conductor assigns to the operation. The vendor documents no more than that; leave it unset
        if you have no use for it.
    type: str
  force:
    description:
      - Whether to send the argument C(force), so that the conductor does not ask for confirmation. Without it, the
        question is answered with yes.
      - Below 6.3 the command has no such argument, and the question is always answered.
    type: bool
    default: true
  recorded_version:
    description:
      - The version that the targets ran when the whole run started, if known.
      - A target that runs the requested version without a command of this task is then V(done) with
        RV(by_router.router_name.nodes[].moved_by_itself), instead of V(up_to_date). The vendor's documents contradict
        each other on whether upgrading one node of a pair also upgrades the other.
      - Set it if a pair is upgraded by two tasks.
    type: str
  ignore_running_operation:
    description:
      - Whether to send the command although an operation seems to be running on the node itself, or a command of an
        earlier run for it is still open in the O(journal). A node that is not settled is waited for all the same.
      - It lifts nothing else. An operation on the other node of the pair always holds; if only the O(journal) says so
        and its time is over, it can be lifted by name (V(peer_end_unknown) in O(override)). What the conductor shows
        there holds until it is shown no more.
      - Set it only after making sure on the node that nothing is running, for instance if the conductor still shows an
        operation that is over.
    type: bool
    default: false
  assets_count:
    description:
      - Whether to take the states of assets into account. From 6.3 on they count; below, this module ignores them by
        itself.
      - Set it to V(false) between the two nodes of a conductor pair that is upgraded from a release below 6.3. All
        assets show Disconnected until both nodes run the new release (upgrade_ibu_conductor), so the node's own session
        decides. RV(sessionsmart.ssr.software_info#module:assets_count), read before the first node is upgraded, is the
        value to use.
    type: bool
    default: true
  health_check:
    description:
      - Whether to run the vendor's own health check of a node (C(request system software health-check)) once it is
        settled on the requested version. It is available from 6.3 on.
      - It also runs if it is one of the O(post_checks), as V(vendor_health_check), but never twice for the same node.
        Turn it off if M(sessionsmart.ssr.health_check) follows.
    type: bool
    default: true
  health_check_unknown:
    description:
      - How to treat an answer of this health check that cannot be interpreted. Its output is not documented.
      - With V(warn) the node is V(done), with a warning. With V(hold) it is V(held), and the next node is not touched.
        Choose V(hold) if somebody is available to read the answer.
      - After an answer that speaks of a failure, and names no check that has clearly failed on this node in this run,
        the node is always V(held).
    type: str
    choices: [warn, hold]
    default: warn
  post_checks:
    description:
      - The checks to run after each node that runs the requested version, repeated until all of them pass, for at most
        O(post_check_timeout). Only then follows the comparison (O(compare)), and the next node. Without any, none of
        them runs.
      - The entries are those of O(sessionsmart.ssr.health_check#module:checks), custom checks included. With V(all),
        all checks after an operation that apply to the node run.
      - If a check with the severity V(block) still fails, the node is V(failed), and the next one is not touched. If it
        says that the node itself is bad, O(revert) applies. Nobody knows that if a check could not be made.
      - RV(checks) are their results. On a conductor, V(version) is always one of them.
      - Use it for what must be true of your own routers before the next node.
    type: list
    elements: raw
    default: []
  checks_to_repeat:
    description:
      - Checks before an operation that failed only because of an operation that an earlier run began, by the name of
        the router. RV(sessionsmart.ssr.precheck#module:checks_to_repeat) has them.
      - They are made again once that operation is over, for as long as O(post_check_timeout). If one with the severity
        V(block) still fails, the router is V(held), and nothing is sent to its next node.
    type: dict
    default: {}
  post_check_timeout:
    description:
      - How long failing O(post_checks) and O(checks_to_repeat) are repeated, in seconds. With V(0), each of them runs
        once.
      - Raise it if your nodes need longer until everything works after a restart.
    type: int
    default: 900
  download:
    description:
      - Whether to download a release first if it is not on a node of a router. It is not documented whether the command
        itself would download it. It does not apply to the conductor's own nodes.
      - Turn it off if the release was downloaded to all nodes before the window, and nothing may be downloaded during
        it.
    type: bool
    default: true
  download_first:
    description:
      - How far the downloads run ahead. They run beside the upgrades without taking their slots, in the order of need
        (O(start_order)), and no upgrade waits for the download of another router.
      - With V(true) they start for all routers of this task at once, as far as O(downloads_in_flight) allows. With
        V(false) no download starts while O(in_flight) routers that have the release wait for their upgrade, so that
        little is downloaded in vain if the run is stopped.
    type: bool
    default: true
  start_order:
    description:
      - Which router starts next as soon as one may. V(longest_first) starts those first that are expected to take the
        longest, by what their last upgrade took (O(journal)) and by the number of their nodes, so that a long one does
        not keep the night open alone. Downloads begin with the shortest ones, and with those of routers that take
        about as long as the whole run, until every slot has a router. V(as_listed) starts them as they are listed.
      - Waves, exclusive groups and canaries come before it. The canaries are the first routers as they are listed.
    type: str
    choices: [longest_first, as_listed]
    default: longest_first
  in_proof:
    description:
      - How many routers beyond O(in_flight) may be begun while others only have to be proven. Normally a router keeps
        its slot until its verdict. With a number here its slot is free as soon as its last node is back on the
        requested version, settled, and with its service running; the proof goes on beside it (stable looks,
        O(operation_settle), health checks, comparison). If anything speaks against it, it takes its slot again.
      - Never more than O(in_flight) + O(in_proof) routers are begun and not proven, and never more than
        O(max_failures) would fail if all those failed that are in proof just now; the role reckons likewise with those
        that ended last (C(router_upgrade_recent_failures)). So V(max_failures=0) leaves no room for it, and a larger
        number here needs a larger one there.
      - Set it if the proof takes long compared with the upgrade and the window is short. Waves, exclusive groups, the
        canaries and the next batch wait until a router is proven in any case.
    type: int
    default: 0
  sequenced:
    description:
      - Whether only one node of a pair downloads at a time, so that the second can fetch the release from the first
        instead of over the WAN (command reference of 7.2). It applies to pairs whose nodes both need the release.
      - Set it for pairs on slow links; refused if the release of the conductor does not support it.
    type: bool
    default: false
  downloads_in_flight:
    description:
      - How many downloads run at once. Those of routers all pass through the conductor. Downloads without readable
        progress do not count.
      - Lower it for slow links, raise it for a well-connected conductor.
    type: int
    default: 5
  download_timeout:
    description:
      - How long a download may take, in seconds. After that, the router ends as V(blocked) and is not upgraded; the
        download continues. It also limits how long an upgrade is retried, at growing intervals, if the conductor
        refuses it because the release is not there yet.
      - The default is above the vendor's own limit of 10800 s (config-smart-download). Raise it if C(software-update)
        in the configuration sets a longer limit.
    type: int
    default: 11700
  download_silence:
    description:
      - How long a download may show no progress, in seconds. After that, the router ends as V(blocked), as if the
        download had failed. A running clock is not progress. If no figures are shown, O(download_timeout) applies.
      - It is also how long to wait for readable progress, because the layout of the status commands is not documented.
        That happens once in a task. Afterwards the upgrades are tried, and the conductor decides.
      - Raise it for links on which downloads stall for longer.
    type: int
    default: 900
  revert:
    description:
      - Whether to revert a node to its previous version if the node itself is bad, which means that its service is down
        or its own health check clearly failed. Nothing else is reverted. After a downgrade, that is the newer version.
      - The revert is only sent if the command of this run (this C(ansible-playbook), whatever its O(run_id)) was
        accepted, the node answers, no operation runs on it, and it runs the requested version.
      - Turn it off if somebody examines a bad node first.
    type: bool
    default: true
  allow_newer_routers:
    description:
      - Whether to revert a conductor although routers run a newer version than the one it would return to.
      - A router must not be newer than its conductor (intro_upgrading), so set it only if you will revert these routers
        as well.
    type: bool
    default: false
  blocked:
    description:
      - Routers that must not be touched, each with the reason, such as
        RV(sessionsmart.ssr.precheck#module:blocked_routers). They end as V(blocked).
      - A router on which an operation is already running is followed in any case.
      - Set it if M(sessionsmart.ssr.precheck) has run for the same routers.
    type: dict
    default: {}
  compare:
    description:
      - Whether to compare a router or a conductor after each of its nodes with its state before (versions, assets,
        services, alarms, connectivity of its nodes, processes, primaries, peer paths, interfaces, and BGP neighbours).
      - Anything that worked before and certainly no longer works is a regression, and O(on_regression) says what
        follows. Not counted is what was bad before, what cannot be read, and what leads to a router that is in progress
        or not settled.
      - It costs about seven commands for each router before, and again after each of its nodes. Turn it off if
        something else monitors the routers.
    type: bool
    default: true
  on_regression:
    description:
      - What to do after a regression that is not local to the node, such as a lost peer path. With V(hold) the other
        node is not touched, and the router ends as V(held) for somebody to examine.
      - With V(revert) the node is reverted as well. Choose it if a lost path is worse than not upgrading; a neighbour
        that happens to reboot does not count.
    type: str
    choices: [hold, revert]
    default: hold
  newer:
    description:
      - What to do with a router that runs a newer version than the requested one. With V(skip) it ends as V(skipped),
        which is not a failure; with V(block) it ends as V(blocked), and its host fails.
      - Choose V(block) if every router must end with the same version. It does not apply to a downgrade.
    type: str
    choices: [skip, block]
    default: skip
  version_rule:
    description:
      - How the release of a router may relate to that of its conductor. With V(strict) the requested release must not
        be newer than the conductor's in major, minor or patch, which is the rule since 6.3.5; with V(minor) only major
        and minor count, which is the vendor's older rule.
      - A router from 6.3.5 on needs a conductor from 6.3.5 on in any case. Choose V(minor) only if the vendor's support
        has approved it for these releases.
    type: str
    choices: [strict, minor]
    default: strict
  expected_download:
    description:
      - How long a download is expected to take, in seconds. It is used for O(start_deadline), O(window_end) and the
        estimate of the remaining time until this run has measured real durations.
      - If the progress of downloads cannot be read, nobody knows whether they continue. Then O(downloads_in_flight)
        others start after this time, and no upgrade waits for them.
      - Set it to what your own links need.
    type: int
    default: 900
  expected_upgrade:
    description:
      - How long a node is expected to take from the command until it is settled on the requested version, in seconds.
        It is used like O(expected_download).
      - Set it to what your own routers need.
    type: int
    default: 1800
  reconnect_after:
    description:
      - How long an asset may stay away after its operation before the conductor is told once to reconnect to it (C(send
        command reconnect)), in seconds. V(0) for never.
      - Set it, for instance to V(1800), on releases where assets are known to stay away until they are reconnected
        (release notes, I95-64152).
    type: int
    default: 0
"""

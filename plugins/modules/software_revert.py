#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_revert.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_revert
short_description: Revert upgrades, of one node or of many routers, where that is safe
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Makes the conductor revert a node to its previous version (C(request system software revert)), and follows it until
    that is verified. The command takes no version; the node only has its previous one.
  - An image-based node has two volumes, and a revert boots the idle one. If a node prints what is on it (C(show system
    version router R node N detail)), that is compared with the version to revert to. If it is a different one, or none,
    nothing is sent. If it is not printed, the result contains a warning.
  - With O(upgrade) a node is reverted only if the command of that upgrade was accepted there, the node answers, no
    operation runs on it, and it runs the version of the upgrade and did not before. In every other case nothing is
    sent.
  - With O(version) the operator decides, and says what the node must run afterwards.
  - Each command names its node. The nodes of a pair are reverted one after the other, each verified before the next;
    several routers are in progress at once, up to O(in_flight). Below 6.3, where no command addresses a single node of
    a router, a router is reverted as a whole (C(send command rollback)).
  - A revert is no new start. Of the limits only O(in_flight), O(waves) and O(exclusive_groups) set its pace; the
    failure budget, the stop file, the window and the circuit breaker do not hold it up. A disconnected router is
    V(blocked), whatever O(disconnected) is.
  - A conductor is not reverted while a router runs a newer version than the one it would return to.
  - Configurations are not touched; M(sessionsmart.ssr.config_restore) restores one.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.watching
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.targets
  - sessionsmart.ssr.following
  - sessionsmart.ssr.rollouts
  - sessionsmart.ssr.overrides
  - sessionsmart.ssr.progress_level
  - sessionsmart.ssr.reports
attributes:
  action_group:
    membership: [sessionsmart.ssr.all, sessionsmart.ssr.operations, sessionsmart.ssr.rollouts]
  check_mode:
    support: full
    details: Examines every target and sends nothing. Targets that would be changed end as V(planned).
  diff_mode:
    support: full
    details: Shows the version of each node before and after, by C(node.router).
  idempotent:
    support: partial
    details: Nothing is sent to a node that already runs the earlier version.
options:
  version:
    description:
      - The version that the nodes must run afterwards, such as V(6.3.0) or V(6.3.0-107.r1.el7). It is not sent; the
        result is compared with it.
      - One of O(version) and O(upgrade) is required. If both are set, O(upgrade) decides whether a node is reverted,
        and to which version; O(version) then names another version that a node may revert to if it is on its idle
        volume.
    type: str
  upgrade:
    description:
      - The registered result of M(sessionsmart.ssr.software_upgrade). Each node is reverted to the version that it ran
        before that upgrade.
      - One of O(version) and O(upgrade) is required.
    type: dict
  health_check:
    description:
      - The registered result of M(sessionsmart.ssr.health_check) after the upgrade. It is used with
        O(only_local_faults=true).
    type: dict
  only_local_faults:
    description:
      - Whether to revert a node of O(upgrade) only if the node itself is bad, which means that its service is down or
        its own health check clearly failed, according to O(upgrade) or O(health_check).
      - Set it to V(true) for unattended runs. Problems elsewhere, such as a lost peer path or an alarm of another
        router, are seldom fixed by a revert.
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
    type: bool
    default: true
  allow_newer_routers:
    description:
      - Whether to revert a conductor although routers run a newer version than the one it would return to. A router
        must not be newer than its conductor (intro_upgrading), so set it only if you will revert these routers as well.
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
notes:
  - The command exists from 6.3 on. For a conductor that runs an older release nothing is sent, and the only rollback is
    the vendor's installer.
  - The user of the connection needs a role with the capability C(provisioning) (config_RBAC).
  - If one of several routers fails, others are still started.
  - O(health_timeout) has no effect here; no health check is run.
seealso:
  - module: sessionsmart.ssr.software_upgrade
  - module: sessionsmart.ssr.health_check
  - module: sessionsmart.ssr.config_restore
"""

EXAMPLES = r"""
- name: Upgrade this node, and revert it if the node itself is bad
  block:
    - name: Upgrade this node
      sessionsmart.ssr.software_upgrade:
        targets:
          - router: Conductor
            node: t106-dut1
        version: 6.3.5
      register: upgrade

    - name: Check its health
      sessionsmart.ssr.health_check:
        version: 6.3.5
        wait_timeout: 900
      register: health
  rescue:
    - name: Revert this node if that is safe
      sessionsmart.ssr.software_revert:
        targets:
          - router: Conductor
            node: t106-dut1
        upgrade: "{{ upgrade }}"
        health_check: "{{ health | default({}) }}"
        only_local_faults: true
        fail_on_target: false

    - name: Stop here
      ansible.builtin.fail:
        msg: The upgrade of t106-dut1 failed.

- name: Show what a manual revert would do
  sessionsmart.ssr.software_revert:
    targets:
      - router: Conductor
        node: t106-dut1
    version: 6.3.0
  check_mode: true

- name: Revert a fleet to its previous version, five routers at once
  sessionsmart.ssr.software_revert:
    target_hosts: "{{ groups['ssr_routers'] }}"
    version: 6.3.0-107.r1.el7
    in_flight: 5
    journal: ~/sessionsmart/journal

- name: Revert one node manually
  sessionsmart.ssr.software_revert:
    targets:
      - router: Conductor
        node: t106-dut1
    version: 6.3.0
    journal: ~/sessionsmart/journal
"""

RETURN = r"""
assets_count:
  description:
    - Whether the states of assets counted. On a revert to a release below 6.3 they do not, until both nodes of a pair
      are back.
    - Pass it to the option of the same name of M(sessionsmart.ssr.health_check).
  type: bool
  returned: if the node was reached
  sample: true
other_nodes:
  description: What the other nodes of the conductor run, by their names, if a node of the conductor was to be reverted.
  type: dict
  returned: if the node was reached
  sample:
    node2: SSR-6.3.5-39.r1
msg:
  description: The results of the targets; if any failed, only of those.
  type: str
  returned: always
  sample: "t106-dut1.Conductor done: runs 6.3.0-107.r1.el7, Synchronized, service running"
by_router:
  description: The result of each target router. A dictionary, so that each host can pick its own.
  type: dict
  returned: if the targets could be examined
  contains:
    router_name:
      description: The result of one router. The key is its name.
      type: dict
      returned: for each router with a target
      contains:
        state:
          description:
            - The state of its worst node. The list is ordered, worst first.
            - V(unknown) - something was sent, and its outcome could not be determined. The host fails; counts as
              changed.
            - V(failed) - explicitly refused, or verified to be bad. The host fails; counts as changed if the command
              was accepted.
            - V(relapsed) - was done, and left its settled state later in the same run. The host fails; counts as
              changed.
            - V(reverted) - runs its previous version again. The host fails; counts as changed.
            - V(held) - a node runs the requested version, and something keeps the run from going on. The host fails;
              counts as changed.
            - V(blocked) - stopped by a check; nothing was sent. The host fails; not changed.
            - V(not_started) - nothing was sent. The host fails; not changed.
            - V(planned) - check mode, would be changed. The host is ok; counts as changed.
            - V(done) - verified by version, state, service and health. The host is ok; changed.
            - V(skipped) - left out by a rule that the user chose. The host is ok; not changed.
            - V(up_to_date) - already runs, or has, the requested version. The host is ok; not changed.
          type: str
          returned: always
          choices: [unknown, failed, relapsed, reverted, held, blocked, not_started, planned, done, skipped, up_to_date]
          sample: done
        reason:
          description: Why, in words, for each node that is in this state.
          type: str
          returned: always
          sample: "t106-dut1: runs 6.3.0-107.r1.el7, Synchronized, service running"
        nodes:
          description: Its nodes, in the order in which they were handled. A peer that moved by itself is one of them.
          type: list
          elements: dict
          returned: always
          contains:
            router:
              description: The name of the router.
              type: str
              returned: always
              sample: Conductor
            node:
              description: The name of the node.
              type: str
              returned: always
              sample: t106-dut1
            state:
              description: The result of the node; the values are those of the router's state.
              type: str
              returned: always
              sample: done
            reason:
              description: Why, in words.
              type: str
              returned: always
              sample: runs 6.3.0-107.r1.el7, Synchronized, service running
            from_version:
              description: The version before the revert. C(null) if it could not be read.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
            to_version:
              description: The target version. C(null) if it is not recorded.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            running_version:
              description: The version that was last seen on it. C(null) if it could not be read.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            install_type:
              description: V(image) or V(package), if the conductor shows it; otherwise C(null).
              type: str
              returned: always
              sample: image
            started:
              description: When the command was sent, in UTC, by the controller's clock. C(null) if none was sent.
              type: str
              returned: always
              sample: "2026-11-23T01:00:07Z"
            ended:
              description: When the end of the operation was seen, in UTC, by the controller's clock. C(null) if nothing
                was followed.
              type: str
              returned: always
              sample: "2026-11-23T01:24:51Z"
            command:
              description: The command that was sent. C(null) if none was.
              type: str
              returned: always
              sample: request system software revert router Conductor force node t106-dut1
            accepted:
              description: Whether a command of this task, or of the earlier run that it resumed, was accepted.
              type: bool
              returned: always
              sample: true
            adopted:
              description: Whether nothing was sent because an operation was already running, which was followed to its
                end.
              type: bool
              returned: always
              sample: false
            local_fault:
              description: Whether the node itself is bad, by its service or by its own health check. Only such a node
                is reverted automatically.
              type: bool
              returned: always
              sample: false
            moved_by_itself:
              description: Whether the node moved together with its peer, without a command of its own.
              type: bool
              returned: always
              sample: false
            warnings:
              description: What people should know although it did not affect the result.
              type: list
              elements: str
              returned: always
              sample: ["the health check is unknown: its answer cannot be read"]
            steps:
              description: What happened to the node, in chronological order.
              type: list
              elements: dict
              returned: always
              contains:
                at:
                  description: When, by the conductor's clock if it shows the time, otherwise by the controller's. It
                    ends in V(Z) if the zone is known.
                  type: str
                  returned: always
                  sample: "2026-11-23T01:00:07Z"
                what:
                  description: What happened or was seen.
                  type: str
                  returned: always
                  sample: "before: it runs 6.3.5-39.r1.el7, Synchronized, service running"
                words:
                  description: The conductor's own words, if any.
                  type: str
                  returned: always
                  sample: ""
plan:
  description: What was planned for each router, in the order in which they start.
  type: list
  elements: dict
  returned: if the targets could be examined
  contains:
    router:
      description: The name of the router.
      type: str
      returned: always
      sample: store-0001
    host:
      description: The host of O(target_hosts) that stands for it. C(null) if there is none.
      type: str
      returned: always
      sample: store-0001
    state:
      description:
        - V(planned) will be changed; V(up_to_date) needs nothing; V(blocked) and V(skipped) are left alone, for the
          given reason.
      type: str
      returned: always
      choices: [planned, up_to_date, blocked, skipped]
      sample: planned
    reason:
      description: Why, in words.
      type: str
      returned: always
      sample: 2 nodes go to 6.3.5-39.r1.el7
    nodes:
      description: Its nodes, in the order in which they are handled.
      type: list
      elements: dict
      returned: always
      contains:
        router:
          description: The name of the router.
          type: str
          returned: always
          sample: store-0001
        node:
          description: The name of the node.
          type: str
          returned: always
          sample: node1
        from_version:
          description: The version that it runs. C(null) if it could not be read.
          type: str
          returned: always
          sample: 6.3.0-107.r1.el7
        to_version:
          description: The target version. C(null) if it is not known.
          type: str
          returned: always
          sample: 6.3.5-39.r1.el7
        install_type:
          description: V(image) or V(package), if the conductor shows it; otherwise C(null).
          type: str
          returned: always
          sample: package
        needed:
          description: Whether it must be changed. A node of a half-finished pair that already runs the target version
            need not.
          type: bool
          returned: always
          sample: true
        download:
          description:
            - Whether the release must be downloaded to it first. V(unknown) means that the conductor does not show it;
              a download is then requested. V(none) means that downloads are turned off.
          type: str
          returned: always
          choices: [needed, present, unknown, none]
          sample: needed
        converts:
          description: Whether the node is expected to be converted to image-based.
          type: bool
          returned: always
          sample: true
        running:
          description: The operation that seems to be running on it, and is followed instead of started again. C(null)
            if there is none.
          type: str
          returned: always
          sample: "upgrade of an earlier run, sent at 2026-11-23T01:00:07Z"
        reason:
          description: Remarks on this node.
          type: str
          returned: always
          sample: ""
    order_reason:
      description: Why its nodes are in this order.
      type: str
      returned: always
      sample: "standby first: routingManager is primary on node2"
    sequencing:
      description: V(node) one after the other, V(vendor) by the conductor, V(simultaneous) both at once.
      type: str
      returned: always
      choices: [node, vendor, simultaneous]
      sample: node
    wave:
      description: The wave that it is in.
      type: int
      returned: always
      sample: 0
    group:
      description: Its exclusive group. C(null) if it has none.
      type: str
      returned: always
      sample: store-2
    expected:
      description: The expected duration, in seconds.
      type: float
      returned: always
      sample: 5700.0
    outage:
      description: How long it is expected to forward no traffic, in seconds.
      type: float
      returned: always
      sample: 0.0
    way_back:
      description: Whether a rollback is V(documented), V(undocumented), or there is V(none).
      type: str
      returned: always
      choices: [documented, undocumented, none]
      sample: documented
    notes:
      description: What people should know, such as checks that cannot be made.
      type: list
      elements: str
      returned: always
      sample: [node1 is expected to become image-based]
    overrides:
      description: The conditions that were lifted for it by name, each with router, condition, reason, and by whom.
      type: list
      elements: dict
      returned: always
      sample: []
limits:
  description: The limits of time in full, with how far they are away.
  type: list
  elements: str
  returned: if only routers were targets
  sample: ["Everything must be finished by (window_end): 2026-03-03T05:00:00+01:00 (Europe/Berlin), in 6 h 45 min"]
run:
  description:
    - When the task started and ended, and what stopped it.
    - It is empty in check mode, and if only nodes of the conductor were targets.
  type: dict
  returned: if the targets could be examined
  contains:
    overrides:
      description: The conditions that were lifted by name, each with router, condition, reason, and by whom.
      type: list
      elements: dict
      returned: if some were lifted
      sample: []
    started:
      description: When it started, in UTC, by the controller's clock.
      type: str
      returned: if routers were handled
      sample: "2026-11-23T01:00:07Z"
    ended:
      description: When it ended, in UTC, by the controller's clock.
      type: str
      returned: if routers were handled
      sample: "2026-11-23T04:12:40Z"
    elapsed:
      description: Seconds in between.
      type: int
      returned: if routers were handled
      sample: 11553
    took:
      description: The same for people.
      type: str
      returned: if routers were handled
      sample: 3 h 12 min
    stopped:
      description: Why no further router was started. C(null) if nothing stopped the run.
      type: str
      returned: if routers were handled
      sample: 6 routers failed, and max_failures is 5
    run_id:
      description: The name of the whole run. Empty if O(run_id) was not set.
      type: str
      returned: if routers were handled
      sample: night-47
broke_off:
  description:
    - True if the task ended with an error after something was sent. RV(by_router) then has those routers only.
    - To a router that is missing there nothing was sent.
  type: bool
  returned: if the task broke off
  sample: true
totals:
  description: How many routers ended in each state. Only states that occur are keys.
  type: dict
  returned: if the targets could be examined
  sample: {done: 1}
connection:
  description:
    - Why the node could not be reached, if the connection is the cause.
    - V(lost) - the session was lost while in use. The command may have been executed.
    - V(refused) - nothing answers at the address, or the connection is rejected. Trying again later may help.
    - V(auth) - the user name, key or password was rejected. There is no second attempt, because failed logins lock an
      account.
    - V(host_key) - the host key is unknown or differs from the expected one.
    - V(not_pcli) - the login works but does not lead to a PCLI.
    - V(wrong_node) - the session is on a different node than expected. Nothing was sent.
    - V(no_prompt) - a command did not return to the prompt in time, and may still be running.
  type: str
  returned: if the connection is the cause of a failure
  choices: [lost, refused, auth, host_key, not_pcli, wrong_node, no_prompt]
  sample: refused
"""

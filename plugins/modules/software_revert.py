#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_revert.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_revert
short_description: Take upgrades back, of one node or of many routers, where that is safe
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Asks the conductor to take a node back to the version that it ran before (C(request system software revert)), and
    follows it until that is proven. The command takes no version; the node has only the one from before.
  - An image-based node has two volumes, and a revert boots the idle one. Where a node prints what lies there (C(show
    system version router R node N detail)), it is held against the version that the node must go back to. Nothing is
    sent where it is another one, or none. Where it is not printed, the result warns.
  - With O(upgrade) a node is reverted only if the command of that upgrade was accepted there, the node answers, nothing
    runs on it, and it runs the version of the upgrade and did not before. In every other case nothing is sent.
  - With O(version) a person decides, and says what the node must run afterwards.
  - Each command names its node. Of a pair one node is taken after the other, each proven before the next; many routers
    are in work at once, within O(in_flight). Below 6.3, where no command takes a node of a router, a router is taken
    back as a whole (C(send command rollback)).
  - A conductor is not reverted while a router runs something newer than what it goes back to.
  - Configurations are not touched; M(sessionsmart.ssr.config_restore) brings one back.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.targets
  - sessionsmart.ssr.operation
  - sessionsmart.ssr.rollout
  - sessionsmart.ssr.progress
attributes:
  action_group:
    membership: [sessionsmart.ssr.all, sessionsmart.ssr.operations, sessionsmart.ssr.rollouts]
  check_mode:
    support: full
    details: Looks at every target and sends nothing. What would be sent ends as V(planned).
  diff_mode:
    support: full
    details: Shows the version of each node before and after, by C(node.router).
  idempotent:
    support: partial
    details: Nothing is sent to a node that runs the earlier version already.
options:
  version:
    description:
      - The version that the nodes must run afterwards, such as V(6.3.0) or V(6.3.0-107.r1.el7). It is not sent; it is
        what the result is held against.
      - One of O(version) and O(upgrade) is required. Where both are given, O(upgrade) decides whether a node goes back,
        and to what; O(version) then names the other version that a node may go back to if it lies on its idle volume.
    type: str
  upgrade:
    description:
      - The result of M(sessionsmart.ssr.software_upgrade), as a task has registered it. Each node goes back to what it
        ran before that upgrade.
      - One of O(version) and O(upgrade) is required.
    type: dict
  health_check:
    description:
      - The result of M(sessionsmart.ssr.health_check) after the upgrade, as a task has registered it. It counts with
        O(only_local_faults=true).
    type: dict
  only_local_faults:
    description:
      - Whether a node of O(upgrade) is reverted only if the node itself is bad. That is so where its service is down or
        its own health check failed in clear words, by O(upgrade) or by O(health_check).
      - Set it to V(true) where nobody watches. What is bad elsewhere, such as a peer path or an alarm of another
        router, is seldom mended by a revert.
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
    type: bool
    default: true
  allow_newer_routers:
    description:
      - Whether a conductor is reverted although routers run something newer than what it goes back to. A router must
        not be newer than its conductor (intro_upgrading), so set it only if you will revert these routers as well.
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
notes:
  - The command exists from 6.3 on. For a conductor that runs an older release nothing is sent, and the way back is the
    vendor's installer.
  - The user of the connection needs a role with the capability C(provisioning) (config_RBAC).
  - Where several routers are named and one comes to a bad end, others are still begun, up to O(max_failures).
  - O(health_timeout) has no meaning here; no health check is asked for.
seealso:
  - module: sessionsmart.ssr.software_upgrade
  - module: sessionsmart.ssr.health_check
  - module: sessionsmart.ssr.config_restore
"""

EXAMPLES = r"""
- name: Upgrade this node, and take it back if the node itself is bad
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
    - name: Take this node back, where that is safe
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
        msg: The upgrade of t106-dut1 did not end well.

- name: See what a revert by hand would do
  sessionsmart.ssr.software_revert:
    targets:
      - router: Conductor
        node: t106-dut1
    version: 6.3.0
  check_mode: true

- name: Take a fleet back to the version from before, with one failure at most
  sessionsmart.ssr.software_revert:
    target_hosts: "{{ groups['ssr_routers'] }}"
    version: 6.3.0-107.r1.el7
    max_failures: 0
    journal: ~/sessionsmart/journal

- name: Revert one node by hand
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
    - Whether the states of assets counted. Going back below 6.3 they do not, until both nodes of a pair are back.
    - Hand it to the option of the same name of M(sessionsmart.ssr.health_check).
  type: bool
  returned: when the node was asked
  sample: true
msg:
  description: What became of the targets; where any came to a bad end, only of those.
  type: str
  returned: always
  sample: "t106-dut1.Conductor done: runs 6.3.0-107.r1.el7, Synchronized, service running"
by_router:
  description: What became of each router that had a target. A dictionary, so that each host can pick its own.
  type: dict
  returned: when the targets could be looked at
  contains:
    router_name:
      description: What became of one router. The key is its name.
      type: dict
      returned: for each router with a target
      contains:
        state:
          description:
            - The state of its worst node. The list is ordered, worst first.
            - V(unknown) - something was sent, and the truth could not be learned. The host fails; counts as changed.
            - V(failed) - refused in words, or proven bad. The host fails; counts as changed if the command was
              accepted.
            - V(reverted) - runs the version from before again. The host fails; counts as changed.
            - V(held) - the first node is done, the second was stopped. The host fails; counts as changed.
            - V(blocked) - a pre-check says no; nothing was sent. The host fails; not changed.
            - V(not_started) - nothing was sent. The host fails; not changed.
            - V(planned) - check mode, would be done. The host is ok; counts as changed.
            - V(done) - proven by version, state, service and health. The host is ok; changed.
            - V(skipped) - left out by a rule that the user chose. The host is ok; not changed.
            - V(up_to_date) - already runs, or has, the wanted version. The host is ok; not changed.
          type: str
          returned: always
          choices: [unknown, failed, reverted, held, blocked, not_started, planned, done, skipped, up_to_date]
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
              description: What became of the node; the words are those of the router's state.
              type: str
              returned: always
              sample: done
            reason:
              description: Why, in words.
              type: str
              returned: always
              sample: runs 6.3.0-107.r1.el7, Synchronized, service running
            from_version:
              description: What it ran before the revert. C(null) where that could not be read.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
            to_version:
              description: The version that it was to run afterwards. C(null) where that is not recorded.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            running_version:
              description: What it ran when it was last seen. C(null) where that could not be read.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            install_type:
              description: V(image) or V(package), where the conductor tells; else C(null).
              type: str
              returned: always
              sample: image
            started:
              description: When the command was sent, in UTC, by the controller's clock. C(null) where none was.
              type: str
              returned: always
              sample: "2026-11-23T01:00:07Z"
            ended:
              description: When its end was seen, in UTC, by the controller's clock. C(null) where nothing was followed.
              type: str
              returned: always
              sample: "2026-11-23T01:24:51Z"
            command:
              description: The command that was sent. C(null) where none was.
              type: str
              returned: always
              sample: request system software revert router Conductor force node t106-dut1
            accepted:
              description: Whether a command of this task, or of the earlier run that it took up, was accepted.
              type: bool
              returned: always
              sample: true
            adopted:
              description: Whether nothing was sent because an operation was already on its way, which was then followed
                to its end.
              type: bool
              returned: always
              sample: false
            local_fault:
              description: Whether the node itself is bad, by its service or by its own health check. Only such a node
                is reverted without asking.
              type: bool
              returned: always
              sample: false
            moved_by_itself:
              description: Whether the node moved together with its peer, without a command of its own.
              type: bool
              returned: always
              sample: false
            warnings:
              description: What people should know although it decided nothing.
              type: list
              elements: str
              returned: always
              sample: ["the health check is unknown: its answer cannot be read"]
            steps:
              description: What happened to the node, in the order of time.
              type: list
              elements: dict
              returned: always
              contains:
                at:
                  description: When, by the conductor's clock where it tells the time, else by the controller's. It ends
                    in V(Z) where the zone is known.
                  type: str
                  returned: always
                  sample: "2026-11-23T01:00:07Z"
                what:
                  description: What happened or was seen.
                  type: str
                  returned: always
                  sample: "before: it runs 6.3.5-39.r1.el7, Synchronized, service running"
                words:
                  description: The conductor's own words, where it had any.
                  type: str
                  returned: always
                  sample: ""
plan:
  description: What was meant to be done with each router, in the order in which they would begin.
  type: list
  elements: dict
  returned: when the targets could be looked at
  contains:
    router:
      description: The name of the router.
      type: str
      returned: always
      sample: store-0001
    state:
      description:
        - V(planned) is to be worked on; V(up_to_date) needs nothing; V(blocked) and V(skipped) are left alone, for the
          reason that is given.
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
      description: Its nodes, in the order in which they are worked on.
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
          description: What it runs. C(null) where that could not be read.
          type: str
          returned: always
          sample: 6.3.0-107.r1.el7
        to_version:
          description: What it is to run. C(null) where that is not known.
          type: str
          returned: always
          sample: 6.3.5-39.r1.el7
        install_type:
          description: V(image) or V(package), where the conductor tells; else C(null).
          type: str
          returned: always
          sample: package
        needed:
          description: Whether it must be moved. A node of a half-done pair that is there already need not.
          type: bool
          returned: always
          sample: true
        download:
          description:
            - Whether the release must be brought to it first. V(unknown) means that the conductor does not tell; it is
              then asked for. V(none) means that no download is wanted.
          type: str
          returned: always
          choices: [needed, present, unknown, none]
          sample: needed
        converts:
          description: Whether the node is expected to become image-based on the way.
          type: bool
          returned: always
          sample: true
        running:
          description: What seems to run on it, and is followed instead of begun anew. C(null) where nothing does.
          type: str
          returned: always
          sample: "upgrade of an earlier run, sent at 2026-11-23T01:00:07Z"
        reason:
          description: What there is to say about this node.
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
      description: Its exclusive group. C(null) where it has none.
      type: str
      returned: always
      sample: store-2
    expected:
      description: Seconds until all of it is expected to be done.
      type: float
      returned: always
      sample: 5700.0
    outage:
      description: Seconds for which it is expected to forward nothing.
      type: float
      returned: always
      sample: 0.0
    way_back:
      description: Whether a way back is V(documented), V(undocumented), or there is V(none).
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
run:
  description:
    - When the task began and ended, and what stopped it.
    - It is empty in check mode, and where no router was named but only nodes of the conductor.
  type: dict
  returned: when the targets could be looked at
  contains:
    started:
      description: When it began, in UTC, by the controller's clock.
      type: str
      returned: when routers were rolled
      sample: "2026-11-23T01:00:07Z"
    ended:
      description: When it ended, in UTC, by the controller's clock.
      type: str
      returned: when routers were rolled
      sample: "2026-11-23T04:12:40Z"
    elapsed:
      description: Seconds in between.
      type: int
      returned: when routers were rolled
      sample: 11553
    took:
      description: The same for people.
      type: str
      returned: when routers were rolled
      sample: 3 h 12 min
    stopped:
      description: Why no other router was begun any more. C(null) where nothing stopped the run.
      type: str
      returned: when routers were rolled
      sample: 6 routers failed, and max_failures is 5
    run_id:
      description: The name of the whole run. Empty where O(run_id) was not given.
      type: str
      returned: when routers were rolled
      sample: night-47
totals:
  description: How many routers ended in each state. Only states that occur are keys.
  type: dict
  returned: when the targets could be looked at
  sample: {done: 1}
connection:
  description:
    - Why the node could not be asked, where the connection is to blame.
    - V(lost) - the session ended while it was needed. What was sent may have been carried out.
    - V(refused) - nobody answers at the address, or the door is closed. Trying again later may help.
    - V(auth) - user name, key or password were not accepted. It is not tried again, since failed logins lock an
      account.
    - V(host_key) - the host key is unknown, or another one than expected.
    - V(not_pcli) - the login works, but does not end in a PCLI.
    - V(wrong_node) - the session is on another node than the one that was expected. Nothing was sent.
    - V(no_prompt) - a command has not given its prompt back in time, and may still be running.
  type: str
  returned: when the connection is the reason of a failure
  choices: [lost, refused, auth, host_key, not_pcli, wrong_node, no_prompt]
  sample: refused
"""

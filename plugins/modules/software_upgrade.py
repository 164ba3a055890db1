#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_upgrade.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_upgrade
short_description: Upgrade nodes of conductors and routers, and prove it
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Asks the conductor to upgrade targets (C(request system software upgrade)), follows each node until it is proven to
    run the wanted version, and tells what became of it.
  - That the command was accepted proves nothing. A node is done when it runs the wanted version, its asset is settled
    for O(stable_polls) looks in a row, its service runs, and its own health check did not fail.
  - Nodes of one router are upgraded one after the other. The second is never touched while the first is not done.
  - Before anything is sent, each target is looked at. A node that runs the wanted version already is left alone; an
    operation that is on its way there is followed instead of begun again; a version that is older than the running one
    is refused.
  - A connection that breaks while a node is followed is opened anew. A conductor node that upgrades itself restarts,
    which is expected.
  - It makes no backup and runs no pre-checks of this collection; M(sessionsmart.ssr.config_export) and
    M(sessionsmart.ssr.precheck) do.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.targets
  - sessionsmart.ssr.operation
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    support: full
    details: Looks at every target and sends nothing. What would be sent ends as V(planned).
  diff_mode:
    support: full
    details: Shows the version of each node before and after, by C(node.router).
  idempotent:
    support: full
    details: A node that runs the wanted version, settled and with its service running, is V(up_to_date).
options:
  version:
    description:
      - The release to upgrade to, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7). V(6.3.5)
        never means 6.3.50.
      - It must be offered to the conductor node that the session is on, or run on one of the targets. RV(version) is
        the full version that it stands for.
      - The order of releases is the user's matter. A conductor below 6.3.5 must go to 6.3.5 or a later 6.3 before any
        7.x, and a router must never be newer than its conductor (intro_upgrading, upgrade_router).
    type: str
    required: true
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
      - Who orders the nodes of a router. With V(node) each node gets a command of its own, in the order in which the
        conductor lists them, and is proven before the next.
      - With V(vendor) the conductor gets one command for the router and sequences its nodes by itself.
        O(upgrade_timeout) then counts once for each node. It exists from 6.3 on. For routers it begins with the node
        that is in standby (upgrade_router); for conductors the order is not documented.
    type: str
    choices: [node, vendor]
    default: node
  simultaneous:
    description:
      - Whether both nodes of a router are upgraded at the same time, which is faster and interrupts service.
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
      - Whether the vendor's own check before the upgrade is left out, which prevents the upgrade from starting when it
        fails.
      - Set it only when this check is known to be wrong. Releases spell the argument differently; the one that this
        conductor offers is sent.
    type: bool
    default: false
  skip_health_check:
    description:
      - Whether the vendor's own check after the upgrade is left out, which reverts the node by itself when it fails.
      - Set it only when this check is known to be wrong. O(health_check) is another one, which is asked for by this
        module.
    type: bool
    default: false
  no_revert:
    description:
      - Whether a node stays as it is when its upgrade fails, instead of going back by itself. Set it to look at a
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
        RV(by_router.router_name.nodes.moved_by_itself), instead of V(up_to_date). The vendor's documents contradict
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
notes:
  - The user of the connection needs a role with the capability C(provisioning) (config_RBAC).
  - A time-out sends nothing. It ends as V(unknown), says what was last seen, and is taken up by running the same again.
  - Coming from below 6.3, each node is upgraded through a session of its own, since the command takes neither a router
    nor a node there.
  - The identifiers that begin with I95, and names such as upgrade_ibu_conductor, are of the vendor's release notes and
    documentation.
seealso:
  - module: sessionsmart.ssr.precheck
  - module: sessionsmart.ssr.software_download
  - module: sessionsmart.ssr.health_check
  - module: sessionsmart.ssr.software_revert
  - name: The vendor's documentation
    description: Sources of the pages Upgrading the Conductor (upgrade_ibu_conductor) and Upgrading a Router
      (upgrade_router).
    link: https://github.com/128technology/docs
"""

EXAMPLES = r"""
- name: See what an upgrade of this conductor would do
  hosts: ssr_conductors[0]
  connection: sessionsmart.ssr.pcli
  gather_facts: false
  tasks:
    - name: Plan the upgrade of all nodes of the conductor
      sessionsmart.ssr.software_upgrade:
        targets: [Conductor]
        version: 6.3.5
      check_mode: true
      diff: true
      register: plan

    - name: Show the plan
      ansible.builtin.debug:
        var: plan.by_router

# To upgrade a whole conductor with backup, checks and proof, use the playbook sessionsmart.ssr.upgrade_conductor.
- name: Upgrade one node of a conductor
  hosts: ssr_conductors[0]
  connection: sessionsmart.ssr.pcli
  gather_facts: false
  tasks:
    - name: Find the full version and this node's own names
      sessionsmart.ssr.software_info:
        version: 6.3.5
      register: before

    - name: Upgrade this node, and write down what is sent
      sessionsmart.ssr.software_upgrade:
        targets:
          - router: "{{ before.router }}"
            node: "{{ before.node }}"
        version: "{{ before.wanted }}"
        recorded_version: "{{ before.running }}"
        assets_count: "{{ before.assets_count }}"
        journal: ~/sessionsmart/journal

- name: Upgrade routers through the other conductor node
  hosts: ssr_conductors[1]
  connection: sessionsmart.ssr.pcli
  gather_facts: false
  tasks:
    - name: Upgrade a pair node by node, and do not fail yet
      sessionsmart.ssr.software_upgrade:
        targets: [RTR_WEST_COMBO]
        version: 6.3.3
        upgrade_timeout: 7200
        fail_on_target: false
      register: result

    - name: Say what became of it
      ansible.builtin.debug:
        msg: "{{ result.by_router.RTR_WEST_COMBO.state }} because {{ result.by_router.RTR_WEST_COMBO.reason }}"

    - name: Let the conductor sequence the nodes of a pair
      sessionsmart.ssr.software_upgrade:
        targets: [RTR_EAST_COMBO]
        version: 6.3.3
        sequencing: vendor
        health_check_unknown: hold
"""

RETURN = r"""
version:
  description: The full version that O(version) stands for, spelled as the conductor offers it.
  type: str
  returned: when the targets could be looked at
  sample: 6.3.5-39.r1.el7
msg:
  description: What became of the targets; where any came to a bad end, only of those.
  type: str
  returned: always
  sample: "t106-dut1.Conductor done: runs 6.3.5-39.r1.el7, Synchronized, service running"
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
          sample: "t106-dut1: runs 6.3.5-39.r1.el7, Synchronized, service running"
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
              sample: runs 6.3.5-39.r1.el7, Synchronized, service running
            from_version:
              description: What it ran before the upgrade. C(null) where that could not be read.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            to_version:
              description: The version that it was to run, spelled as the conductor offers it.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
            running_version:
              description: What it ran when it was last seen. C(null) where that could not be read.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
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
              sample: request system software upgrade router Conductor force node t106-dut1 version 6.3.5-39.r1.el7
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
                  sample: "before: it runs 6.3.0-107.r1.el7, Synchronized, service running"
                words:
                  description: The conductor's own words, where it had any.
                  type: str
                  returned: always
                  sample: ""
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

#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_upgrade.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_upgrade
short_description: Upgrade conductors and routers, one or a whole fleet, and verify the result
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Makes the conductor upgrade targets (C(request system software upgrade)), follows each node until it is verified to
    run the requested version, and returns the results.
  - An accepted command proves nothing. A node is done when it runs the requested version, its asset has been settled
    for O(stable_polls) consecutive polls, its service runs, and its own health check did not fail.
  - One task can upgrade many routers. As soon as one finishes, the next starts, with O(in_flight) at once. All are
    followed by the same polls of the conductor, so hand a fleet to one task instead of looping over it.
  - Nodes of one router are upgraded one after the other. The second is never touched while the first is not done.
  - Before anything is sent, each target is examined. A node that already runs the requested version is left alone; an
    operation that is already running is followed instead of started again; a version that is older than the running one
    is refused (see O(newer)). A re-run finishes what is half done.
  - A connection that is lost while a node is followed is reopened. A conductor node that upgrades itself restarts,
    which is expected. Routers are followed through the other conductor node if this one is away.
  - Nothing is sent to a node whose selected boot volume is not the running one, because somebody has prepared a change.
    This does not apply to package-based nodes and to those that print no volumes.
  - It makes no backup and runs no pre-checks; use M(sessionsmart.ssr.config_export) and M(sessionsmart.ssr.precheck).
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.watching
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.targets
  - sessionsmart.ssr.following
  - sessionsmart.ssr.rollouts
  - sessionsmart.ssr.overrides
  - sessionsmart.ssr.upgrading
  - sessionsmart.ssr.health
  - sessionsmart.ssr.alarms
  - sessionsmart.ssr.compare
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
    support: full
    details: A node that runs the requested version, settled and with its service running, is V(up_to_date).
options:
  version:
    description:
      - The release to upgrade to, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7). V(6.3.5)
        never means 6.3.50.
      - It must be offered to the conductor node of the session, or run on one of the targets. RV(version) is the full
        version that it resolves to.
      - The order of releases is up to the user. A conductor below 6.3.5 must go to 6.3.5 or a later 6.3 before any 7.x,
        and a router must never be newer than its conductor (intro_upgrading, upgrade_router).
    type: str
    required: true
notes:
  - The user of the connection needs a role with the capability C(provisioning) (config_RBAC).
  - A timeout sends nothing. The target ends as V(unknown), with what was last seen; run the same task again to resume.
  - A conductor below 6.3 is upgraded node by node, each through its own session, because the command accepts neither a
    router nor a node there. Its routers are upgraded as a whole (C(send command upgrade)), and there is no health
    check.
  - The identifiers that begin with I95, and names such as upgrade_ibu_conductor, refer to the vendor's release notes
    and documentation.
seealso:
  - module: sessionsmart.ssr.precheck
  - module: sessionsmart.ssr.software_download
  - module: sessionsmart.ssr.health_check
  - module: sessionsmart.ssr.software_downgrade
  - module: sessionsmart.ssr.software_revert
  - module: sessionsmart.ssr.verdict
  - name: The vendor's documentation
    description: Sources of the pages Upgrading the Conductor (upgrade_ibu_conductor) and Upgrading a Router
      (upgrade_router).
    link: https://github.com/128technology/docs
"""

EXAMPLES = r"""
- name: Show what an upgrade of this conductor would do
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

# To upgrade a whole conductor with backup and checks, use the playbook sessionsmart.ssr.upgrade_conductor.
- name: Upgrade one node of a conductor, check it, and revert it if it is bad
  hosts: ssr_conductors[0]
  connection: sessionsmart.ssr.pcli
  gather_facts: false
  tasks:
    - name: Resolve the full version and this node's own names
      sessionsmart.ssr.software_info:
        version: 6.3.5
      register: before

    - name: Upgrade this node, and record it in the journal
      sessionsmart.ssr.software_upgrade:
        targets:
          - router: "{{ before.router }}"
            node: "{{ before.node }}"
        version: "{{ before.wanted }}"
        post_checks: [all]
        recorded_version: "{{ before.running }}"
        assets_count: "{{ before.assets_count }}"
        journal: ~/sessionsmart/journal

# To upgrade the routers of an inventory in canary batches, use the playbook sessionsmart.ssr.upgrade_routers.
- name: Upgrade a fleet in a window
  hosts: ssr_routers
  connection: sessionsmart.ssr.pcli
  strategy: linear
  gather_facts: false
  tasks:
    - name: Upgrade all routers of this batch in one task
      sessionsmart.ssr.software_upgrade:
        target_hosts: "{{ ansible_play_batch }}"
        version: 6.3.5-39.r1.el7
        in_flight: 20
        max_failures: 3
        start_deadline: "2026-11-24T03:00:00Z"
        window_end: "2026-11-24T05:00:00Z"
        stop_file: ~/sessionsmart/stop
        status_file: ~/sessionsmart/status.json
        journal: ~/sessionsmart/journal
        fail_on_target: false
      register: ssr_upgrade
      run_once: true
      delegate_to: conductor-1

    - name: Get this router's own result
      sessionsmart.ssr.verdict:
        results: [ssr_upgrade]

- name: Upgrade routers through the other conductor node
  hosts: ssr_conductors[1]
  connection: sessionsmart.ssr.pcli
  gather_facts: false
  tasks:
    - name: Upgrade a pair node by node, without failing
      sessionsmart.ssr.software_upgrade:
        targets: [RTR_WEST_COMBO]
        version: 6.3.3
        upgrade_timeout: 7200
        fail_on_target: false
      register: result

    - name: Show the result
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
  description: The full version that O(version) resolves to, spelled as the conductor offers it.
  type: str
  returned: if the targets could be examined
  sample: 6.3.5-39.r1.el7
msg:
  description: The results of the targets; if any failed, only of those.
  type: str
  returned: always
  sample: "t106-dut1.Conductor done: runs 6.3.5-39.r1.el7, Synchronized, service running"
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
              description: The name of the node. Empty for a router that the conductor does not know.
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
              sample: runs 6.3.5-39.r1.el7, Synchronized, service running
            from_version:
              description: The version before the upgrade. C(null) if it could not be read.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            to_version:
              description: The target version, spelled as the conductor offers it. C(null) for a router without known
                nodes.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
            running_version:
              description: The version that was last seen on it. C(null) if it could not be read.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
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
              sample: request system software upgrade router Conductor force node t106-dut1 version 6.3.5-39.r1.el7
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
                  sample: "before: it runs 6.3.0-107.r1.el7, Synchronized, service running"
                words:
                  description: The conductor's own words, if any.
                  type: str
                  returned: always
                  sample: ""
checks:
  description:
    - What each of the O(post_checks) says after each node. With a comparison, V(comparison) is one of them;
      it is a warning where the router could not be compared.
    - Empty without O(post_checks).
  type: list
  elements: dict
  returned: if the targets could be examined
  contains:
    name:
      description: The name of the check.
      type: str
      returned: always
      sample: asset_settled
    target:
      description: The node that was checked, spelled C(node.router), or the router, by its name.
      type: str
      returned: always
      sample: t106-dut1.Conductor
    state:
      description:
        - V(pass) - all is well.
        - V(warn) - worth knowing, stops nothing.
        - V(fail) - not healthy; stops the procedure if the severity is V(block).
        - V(skipped) - does not apply here, or cannot be determined on this release.
      type: str
      returned: always
      choices: [pass, warn, fail, skipped]
      sample: pass
    severity:
      description: Whether a failure stops the procedure.
      type: str
      returned: always
      choices: [block, warn]
      sample: block
    reason:
      description: Why, in a sentence.
      type: str
      returned: always
      sample: "Settled over 3 looks: t106-dut1, t106-dut2"
    evidence:
      description: The output of the device, as far as it explains the reason. Empty if there is nothing to show.
      type: str
      returned: always
      sample: ""
    pending:
      description: Whether it may recover by itself, so that M(sessionsmart.ssr.health_check) waits for it.
      type: bool
      returned: always
      sample: false
    undetermined:
      description: Whether the check could not be made, such as when an answer cannot be read. This says nothing about
        the target.
      type: bool
      returned: always
      sample: false
    excused:
      description: Whether only an operation that an earlier run began, and that is resumed, keeps it from failing.
      type: bool
      returned: always
      sample: false
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
          given reason. V(not_started), in check mode only, would not begin, since the window or a stop file forbids it.
      type: str
      returned: always
      choices: [planned, up_to_date, blocked, skipped, not_started]
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
  returned: if the targets could be examined
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
approved_plan:
  description: The plan that the task was bound to by O(approved_plan). C(null) if it was not.
  type: dict
  returned: if the targets could be examined
  contains:
    path:
      description: The full path of its file.
      type: str
      returned: always
      sample: /home/operator/sessionsmart/reports/20260302T010000Z/change.json
    sha256:
      description: The checksum of its contents, which is also in the document itself and on its page.
      type: str
      returned: always
      sample: 2f0d0c6e7a0d1b3c4e5f60718293a4b5c6d7e8f9a0b1c2d3e4f5061728394a5b
    run:
      description: The run that made it.
      type: str
      returned: always
      sample: 20260302T010000Z
change:
  description:
    - What would be done, with every command, for M(sessionsmart.ssr.change_document).
  type: dict
  returned: in check mode, if the targets could be examined
  sample: {"run": {"operation": "upgrade"}, "limits": {"in_flight": 10}, "routers": [], "commands": []}
run_record:
  description:
    - The record of the run, for the O(run_record) of its next task. With O(run_id) and O(journal) it is also in the
      file C(run-<run_id>.json) in the O(journal).
    - It holds the batches with their routers and verdicts, the routers that are relapsed, what stopped the run, the
      window, the durations, the assets that were settled when the run began, how long their first list took, and
      where the canaries are.
  type: dict
  returned: if routers were handled
  sample: {"run_id": "night-47", "batches": [], "relapsed": {}, "stopped": null}
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

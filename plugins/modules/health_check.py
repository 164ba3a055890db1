#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/health_check.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: health_check
short_description: Check the health of conductor nodes and routers, and wait for it
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Runs named checks after an operation, on O(targets), or on the node of the session and its peer.
  - With O(wait_timeout) they are repeated until all pass, and with O(soak) until they have passed for some time.
  - The vendor's own health check is one of them. It is not repeated once it has passed; if it clearly fails, the module
    stops waiting.
  - With O(snapshots) each router is also compared with its state before.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.alarms
  - sessionsmart.ssr.checks
  - sessionsmart.ssr.compare
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.health
  - sessionsmart.ssr.overrides
  - sessionsmart.ssr.progress
attributes:
  action_group:
    membership: [sessionsmart.ssr.all, sessionsmart.ssr.checks]
  check_mode:
    details: Changes nothing; behaves the same with and without C(--check), including waiting and the vendor's own
      health check.
options:
  checks:
    description:
      - The checks to run, in this order. Each entry is a name, V(all), a name with a leading V(!) to exclude that
        check, or a mapping with the keys V(name) and V(severity) and the parameters of that check.
      - A mapping with the key V(command) defines a custom check. Its other keys are V(name), V(query), V(expect) and
        V(severity).
      - With the severity V(block) a failed check stops the procedure; with V(warn) it is only reported.
      - A list that only excludes checks means all others. An unknown name is an error; the message lists the known
        names.
      - "The checks after an operation are:"
      - V(asset_errors) - The conductor counts no errors for an asset of this router.
      - V(asset_settled) - Every node of the router is Synchronized (Running before 6.3), and stays so over several
        polls.
      - "V(asset_settled) takes V(disconnected), V(fail) or V(warn): what a node that is disconnected means. A large
        fleet always has dead sites."
      - V(assets_back) - Every asset that was settled before is settled again, asked on either conductor node.
      - "V(critical_alarms) - No alarm of this router stops an upgrade: one that the table of alarms names for it, or a
        critical one without a row, outside the allow list, that was not there before."
      - V(duplicate_assets) - No asset id of this router belongs to several boxes, and no node is listed twice.
      - V(mismatch_alarm) - No alarm says that the nodes of the pair differ in software or install type.
      - V(pair_connected) - The two nodes of a pair see each other.
      - V(pair_in_sync) - The services of each node of a pair are reached by the other one.
      - V(plugins_kept) - The plugin packages that were installed before are still there.
      - V(processes_led) - Every process that leads somewhere has one primary, in a pair.
      - "V(router_known) - The conductor lists the router: resource groups hide routers from an account."
      - V(same_install_type) - Both nodes of a pair are image-based, or both package-based.
      - V(same_version) - Both nodes of a pair run the same version.
      - V(service_running) - The SSR service of this node runs; Synchronized alone does not prove it (I95-63955).
      - V(vendor_health_check) - The conductor's own health check does not fail (from 6.3 on).
      - V(version) - This node runs the requested version.
  wait_timeout:
    description:
      - How long failing checks are repeated, and how long the node may be away, in seconds. With V(0) the node must
        answer at once, and each check runs once.
      - Raise it after a restart. For the assets of a large authority after the upgrade of a conductor, 90 minutes
        (V(5400)) is a good start.
    type: int
    default: 0
  soak:
    description:
      - How long all checks must pass, in all rounds, before the task succeeds, in seconds. This comes on top of
        O(wait_timeout).
      - Use it between the two nodes of a pair.
    type: int
    default: 0
  settled_before:
    description:
      - The ids of the assets that were settled before the operation, as RV(sessionsmart.ssr.assets_info#module:settled)
        or RV(sessionsmart.ssr.assets_info#module:baseline) of M(sessionsmart.ssr.assets_info) returns them. The check
        V(assets_back) requires each of them; without any, it is skipped.
    type: list
    elements: str
    default: []
  ask_also:
    description:
      - Other inventory hosts, conductor nodes of the same authority, that are also asked for the assets of
        O(settled_before). An asset may show as settled on only one of two conductor nodes (release notes 7.0,
        I95-62830).
      - The module opens its own connection to each of them. The list may include the host of the task.
    type: list
    elements: str
    default: []
  snapshots:
    description:
      - The state of routers before, by name, as RV(sessionsmart.ssr.snapshot_info#module:snapshots) returns it. Each
        target router is compared with its own snapshot. The result is that of a check named V(comparison), with the
        severity V(block).
      - Anything that worked before and certainly no longer works is a regression, and fails the check. Not counted is
        what was bad before, what cannot be read, and what leads to a router that is not settled. Anything that could be
        read before and no longer can is a warning.
      - It costs about seven commands for each router in each round. If O(soak) is not set, a router is not compared
        again once its comparison has passed.
    type: dict
    default: {}
  compare_grace:
    description:
      - How long things that are known to recover after a boot, such as peer paths and their alarms, may be down, in
        seconds. If not set, each kind has its own grace period (300 for paths, sessions and connections; those of
        alarms are listed on the page Checks).
      - The grace period starts when the nodes of the router became settled, as C(show assets) shows; if it does not
        show that, with this task.
      - Within it, the module waits for such things until O(wait_timeout) ends. If they are still down then, that is a
        warning and not a failure. Set it to V(0) if they must be back by the end of O(wait_timeout).
      - It applies to V(critical_alarms) and V(mismatch_alarm) as well as to the comparison.
    type: float
seealso:
  - module: sessionsmart.ssr.precheck
  - module: sessionsmart.ssr.assets_info
  - module: sessionsmart.ssr.snapshot_info
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Check the health of this node once
  sessionsmart.ssr.health_check:

- name: Wait up to fifteen minutes until the node is healthy and runs the requested release
  sessionsmart.ssr.health_check:
    version: 6.3.0
    wait_timeout: 900

- name: Wait for a stable pair before its second node
  sessionsmart.ssr.health_check:
    checks: [asset_settled, service_running, pair_connected, processes_led]
    wait_timeout: 900
    soak: 10

- name: Record which assets are settled
  sessionsmart.ssr.assets_info:
  register: before

- name: Wait until all of them are settled again on any conductor node
  sessionsmart.ssr.health_check:
    checks: [assets_back]
    settled_before: "{{ before.settled }}"
    ask_also: "{{ groups['ssr_conductors'] }}"
    wait_timeout: 5400
    poll_interval: 15

- name: Check two routers after their upgrade
  sessionsmart.ssr.health_check:
    version: 6.3.5-39.r1.el7
    targets: [branch-1, branch-2]
    wait_timeout: 1800

- name: Record the state of two routers
  sessionsmart.ssr.snapshot_info:
    targets: [branch-1, branch-2]
  register: before

- name: Compare them after their upgrade; one lost peer path in ten is acceptable
  sessionsmart.ssr.health_check:
    targets: [branch-1, branch-2]
    snapshots: "{{ before.snapshots }}"
    compare_thresholds: {peers: 10%}
    compare_exclude: ["peers:.*lab-"]
    wait_timeout: 600

- name: Only consider new critical alarms
  sessionsmart.ssr.health_check:
    checks: [critical_alarms]
    alarms_before:
      - category: peer
        message: Peer RTR_WEST_COMBO is not reachable
"""

RETURN = r"""
msg:
  description: The checks that stop the procedure, with their reasons; otherwise how many passed.
  type: str
  returned: always
  sample: "t106-dut1.Conductor: 12 checks passed, 1 warn, 2 skipped."
router:
  description: The router of the node that the session was on.
  type: str
  returned: if the node could be reached
  sample: Conductor
node:
  description: The node that the session was on.
  type: str
  returned: if the node could be reached
  sample: t106-dut1
checks:
  description: What each check says.
  type: list
  elements: dict
  returned: if the node could be reached
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
counts:
  description: How many checks are in each state.
  type: dict
  returned: if the node could be reached
  contains:
    pass:
      description: How many passed.
      type: int
      returned: always
      sample: 12
    warn:
      description: How many warn.
      type: int
      returned: always
      sample: 1
    fail:
      description: How many failed, whatever their severity.
      type: int
      returned: always
      sample: 0
    skipped:
      description: How many were skipped.
      type: int
      returned: always
      sample: 2
blocked:
  description: Whether a check with the severity V(block) failed.
  type: bool
  returned: if the node could be reached
  sample: false
by_router:
  description: The result of the checks for each router, by its name.
  type: dict
  returned: if the node could be reached
  contains:
    router_name:
      description: The result for one router. The key is its name.
      type: dict
      returned: for each checked router
      contains:
        state:
          description:
            - V(pass) - no findings.
            - V(warn) - findings that stop nothing.
            - V(fail) - a check with the severity V(block) failed.
          type: str
          returned: always
          choices: [pass, warn, fail]
          sample: pass
        reason:
          description: The checks with this state, with their reasons; otherwise how many passed.
          type: str
          returned: always
          sample: 12 checks passed
blocked_routers:
  description:
    - The routers that a check with the severity V(block) stops, by name. Each has the check and what can be done about
      it. A problem with the conductor as a whole stops all of them.
  type: dict
  returned: if the node could be reached
  sample: {branch-1: "asset_settled: Not settled: b1 Pending. Wait until it is, or find out why it does not settle"}
table:
  description:
    - The same for people, one line for each check that fails or warns, and one with the number of the others. If there
      are very many, failures come first and the rest is only counted.
  type: list
  elements: str
  returned: if the node could be reached
  sample: ["12 passed, 2 skipped, 0 warned, 0 failed"]
waited:
  description: For how many seconds the checks were repeated.
  type: int
  returned: if the node could be reached
  sample: 42
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

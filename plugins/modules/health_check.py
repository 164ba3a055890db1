#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/health_check.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: health_check
short_description: Check whether conductor nodes and routers are well, and wait until they are
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Runs named checks after an operation, on O(targets), or on the node that the session is on and its pair.
  - With O(wait_timeout) they are repeated until all hold, and with O(soak) until they have held for a while.
  - The vendor's own health check is one of them. Once it has passed it is not asked for again; when it fails in clear
    words the module does not wait any longer.
  - With O(snapshots) each router is also compared with what it was like before.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.checks
  - sessionsmart.ssr.compare
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    details: Changes nothing, and does the same with and without C(--check), including waiting and the vendor's own
      health check.
options:
  checks:
    description:
      - The checks to run, in this order. Each entry is a name, V(all), a name with V(!) in front, which leaves that
        check out, or a mapping with the keys V(name) and V(severity), and the parameters of that check.
      - A mapping with the key V(command) is a check of your own. Its other keys are V(name), V(query), V(expect) and
        V(severity).
      - The severity V(block) stops what was to come when the check fails; V(warn) only reports it.
      - A list with nothing but names to leave out means all others. An unknown name is an error that lists the known
        ones.
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
      - V(version) - This node runs the wanted version.
  wait_timeout:
    description:
      - Seconds for which checks that do not hold are repeated, and for which the node may be away. With V(0) it must
        answer at once, and all checks are made once.
      - Raise it after a restart. For the assets of a large authority after the upgrade of a conductor, 90 minutes
        (V(5400)) are a good start.
    type: int
    default: 0
  soak:
    description:
      - Seconds for which all checks must have held, in all rounds, before the task ends well. They come on top of
        O(wait_timeout).
      - Use it between the two nodes of a pair.
    type: int
    default: 0
  retry_pause:
    description:
      - Seconds until the vendor's own health check is asked once more after it failed. It is known to fail, or to time
        out, for a moment after a restart (release notes, I95-64218 and I95-65656). A second failure counts.
      - It is asked again only where O(wait_timeout) leaves time for it.
    type: int
    default: 30
  alarms_before:
    description:
      - The alarms that were there before the operation, as RV(sessionsmart.ssr.precheck#module:alarms) names them.
        An alarm with the same category and message does not count, also in the words of another release.
    type: list
    elements: dict
    default: []
    suboptions:
      category:
        description: The category of the alarm, as C(show alarms) prints it.
        type: str
        required: true
      message:
        description: The message of the alarm, as C(show alarms) prints it.
        type: str
        required: true
      router:
        description: The router that raised the alarm. Without it the same alarm of any router does not count.
        type: str
  plugins_before:
    description:
      - The plugin packages that were installed before, version by name, as
        RV(sessionsmart.ssr.software_info#module:plugins) returns them.
      - One that is missing afterwards fails the check V(plugins_kept), which only warns unless its severity is raised.
    type: dict
  settled_before:
    description:
      - The ids of the assets that were settled before the operation, as RV(sessionsmart.ssr.assets_info#module:settled)
        or RV(sessionsmart.ssr.assets_info#module:baseline) of M(sessionsmart.ssr.assets_info) returns them. The check
        V(assets_back) asks for each of them, and is skipped without any.
    type: list
    elements: str
    default: []
  ask_also:
    description:
      - Other hosts of the inventory, conductor nodes of the same authority, that are asked for the assets of
        O(settled_before) as well. An asset may show as settled on only one of two conductor nodes (release notes 7.0,
        I95-62830).
      - This module opens a connection of its own to each of them. The host of the task itself may be in the list.
    type: list
    elements: str
    default: []
  snapshots:
    description:
      - What routers were like before, by name, as RV(sessionsmart.ssr.snapshot_info#module:snapshots) returns it. Each
        router that is looked at is compared with its own. The result is that of a check named V(comparison), with the
        severity V(block).
      - What worked before and surely does not any more is a loss, and lets it fail. What was bad before, what cannot be
        read, and what leads to a router that is not settled is none. What could be told before and cannot be now lets
        it warn.
      - It costs about seven commands for each router in each round. Where O(soak) is not set, a router whose comparison
        has passed is not asked again.
    type: dict
    default: {}
  compare_grace:
    description:
      - Seconds for which what is known to come back after a boot may be away, such as peer paths and the alarms about
        them. When not given, each has its own (300 for paths, sessions and connections; those of alarms are listed on
        the page Checks).
      - They begin when the nodes of the router became settled, as C(show assets) tells; with this task where it does
        not.
      - Within them such a thing is waited for as long as O(wait_timeout) lasts. If it is still away then, that is a
        warning and no failure. Set it to V(0) where it has to be back at the end of O(wait_timeout) in any case.
      - It counts for V(critical_alarms) and V(mismatch_alarm) as well as for the comparison.
    type: float
seealso:
  - module: sessionsmart.ssr.precheck
  - module: sessionsmart.ssr.assets_info
  - module: sessionsmart.ssr.snapshot_info
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Check once whether this node is well
  sessionsmart.ssr.health_check:

- name: Wait up to fifteen minutes until the node is well and runs the wanted release
  sessionsmart.ssr.health_check:
    version: 6.3.0
    wait_timeout: 900

- name: Let the pair come to rest before its second node
  sessionsmart.ssr.health_check:
    checks: [asset_settled, service_running, pair_connected, processes_led]
    wait_timeout: 900
    soak: 10

- name: Remember which assets are settled
  sessionsmart.ssr.assets_info:
  register: before

- name: Wait until all of them are settled again, seen from any conductor node
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

- name: Record what two routers are like
  sessionsmart.ssr.snapshot_info:
    targets: [branch-1, branch-2]
  register: before

- name: Compare them after their upgrade; one lost peer path in ten is accepted
  sessionsmart.ssr.health_check:
    targets: [branch-1, branch-2]
    snapshots: "{{ before.snapshots }}"
    compare_thresholds: {peers: 10%}
    compare_exclude: ["peers:.*lab-"]
    wait_timeout: 600

- name: Count only critical alarms that are new
  sessionsmart.ssr.health_check:
    checks: [critical_alarms]
    alarms_before:
      - category: peer
        message: Peer RTR_WEST_COMBO is not reachable
"""

RETURN = r"""
msg:
  description: The checks that stop what was to come, with their reasons; else how many passed.
  type: str
  returned: always
  sample: "t106-dut1.Conductor: 12 checks passed, 1 warn, 2 skipped."
router:
  description: The router of the node that the session was on.
  type: str
  returned: when the node could be asked
  sample: Conductor
node:
  description: The node that the session was on.
  type: str
  returned: when the node could be asked
  sample: t106-dut1
checks:
  description: What each check says.
  type: list
  elements: dict
  returned: when the node could be asked
  contains:
    name:
      description: The name of the check.
      type: str
      returned: always
      sample: asset_settled
    target:
      description: What it looked at, a node spelled C(node.router), or a router by its name.
      type: str
      returned: always
      sample: t106-dut1.Conductor
    state:
      description:
        - V(pass) - all is well.
        - V(warn) - worth knowing, stops nothing.
        - V(fail) - not well; stops what was to come if the severity is V(block).
        - V(skipped) - does not apply here, or cannot be told on this release.
      type: str
      returned: always
      choices: [pass, warn, fail, skipped]
      sample: pass
    severity:
      description: Whether a failure stops what was to come.
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
      description: What the device printed, as far as it matters for the reason. Empty where there is nothing to show.
      type: str
      returned: always
      sample: ""
    pending:
      description: Whether it may become better by itself, so that M(sessionsmart.ssr.health_check) waits for it.
      type: bool
      returned: always
      sample: false
counts:
  description: How many checks are in each state.
  type: dict
  returned: when the node could be asked
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
  returned: when the node could be asked
  sample: false
by_router:
  description: What the checks say of each router, by its name.
  type: dict
  returned: when the node could be asked
  contains:
    router_name:
      description: What is said of one router. The key is its name.
      type: dict
      returned: for each router that was looked at
      contains:
        state:
          description:
            - V(pass) - nothing is to be looked at.
            - V(warn) - something is, and stops nothing.
            - V(fail) - a check with the severity V(block) failed.
          type: str
          returned: always
          choices: [pass, warn, fail]
          sample: pass
        reason:
          description: The checks that say so, with their reasons; else how many passed.
          type: str
          returned: always
          sample: 12 checks passed
blocked_routers:
  description:
    - The routers that a check with the severity V(block) stops, by name. Each has the check and what can be done about
      it. What is wrong with the conductor as a whole stops all of them.
  type: dict
  returned: when the node could be asked
  sample: {branch-1: "asset_settled: Not settled: b1 Pending. Wait until it is, or find out why it does not settle"}
table:
  description:
    - The same for people, one line for each check that fails or warns, and one that counts the others. Of very many
      lines the failures come first, and the rest is only counted.
  type: list
  elements: str
  returned: when the node could be asked
  sample: ["12 passed, 2 skipped, 0 to look at"]
waited:
  description: For how many seconds the checks were repeated.
  type: int
  returned: when the node could be asked
  sample: 42
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

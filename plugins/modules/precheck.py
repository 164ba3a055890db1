#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/precheck.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: precheck
short_description: Check whether conductor nodes and routers can be upgraded
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Runs named checks before anything is changed, on O(targets), or on the node of the session and its peer.
  - Each check passes, warns, fails or does not apply, with a reason. A failed check with the severity V(block) fails
    the task.
  - If the O(journal) contains a command of an earlier run without an outcome, the node may be restarting. The module
    then waits for it to answer, and a running operation is resumed rather than a reason to stop.
  - Whatever fails only because that command restarts a node warns, such as its service, the connection of its pair, or
    an alarm that it raises or that says that it is not seen. Everything else still stops its router.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.alarms
  - sessionsmart.ssr.checks
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.following
  - sessionsmart.ssr.overrides
  - sessionsmart.ssr.progress
attributes:
  action_group:
    membership: [sessionsmart.ssr.all, sessionsmart.ssr.checks]
  check_mode:
    details: Changes nothing; behaves the same with and without C(--check), including the vendor's own health check.
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
      - "The checks before an operation are:"
      - V(asset_errors) - The conductor counts no errors for an asset of this router.
      - V(asset_list_complete) - As many assets are listed as the conductor counts itself, where it prints a summary.
      - V(asset_settled) - Every node of the router is Synchronized (Running before 6.3), and stays so over several
        polls.
      - "V(asset_settled) takes V(disconnected), V(fail) or V(warn): what a node that is disconnected means. A large
        fleet always has dead sites."
      - V(boot_volume) - The next boot of this node starts what runs now, where it prints its volumes; what lies on the
        other one is named, since an upgrade overwrites it.
      - "V(clean_candidate) - Nobody's uncommitted changes are lost: the prompt shows no star."
      - "V(conductor_not_older) - The conductor's release is not older than the one that is requested for the router:
        major.minor.patch counts."
      - "V(conductor_not_older) takes V(rule), V(strict) or V(minor): whether a patch level of the router above that of
        its conductor counts, too (since the time of 6.3.5 it does). Where it is not given, the option V(version_rule)
        counts."
      - "V(conductors_settled) - Both nodes of a conductor pair are settled and connected: one that lost its conductor
        fails later (I95-63923)."
      - "V(critical_alarms) - No alarm of this router stops an upgrade: one that the table of alarms names for it, or a
        critical one without a row, outside the allow list, that was not there before."
      - V(disk_space) - The disks of this node have room, where that is shown; a conversion to images needs about half
        of it free.
      - V(disk_space) takes V(min_free), the per cent of each disk that must be free (V(10) by default).
      - V(duplicate_assets) - No asset id of this router belongs to several boxes, and no node is listed twice.
      - "V(is_conductor) - The session is on a conductor: a router knows no assets."
      - V(mismatch_alarm) - No alarm says that the nodes of the pair differ in software or install type.
      - V(no_operation_running) - No upgrade or revert runs on a node of this router. A download moves nothing, so it
        does not count.
      - V(not_older) - The requested version is not older than what this node runs.
      - V(offline_traps) - A conductor that gets its software offline has what the step needs first.
      - V(other_candidates) - No other user is active, and no configuration is out of sync or changed locally.
      - V(pair_connected) - The two nodes of a pair see each other.
      - V(pair_in_sync) - The services of each node of a pair are reached by the other one.
      - V(plugin_traps) - No installed plugin is too old for the requested release, or does not work with it.
      - "V(release_supported) - The conductor runs 6.0 or newer: older ones have no upgrade command."
      - V(revert_possible) - What runs now can be reverted to after the upgrade.
      - V(rights) - This account may run the lifecycle commands (capability provisioning).
      - "V(router_known) - The conductor lists the router: resource groups hide routers from an account."
      - "V(routers_visible) - Every node that the conductor has a connection to is in 'show assets': resource groups
        hide routers."
      - V(same_install_type) - Both nodes of a pair are image-based, or both package-based.
      - V(same_version) - Both nodes of a pair run the same version.
      - V(service_running) - The SSR service of this node runs; Synchronized alone does not prove it (I95-63955).
      - V(settled_before) - Before a conductor goes to 7.x every asset that it manages is settled, or accepted by name
        (rule of the vendor).
      - V(settled_before) takes V(accept), a list of names (of an asset, a router, a node, or V(node.router)) that need
        not be settled.
      - V(time_left) - The work on this router, and a revert, fit into the time that is left of the window.
      - V(time_left) takes V(window_end), the end of the window, such as V(05:00), V(+6h), or a date and a time; or
        V(none).
      - V(time_left) takes V(time_zone), the time zone of V(window_end) where it names none, such as V(Europe/Berlin).
      - V(time_left) takes V(expected_upgrade), the seconds that a node takes.
      - V(time_left) takes V(expected_revert), the seconds that a revert of a node takes.
      - V(time_left) takes V(pair_soak), the seconds of soak between the nodes of a pair.
      - V(upgrade_path) - The requested release may follow what runs. A release that must come in between is named, and
        steps are proposed.
      - "V(upgrade_path) takes V(rule), V(strict) or V(minor): whether a patch level of the router above that of its
        conductor counts, too (since the time of 6.3.5 it does). Where it is not given, the option V(version_rule)
        counts."
      - V(vendor_health_check) - The conductor's own health check does not fail (from 6.3 on).
      - V(version_available) - The requested version is on every node of the router, or the conductor runs it or is
        offered it.
      - V(version_offered) - The requested version is offered to this node, or a node of the pair runs it.
  version_rule:
    description:
      - How the release of a router may relate to that of its conductor, for every check without a rule of its own. With
        V(strict) the requested release must not be newer than the conductor's in major, minor or patch, which is the
        rule since 6.3.5; with V(minor) only major and minor count, which is the vendor's older rule.
      - A router from 6.3.5 on needs a conductor from 6.3.5 on in any case. Choose V(minor) only if the vendor's support
        has approved it for these releases, and set O(sessionsmart.ssr.software_upgrade#module:version_rule) as well.
    type: str
    choices: [strict, minor]
    default: strict
  any_node:
    description:
      - Whether to use the other node of the conductor, with the variables of its own host, if this one cannot be
        reached.
      - Set it to V(true) before an operation on routers. Leave it off if the conductor itself is to be upgraded.
    type: bool
    default: false
  conductor_node_away:
    description:
      - What it means for V(asset_settled), V(same_version) and V(pair_connected) that the other node of the conductor
        is disconnected, if the targets are not routers. With V(fail) they fail.
      - Set it to V(warn) before an operation on routers, which the node that answers carries alone. No other node takes
        over from it then. Leave it at V(fail) if the conductor itself is to be upgraded.
    type: str
    choices: [fail, warn]
    default: fail
  journal:
    description:
      - The folder on the controller in which M(sessionsmart.ssr.software_upgrade) records what it sends. Use the same
        folder for both.
      - If not set or empty, nothing is known about earlier runs.
    type: path
  run_id:
    description: The name of the whole run, as in M(sessionsmart.ssr.software_upgrade). It does not influence any
      decision.
    type: str
  upgrade_timeout:
    description:
      - How long after a command in the O(journal) without an outcome the module keeps trying to log in, in seconds,
        because the node may be restarting.
      - Use the same value as for M(sessionsmart.ssr.software_upgrade).
    type: int
    default: 5400
seealso:
  - module: sessionsmart.ssr.health_check
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Check whether this node can be upgraded
  sessionsmart.ssr.precheck:
    version: 6.3.5

- name: Accept a known alarm, exclude a check, and make another one only warn
  sessionsmart.ssr.precheck:
    version: 6.3.5
    checks:
      - all
      - "!other_candidates"
      - name: critical_alarms
        severity: warn
    allow_alarms:
      - IDP engine unable to start

- name: Evaluate the result instead of failing
  sessionsmart.ssr.precheck:
    version: 6.3.5
    journal: ~/sessionsmart/journal
    fail_on_target: false
  register: precheck

- name: Show the findings
  ansible.builtin.debug:
    var: precheck.table

- name: Check the routers of this batch once, with a window and a custom check
  sessionsmart.ssr.precheck:
    version: 6.3.5-39.r1.el7
    target_hosts: "{{ ansible_play_batch }}"
    checks:
      - all
      - name: time_left
        window_end: "2026-03-02T04:30:00+01:00"
      - name: asset_settled
        disconnected: warn
      - name: uplink_up
        command: show device-interface router {router} force summary
        query: tables[0][?ends_with(Name, ':wan')]."Operational Status"
        expect: {condition: "length(@) > `0`"}
        severity: warn
    fail_on_target: false
  delegate_to: conductor-1
  run_once: true
  register: precheck

- name: Continue only with routers that are not blocked
  ansible.builtin.assert:
    that: inventory_hostname not in precheck.blocked_routers
    fail_msg: "{{ precheck.blocked_routers[inventory_hostname] | default('') }}"

- name: Only check that the account may run the commands
  sessionsmart.ssr.precheck:
    checks: [release_supported, rights]
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
checks_to_repeat:
  description:
    - The checks with the severity V(block) that fail only because of an operation that an earlier run began and whose
      end nobody saw, by the name of the router. They stop nothing, since that operation is followed to its end first.
      The option of the same name of M(sessionsmart.ssr.software_upgrade) takes them.
  type: dict
  returned: if the node could be reached
  sample: {branch-1: [critical_alarms]}
table:
  description:
    - The same for people, one line for each check that fails or warns, and one with the number of the others. If there
      are very many, failures come first and the rest is only counted.
  type: list
  elements: str
  returned: if the node could be reached
  sample: ["12 passed, 2 skipped, 0 warned, 0 failed"]
alarms:
  description:
    - The alarms of the targets, if a check read them, for O(sessionsmart.ssr.health_check#module:alarms_before).
      C(null) if they could not be read.
  type: list
  elements: dict
  returned: if the node could be reached
  contains:
    category:
      description: The category.
      type: str
      returned: always
      sample: system
    message:
      description: The message.
      type: str
      returned: always
      sample: No active NTP server
    router:
      description: The router that raised it. C(null) if the alarm does not name it.
      type: str
      returned: always
      sample: Conductor
taken_up:
  description:
    - The result of the operation of an earlier run that was open in the O(journal) and was first followed to its end,
      in the form of one of RV(sessionsmart.ssr.software_upgrade#module:by_router.router_name.nodes).
    - C(null) where there was none.
  type: dict
  returned: if the node could be reached
  sample: {router: Conductor, node: t106-dut1, state: done}
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

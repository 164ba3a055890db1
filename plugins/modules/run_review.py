#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/run_review.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: run_review
short_description: Decide whether the next batch of routers may begin, and look again at those that are done
version_added: 0.2.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Asks the conductor once more about the routers that this run has done. One that left its settled state, or runs
    another version, for longer than O(flap) is V(relapsed). It counts as a failure of the run.
  - With O(next_hosts) it also decides whether this batch may begin. It may not if a router of an earlier batch has no
    verdict, or if more than O(max_fail_percentage) of a batch ended as V(failed), V(reverted), V(unknown), V(held) or
    V(relapsed), or if something stopped the run for good, such as the window or the stop file. Routers to which nothing
    was sent (V(blocked), V(skipped), V(not_started)) stop no batch.
  - Ansible itself counts failed hosts, and misses those that failed in an earlier play, and tasks that were
    unreachable. This module counts the verdicts of the run.
  - The first batch tells how many routers come first as canaries. See O(sessionsmart.ssr.software_upgrade#module:bake).
  - It sends no command that changes anything.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.watching
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
  - sessionsmart.ssr.reports
attributes:
  check_mode:
    details: Does not look at routers again, and writes nothing. As nothing is upgraded in check mode, every batch
      begins.
options:
  next_hosts:
    description:
      - The inventory hosts of the batch that is about to begin, usually C(ansible_play_batch).
      - Leave it out at the end of a run.
    type: list
    elements: str
  run_hosts:
    description:
      - All inventory hosts that the run was meant for, usually C(ansible_play_hosts_all).
      - With it the routers that were never begun are named at the end of a run, and O(status_file) has all routers.
        After a failed canary most routers were never begun, and Ansible itself says nothing of hosts in batches that it
        did not begin.
    type: list
    elements: str
  approved_plan:
    description:
      - The C(change.json) to which the run is bound, as in
        O(sessionsmart.ssr.software_upgrade#module:approved_plan). Before the first batch all routers of O(run_hosts),
        and the batches of O(serial), are compared with it, and the task fails where they go beyond it.
    type: path
  serial:
    description:
      - The batches of the run, as the keyword C(serial) of its play has them, for O(approved_plan).
    type: list
    elements: raw
    default: []
  max_fail_percentage:
    description:
      - What percentage of a batch may end badly before no other batch begins. With V(0) one router stops the run.
      - Raise it for a large fleet where single failures are expected.
    type: float
    default: 0
  recent_failures:
    description:
      - When so many of the twenty routers that ended last did not end well, no other batch begins, and no other router
        of the batch under way, whatever O(max_fail_percentage) is. Routers to which nothing was sent do not count.
        V(0) switches this off.
      - Switch it off only for rehearsals.
    type: int
    default: 3
  reason:
    description:
      - Why no other batch may begin, if something outside of this run says so, such as tasks of yours that failed. If
        empty, only the run itself decides.
    type: str
    default: ""
  done_before:
    description:
      - Results of earlier tasks of this run whose nodes must still be as they were, each with C(by_router), such as the
        verdicts of the conductor nodes. Nodes that ended V(done) or V(up_to_date) are looked at again with the routers,
        and a conductor that relapsed lets no other router begin.
      - Use it if the run has upgraded the conductor before its routers.
    type: list
    elements: dict
    default: []
  flap:
    description:
      - How long a node may be away before it counts as relapsed, in seconds. While a conductor node is away, assets
        flap (release notes, I95-64063).
      - Raise it if nodes are known to be away longer without harm.
    type: float
    default: 90
  poll_min:
    description:
      - The interval between two looks at a node that is away, in seconds.
      - Raise it to put less load on a busy conductor.
    type: float
    default: 2
  report_dir:
    description:
      - The folder with the reports of the batches. Reports of routers that have relapsed are corrected.
      - Set it if the run writes reports.
    type: path
  journal:
    description:
      - The folder on the controller in which the record of the run is kept, as C(run-<run_id>.json).
      - If not set, the record is only in RV(run_record).
    type: path
  status_file:
    description:
      - The file of O(sessionsmart.ssr.software_upgrade#module:status_file). With O(run_hosts) it is brought up to date
        for all routers of the run - those whose batch has not begun are V(waiting), and at the end V(not_started), with
        the reason why the run stopped.
      - Set it if the batches of the run write one.
    type: path
  settings:
    description:
      - Settings of the run that no task of a batch knows, such as how it is divided into batches. They are recorded,
        and stand in O(status_file).
      - Give with the first batch what a person would ask for the morning after.
    type: dict
  run_id:
    description:
      - The name of the run, as in its other tasks.
    type: str
  run_record:
    description:
      - RV(run_record) of the last task of this run; nothing, or an empty mapping, before its first batch.
    type: dict
notes:
  - Without a list of assets nothing is known of the routers that are done. Then the next batch does not begin; at the
    end of a run it is a warning.
seealso:
  - module: sessionsmart.ssr.software_upgrade
  - module: sessionsmart.ssr.verdict
"""

EXAMPLES = r"""
- name: Decide whether this batch may begin
  sessionsmart.ssr.run_review:
    next_hosts: "{{ ansible_play_batch }}"
    run_id: night-47
    journal: ~/sessionsmart/journal
    run_record: "{{ hostvars['conductor-1'].ssr_record | default({}) }}"
  register: ssr_review
  failed_when: not ssr_review.goes_on
  run_once: true
  delegate_to: conductor-1

- name: Look at all routers once more at the end
  sessionsmart.ssr.run_review:
    run_id: night-47
    journal: ~/sessionsmart/journal
    run_record: "{{ hostvars['conductor-1'].ssr_record }}"
  register: ssr_review
  run_once: true
  delegate_to: conductor-1
"""

RETURN = r"""
msg:
  description: Whether the batch begins, and why not; at the end of a run its totals.
  type: str
  returned: always
  sample: "Batch 2 begins. Routers so far: 1 done."
goes_on:
  description: Whether the batch may begin. Always true without O(next_hosts).
  type: bool
  returned: success
  sample: true
reason:
  description: Why it may not. C(null) if it may.
  type: str
  returned: success
  sample: store-1 (reverted) of batch 1 did not end well
relapsed:
  description: The routers that relapsed after their batch had ended, with the reason.
  type: dict
  returned: success
  sample: {"store-1": "was done, but node1 is Disconnected for 2 min 10 s"}
by_router:
  description: The same, as M(sessionsmart.ssr.verdict) takes results. Other routers are not in it.
  type: dict
  returned: success
  contains:
    router_name:
      description: The result of one router. The key is its name.
      type: dict
      returned: for each router that relapsed
      contains:
        state:
          description: Always V(relapsed).
          type: str
          returned: always
          sample: relapsed
        reason:
          description: Why, in words.
          type: str
          returned: always
          sample: was done, but node1 is Disconnected for 2 min 10 s
        nodes:
          description: Always empty.
          type: list
          elements: dict
          returned: always
          sample: []
totals:
  description: How many routers of the run ended in each state. Only states that occur are keys.
  type: dict
  returned: success
  sample: {"done": 12, "blocked": 1}
not_begun:
  description: The routers of O(run_hosts) that were never begun, in their order. A download may have been sent to them.
  type: list
  elements: str
  returned: success
  sample: [store-0002, store-0003]
stopped:
  description: Why no other batch of this run begins. C(null) if nothing stopped it.
  type: str
  returned: success
  sample: "the stop file is there: nothing new starts, what runs is followed; remove the file to go on"
hosts_not_ok:
  description:
    - The hosts whose routers did not succeed, or have no verdict, over all batches.
    - If there is none although the run was stopped, the first host of the batch that was not begun.
  type: list
  elements: str
  returned: success
  sample: [store-1]
approved_plan:
  description: The plan that the run is bound to by O(approved_plan). C(null) if it is not.
  type: dict
  returned: success
  contains:
    path:
      description: The full path of its file.
      type: str
      returned: always
      sample: /home/operator/sessionsmart/reports/20260302T010000Z/change.json
    sha256:
      description: The checksum of its contents.
      type: str
      returned: always
      sample: 2f0d0c6e7a0d1b3c4e5f60718293a4b5c6d7e8f9a0b1c2d3e4f5061728394a5b
    run:
      description: The run that made it.
      type: str
      returned: always
      sample: 20260302T010000Z
run_record:
  description: The record of the run, for its next task.
  type: dict
  returned: success
  sample: {"run_id": "night-47", "batches": [], "relapsed": {}, "stopped": null}
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

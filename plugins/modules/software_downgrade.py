#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_downgrade.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_downgrade
short_description: Take conductors and routers down to an older release, and prove it
version_added: 0.2.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Asks the conductor to install an older release on targets (C(request system software downgrade)), follows each node
    until it is proven to run it, and tells what became of it. The release is installed anew, as in an upgrade.
  - To go back to what a node ran before its last upgrade, M(sessionsmart.ssr.software_revert) is quicker and safer. It
    needs no download, since that release is still on the node.
  - The command exists from 6.3.3 on. A pair is taken down node by node, or with O(simultaneous), since the conductor
    does not sequence a downgrade by itself (command reference of 7.2).
  - In everything else it behaves like M(sessionsmart.ssr.software_upgrade).
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.targets
  - sessionsmart.ssr.operation
  - sessionsmart.ssr.rollout
  - sessionsmart.ssr.upgrading
  - sessionsmart.ssr.compare
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
    support: full
    details: A node that runs the wanted version, settled and with its service running, is V(up_to_date).
options:
  version:
    description:
      - The release to go down to, such as V(6.3.3) for any build of it, V(6.3.3-40), or V(6.3.3-40.r2.el7). V(6.3.3)
        never means 6.3.30.
      - It must be offered to the conductor node that the session is on, or run on one of the targets. RV(version) is
        the full version that it stands for.
      - Not every way down exists. From 7.x there is none to a package-based 6.x (release notes 7.2), and from 7.1.3 on
        none to a release without Configuration Integrity (intro_rollback); a revert exists in both cases.
    type: str
    required: true
notes:
  - The user of the connection needs a role with the capability C(provisioning) (config_RBAC).
  - A time-out sends nothing. It ends as V(unknown), says what was last seen, and is taken up by running the same again.
  - The identifiers that begin with I95, and names such as intro_rollback, are of the vendor's release notes and
    documentation.
seealso:
  - module: sessionsmart.ssr.software_revert
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: See what a downgrade of this router would do
  sessionsmart.ssr.software_downgrade:
    targets: [RTR_WEST_COMBO]
    version: 6.3.3
  check_mode: true

- name: Take a pair down to an older release, node by node
  sessionsmart.ssr.software_downgrade:
    targets: [RTR_WEST_COMBO]
    version: 6.3.3
    journal: ~/sessionsmart/journal

- name: Take one node down, whose peer runs the older release already
  sessionsmart.ssr.software_downgrade:
    targets:
      - router: RTR_EAST_COMBO
        node: east-2
    version: 6.3.3-40.r2.el7
    journal: ~/sessionsmart/journal
"""

RETURN = r"""
version:
  description: The full version that O(version) stands for, spelled as the conductor offers it.
  type: str
  returned: when the targets could be looked at
  sample: 6.3.3-40.r2.el7
msg:
  description: What became of the targets; where any came to a bad end, only of those.
  type: str
  returned: always
  sample: "t106-dut1.Conductor done: runs 6.3.3-40.r2.el7, Synchronized, service running"
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
          sample: "t106-dut1: runs 6.3.3-40.r2.el7, Synchronized, service running"
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
              description: What became of the node; the words are those of the router's state.
              type: str
              returned: always
              sample: done
            reason:
              description: Why, in words.
              type: str
              returned: always
              sample: runs 6.3.3-40.r2.el7, Synchronized, service running
            from_version:
              description: What it ran before the downgrade. C(null) where that could not be read.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
            to_version:
              description: The version that it was to run, spelled as the conductor offers it. C(null) for a router of
                which no node is known.
              type: str
              returned: always
              sample: 6.3.3-40.r2.el7
            running_version:
              description: What it ran when it was last seen. C(null) where that could not be read.
              type: str
              returned: always
              sample: 6.3.3-40.r2.el7
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
              sample: request system software downgrade router Conductor force node t106-dut1 version 6.3.3-40.r2.el7
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
      sample: 2 nodes go to 6.3.3-40.r2.el7
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
          sample: 6.3.5-39.r1.el7
        to_version:
          description: What it is to run. C(null) where that is not known.
          type: str
          returned: always
          sample: 6.3.3-40.r2.el7
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
          sample: "downgrade of an earlier run, sent at 2026-11-23T01:00:07Z"
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

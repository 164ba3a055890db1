#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_download.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_download
short_description: Bring a release onto nodes before it is needed
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Asks the conductor to download a release to the nodes of the targets (C(request system software download)), some at
    a time, and follows each until it is there. Downloads disturb nobody, so this can be done by day, ahead of a night.
  - Where a conductor has no access to the vendor's repositories, O(iso) makes an image known that lies on the node.
  - Whether a release is on a node is read from C(show assets software), from C(show system software download) in any
    layout, and from the channel C(downloads) of the versions that are offered. A request that keeps its prompt until
    the download is over, and then comes back without an error, counts as well.
  - With O(state) a download that runs is paused, or taken back together with what was downloaded.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.targets
  - sessionsmart.ssr.operation
  - sessionsmart.ssr.progress
attributes:
  action_group:
    membership: [sessionsmart.ssr.all, sessionsmart.ssr.operations]
  check_mode:
    support: full
    details: Looks at every target and sends nothing. What would be downloaded ends as V(planned).
  diff_mode:
    support: partial
    details: Shows the running version of each node before, and after it the version that was downloaded to it, by
      C(node.router).
  idempotent:
    support: partial
    details:
      - A node that runs the release, and one that has it by what the conductor shows, are left alone. Where the
        conductor does not show it, the download is asked for again.
      - An image of O(iso) is imported only where the conductor does not offer the version yet.
options:
  version:
    description:
      - The release to download, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7). V(6.3.5)
        never means 6.3.50.
      - It must be offered to the conductor node that the session is on, or run on one of the targets. RV(version) is
        the full version that it stands for.
    type: str
    required: true
  state:
    description:
      - With V(present) the release is to be on the nodes. A download that was paused goes on.
      - With V(paused) a download that runs is stopped, and keeps what it has (C(request system software download
        pause), from 7.1.3 on, I95-54248). Use it where the lines are needed for something else by day.
      - With V(absent) a download that runs is cancelled, and a release that is there is removed (C(delete system
        software)). Use it to make room on a disk. The version that a node runs is never removed.
    type: str
    choices: [present, paused, absent]
    default: present
  blocked:
    description:
      - Routers that are not to be touched, each with the reason why, such as
        RV(sessionsmart.ssr.precheck#module:blocked_routers). They end as V(blocked).
      - Give it where M(sessionsmart.ssr.precheck) has run for the same routers.
    type: dict
    default: {}
  version_rule:
    description:
      - How the releases of a conductor and of its routers must compare, as in
        O(sessionsmart.ssr.software_upgrade#module:version_rule). Give both the same.
    type: str
    choices: [strict, minor]
    default: strict
  several_builds:
    description:
      - What to do when more than one build fits O(version). V(refuse) fails and lists them; V(newest) takes the newest.
      - Choose V(newest) only where it does not matter which build the night ends with.
    type: str
    choices: [refuse, newest]
    default: refuse
  iso:
    description:
      - The path of an image on the node that the session is on, which is imported first (C(import iso)). V(hunt)
        imports every image that is found; the conductor looks for names such as C(SSR*.iso) and C(SSR*.tar)
        (upgrade_restricted_access).
      - For conductors in offline mode. Both nodes of a pair need the image, each in a session of its own.
    type: str
  installation_service:
    description:
      - Whether the installer is upgraded before the download (C(request system software upgrade installation-service)).
      - The release notes ask for it on conductors in offline mode that go from one 6.3 to another. Below 6.3 the
        command does not exist, which is a warning.
    type: bool
    default: false
  sequenced:
    description:
      - Whether of a pair only one node downloads at a time, so that the second can fetch the release from the first
        instead of over the line (command reference of 7.2).
      - Set it for pairs behind a thin line. Valid only for a target that is a whole router; refused where the release
        of the conductor does not offer it.
    type: bool
    default: false
  downloads_in_flight:
    description:
      - How many downloads run at once. Those of routers all come through the conductor.
      - Lower it for thin lines, raise it for a conductor that is well connected.
    type: int
    default: 5
  max_failures:
    description:
      - How many downloads may fail in words before no other is begun. Those that run are followed to their end. One of
        which nothing readable is told does not count, and none of them counts for the upgrades of the same run.
      - V(0) means that the first one stops the run. Raise it for a large fleet in which single failures are expected.
    type: int
    default: 5
  stop_file:
    description:
      - A path on the controller. As soon as a file is there, no other download is begun, and those that run are
        followed to their end.
      - Give one where somebody may have to end the downloads early. Take the file away before the next run.
    type: path
  status_file:
    description:
      - A path on the controller. A JSON file is kept there while the task runs, with state, phase and reason of each
        router, and totals. It is replaced as a whole, so it can be read at any time.
      - Give one for a dashboard or for a second terminal.
    type: path
  cohort_id:
    description:
      - A cohort id that the conductor assigns to the operation. The vendor documents no more than that; leave it out if
        you have no use for it.
    type: str
  download_timeout:
    description:
      - Seconds until the release must be on a node. When they are over, the target ends as V(failed); the download goes
        on, and the next run follows it.
      - The default is above the vendor's own limit of 10800 s (config-smart-download). Raise it where the configuration
        under C(software-update) sets a longer one.
    type: int
    default: 11700
  download_silence:
    description:
      - Seconds for which the figures of a download may stand still, or for which it may be paused. Then the target ends
        as V(failed). A time that goes on is no progress. Where no figures are told, O(download_timeout) ends it.
      - For so long something readable is waited for, too, since the layout of the status commands is documented
        nowhere. Where nothing is, a target whose request the conductor has accepted ends as V(done) with a reason that
        says that nothing tells whether the release is there; an upgrade finds out. The other routers of the task do not
        wait for that again, only for O(expected_download).
      - A download that waits by itself, for its turn or for its next attempt, does not stand still.
      - Raise it for lines on which a download stands still for longer.
    type: int
    default: 900
  expected_download:
    description:
      - Seconds that a download is expected to need, until this run has seen better numbers.
      - Where nothing readable is told of downloads, or no figure, nobody knows whether they go on. Then
        O(downloads_in_flight) others begin after so many seconds, or after O(download_silence) if that is longer and
        they are shown to run. Those are followed until O(download_timeout).
      - Set it to what your own lines need.
    type: int
    default: 900
notes:
  - The user of the connection needs a role with the capability C(provisioning) (config_RBAC).
  - Of the times, only O(download_timeout), O(download_silence), O(expected_download), O(poll_min), O(poll_max), and
    for the installer O(upgrade_timeout), have a meaning here.
seealso:
  - module: sessionsmart.ssr.software_info
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: See what would be downloaded
  sessionsmart.ssr.software_download:
    targets: [Conductor]
    version: 6.3.5
  check_mode: true

- name: Bring a release to both nodes of the conductor by day
  sessionsmart.ssr.software_download:
    targets: [Conductor]
    version: 6.3.5
    journal: ~/sessionsmart/journal

- name: Bring another release to one node only, with more time for a slow line
  sessionsmart.ssr.software_download:
    targets:
      - router: Conductor
        node: t106-dut2
    version: 6.3.3
    download_timeout: 43200

- name: Bring a release to a fleet by day, eight at a time, and let pairs share what they fetch
  sessionsmart.ssr.software_download:
    target_hosts: "{{ groups['ssr_routers'] }}"
    version: 6.3.5-39.r1.el7
    downloads_in_flight: 8
    sequenced: true
    status_file: ~/sessionsmart/download.json

- name: Stop the downloads, since the lines are needed
  sessionsmart.ssr.software_download:
    resource_group: stores-north
    version: 6.3.5-39.r1.el7
    state: paused

- name: Import an image that lies on an offline conductor, and upgrade its installer
  sessionsmart.ssr.software_download:
    targets:
      - router: Conductor
        node: t106-dut1
    version: 6.3.5
    iso: hunt
    installation_service: true
  when: false
"""

RETURN = r"""
version:
  description: The full version that O(version) stands for, spelled as the conductor offers it.
  type: str
  returned: when the targets could be looked at
  sample: 6.3.5-39.r1.el7
iso:
  description: What the conductor printed while it imported the image; in check mode V(would be imported). C(null)
    without O(iso), and where the version is offered already.
  type: str
  returned: when the targets could be looked at
  sample: Import success
msg:
  description: What became of the targets; where any came to a bad end, only of those.
  type: str
  returned: always
  sample: "t106-dut1.Conductor done: 6.3.5-39.r1.el7 is on the node"
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
            - V(done) - the release is on the node by what the conductor shows, or, as the reason then says, it was
              asked for and accepted, and nothing tells whether it is there. The host is ok; changed.
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
          sample: "t106-dut1: 6.3.5-39.r1.el7 is on the node"
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
              sample: 6.3.5-39.r1.el7 is on the node
            from_version:
              description: What it ran before the download; a download does not change it. C(null) where that could not
                be read.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            to_version:
              description: The version that was to be on it. C(null) for a router without nodes that are known.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
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
              sample: request system software download router Conductor force node t106-dut1 version 6.3.5-39.r1.el7
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

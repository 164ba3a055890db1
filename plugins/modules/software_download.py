#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_download.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_download
short_description: Download a release to nodes before it is needed
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Makes the conductor download a release to the nodes of the targets (C(request system software download)), a few at a
    time, and follows each until it is there. Downloads do not affect service, so they can run before the maintenance
    window.
  - If a conductor has no access to the vendor's repositories, O(iso) imports an image that is on the node.
  - Whether a release is on a node is read from C(show assets software), from C(show system software download) in any
    layout, and from the channel C(downloads) of the offered versions. A request that blocks until the download is over
    and then returns without an error counts as well.
  - With O(state) a running download is paused, or cancelled and what was downloaded removed.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.watching
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.targets
  - sessionsmart.ssr.following
  - sessionsmart.ssr.progress_level
  - sessionsmart.ssr.reports
attributes:
  action_group:
    membership: [sessionsmart.ssr.all, sessionsmart.ssr.operations]
  check_mode:
    support: full
    details: Examines every target and sends nothing. Targets that would download end as V(planned).
  diff_mode:
    support: partial
    details: Shows the running version of each node before, and after it the version that was downloaded to it, by
      C(node.router).
  idempotent:
    support: partial
    details:
      - Nodes that run the release, or have it as the conductor shows, are left alone. If the conductor does not show
        it, the download is requested again.
      - The image in O(iso) is only imported if the conductor does not offer the version yet.
options:
  version:
    description:
      - The release to download, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7). V(6.3.5)
        never means 6.3.50.
      - It must be offered to the conductor node of the session, or run on one of the targets. RV(version) is the full
        version that it resolves to.
    type: str
    required: true
  state:
    description:
      - V(present) downloads the release to the nodes. A paused download continues.
      - V(paused) stops a running download, which keeps what it has (C(request system software download pause), from
        7.1.3 on, I95-54248). Use it if the links are needed for something else.
      - V(absent) cancels a running download, and removes the release if it is there (C(delete system software)). Use it
        to free disk space. The version that a node runs is never removed.
    type: str
    choices: [present, paused, absent]
    default: present
  blocked:
    description:
      - Routers that must not be touched, each with the reason, such as
        RV(sessionsmart.ssr.precheck#module:blocked_routers). They end as V(blocked).
      - Set it if M(sessionsmart.ssr.precheck) has run for the same routers.
    type: dict
    default: {}
  version_rule:
    description:
      - How the release of a router may relate to that of its conductor, as in
        O(sessionsmart.ssr.software_upgrade#module:version_rule). Use the same value for both.
    type: str
    choices: [strict, minor]
    default: strict
  several_builds:
    description:
      - What to do if more than one build matches O(version). V(refuse) fails and lists them; V(newest) uses the newest.
      - Choose V(newest) only if it does not matter which build is installed.
    type: str
    choices: [refuse, newest]
    default: refuse
  iso:
    description:
      - The path of an image on the node of the session, which is imported first (C(import iso)). V(hunt) imports every
        image that is found; the conductor looks for names such as C(SSR*.iso) and C(SSR*.tar)
        (upgrade_restricted_access).
      - For conductors in offline mode. Both nodes of a pair need the image, each in its own session.
    type: str
  installation_service:
    description:
      - Whether to upgrade the installer before the download (C(request system software upgrade installation-service)).
      - The release notes require it for conductors in offline mode that are upgraded from one 6.3 release to another.
        Below 6.3 the command does not exist, which causes a warning.
    type: bool
    default: false
  sequenced:
    description:
      - Whether only one node of a pair downloads at a time, so that the second can fetch the release from the first
        instead of over the WAN (command reference of 7.2).
      - Set it for pairs on slow links. Only valid for targets that are whole routers; refused if the release of the
        conductor does not support it.
    type: bool
    default: false
  downloads_in_flight:
    description:
      - How many downloads run at once. Those of routers all pass through the conductor.
      - Lower it for slow links, raise it for a well-connected conductor.
    type: int
    default: 5
  max_failures:
    description:
      - How many downloads may fail explicitly before no further one is started. Running downloads are followed to the
        end. Downloads without readable progress do not count, and none of them counts for the upgrades of the same run.
      - With V(0) the first one stops the run. Raise it for a large fleet where single failures are expected.
    type: int
    default: 5
  stop_file:
    description:
      - A path on the controller. As soon as this file exists, no further download is started; those in progress are
        followed to the end.
      - Use it to stop the downloads early. Remove the file before the next run.
    type: path
  status_file:
    description:
      - A path on the controller. While the task runs, this JSON file holds the state, phase and reason of each router,
        and totals. It is replaced atomically, so it can be read at any time.
      - Use it for a dashboard or for a second terminal.
    type: path
  cohort_id:
    description:
      - A cohort id that the conductor assigns to the operation. The vendor documents no more than that; leave it unset
        if you have no use for it.
    type: str
  download_timeout:
    description:
      - How long a download may take, in seconds. After that, the target ends as V(failed); the download continues, and
        the next run follows it.
      - The default is above the vendor's own limit of 10800 s (config-smart-download). Raise it if C(software-update)
        in the configuration sets a longer limit.
    type: int
    default: 11700
  download_silence:
    description:
      - How long a download may show no progress or be paused, in seconds. After that, the target ends as V(failed). A
        running clock is not progress. If no figures are shown, O(download_timeout) applies.
      - It is also how long to wait for readable progress, because the layout of the status commands is not documented.
        Without any, a target whose request was accepted ends as V(done), with the reason that nothing shows whether the
        release is there; an upgrade will find out. The other routers of the task then only wait for
        O(expected_download).
      - A download that is waiting for its turn or for its next attempt does not count as stalled.
      - Raise it for links on which downloads stall for longer.
    type: int
    default: 900
  expected_download:
    description:
      - How long a download is expected to take, in seconds, until this run has measured real durations.
      - If the progress of downloads cannot be read, nobody knows whether they continue. Then O(downloads_in_flight)
        others start after this time, or after O(download_silence) if that is longer and they are shown as running. They
        are followed until O(download_timeout).
      - Set it to what your own links need.
    type: int
    default: 900
notes:
  - The user of the connection needs a role with the capability C(provisioning) (config_RBAC).
  - Of the timing options, only O(download_timeout), O(download_silence), O(expected_download), O(poll_min),
    O(poll_max), and for the installer O(upgrade_timeout), have an effect here.
seealso:
  - module: sessionsmart.ssr.software_info
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Show what would be downloaded
  sessionsmart.ssr.software_download:
    targets: [Conductor]
    version: 6.3.5
  check_mode: true

- name: Download a release to both nodes of the conductor
  sessionsmart.ssr.software_download:
    targets: [Conductor]
    version: 6.3.5
    journal: ~/sessionsmart/journal

- name: Download another release to one node only, with more time for a slow link
  sessionsmart.ssr.software_download:
    targets:
      - router: Conductor
        node: t106-dut2
    version: 6.3.3
    download_timeout: 43200

- name: Download a release to a fleet, eight at a time, and let pairs share it
  sessionsmart.ssr.software_download:
    target_hosts: "{{ groups['ssr_routers'] }}"
    version: 6.3.5-39.r1.el7
    downloads_in_flight: 8
    sequenced: true
    status_file: ~/sessionsmart/download.json

- name: Pause the downloads because the links are needed
  sessionsmart.ssr.software_download:
    resource_group: stores-north
    version: 6.3.5-39.r1.el7
    state: paused

- name: Import an image on an offline conductor, and upgrade its installer
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
  description: The full version that O(version) resolves to, spelled as the conductor offers it.
  type: str
  returned: if the targets could be examined
  sample: 6.3.5-39.r1.el7
iso:
  description: What the conductor printed while it imported the image; in check mode V(would be imported). C(null)
    without O(iso), and if the version is already offered.
  type: str
  returned: if the targets could be examined
  sample: Import success
msg:
  description: The results of the targets; if any failed, only of those.
  type: str
  returned: always
  sample: "t106-dut1.Conductor done: 6.3.5-39.r1 is on the node"
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
            - V(done) - the conductor shows the release on the node, or, as the reason then says, the request was
              accepted and nothing shows whether the release is there. The host is ok; changed.
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
          sample: "t106-dut1: 6.3.5-39.r1 is on the node"
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
              sample: 6.3.5-39.r1 is on the node
            from_version:
              description: The version before the download, which a download does not change. C(null) if it could not be
                read.
              type: str
              returned: always
              sample: 6.3.0-107.r1.el7
            to_version:
              description: The version to download. C(null) for a router without known nodes.
              type: str
              returned: always
              sample: 6.3.5-39.r1.el7
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
              sample: request system software download router Conductor force node t106-dut1 version 6.3.5-39.r1.el7
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
run:
  description:
    - When the task started and ended, and what stopped it.
    - It is empty in check mode, and if only nodes of the conductor were targets.
  type: dict
  returned: if the targets could be examined
  contains:
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

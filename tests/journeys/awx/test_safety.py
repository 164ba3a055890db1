# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job refuses before it sends anything: slices, mistakes in a survey, folders, deliveries that do not work."""

from __future__ import annotations

import pytest

from tests.integration.routers import NEW, OLD, authority, inventory, router
from tests.journeys.awx.controller import controller, side_by_side, sliced

ROUTERS, CONDUCTOR = "SSR north: upgrade the routers", "SSR north: upgrade the conductor"
RELEASE = {"ssr_version": "6.3.5"}


@pytest.mark.parametrize("name", [ROUTERS, CONDUCTOR])
def test_every_slice_of_a_job_is_refused_and_told_why(bench, name):
    """Hosts are c1, c2, one and two: a slice of two sees a conductor and a router, and looks like a whole authority."""
    b = bench(authority(router("one"), router("two"), version=OLD if name == CONDUCTOR else NEW))
    inventory(b)
    awx = controller(b)
    meta = {"awx_workflow_job_name": name}
    parts = [sliced(awx.inventory, part, 2) for part in (1, 2)]
    jobs = side_by_side(*(lambda part=part: awx.launch(name, RELEASE, meta=meta, inventory=part) for part in parts))
    for job in jobs:
        assert job.code == 2 and len(set(job.failures)) == 1
        assert "one slice of" in job.failures[0] and "job slices to 1" in job.failures[0]
    assert b.sent == [] and b.simulator.commands() == []


def test_a_slice_without_the_conductor_cannot_do_anything_whoever_has_cut_it(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b)
    awx = controller(b)
    job = awx.launch(ROUTERS, RELEASE, inventory=sliced(awx.inventory, 3, 4))
    assert job.code == 2 and "no host in the group ssr_conductors" in job.failures[0]
    assert b.simulator.commands() == []


def test_all_mistakes_of_a_survey_are_told_at_once_although_a_limit_is_set(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b)
    trace = b.folder / "trace"
    wrong = {
        "ssr_version": f"{{{{ lookup('pipe', 'touch {trace}') }}}}",
        "ssr_serial": "all",
        "ssr_max_fail_percentage": 300,
        "router_upgrade_in_flight": "many",
        "router_upgrade_disconnected": "perhaps",
    }
    awx = controller(b, ssr_journal_dir="/proc/journal", ssr_backup_hook="gone.yml")
    job = awx.launch(ROUTERS, wrong, limit="one")
    assert job.code == 2 and len(set(job.failures)) == 1
    message = job.failures[0]
    for name in [*wrong, "ssr_backup_hook", "no file of tasks 'gone.yml'", "nothing can be written at /proc"]:
        assert name in message, (name, message)
    assert message.endswith("Nothing was sent.") and not trace.exists()
    assert b.simulator.commands() == []


SEND = """
- name: Keep what a colleague would be sent
  ansible.builtin.copy:
    src: "{{ ssr_backup.path }}"
    dest: "%s"
    mode: "0600"
- name: Refuse to go on where the store is full
  ansible.builtin.assert:
    that: not (store_is_full | default(false) | bool)
    fail_msg: The store is full.
"""


@pytest.mark.parametrize("name", [ROUTERS, CONDUCTOR])
def test_a_backup_is_delivered_before_anything_is_sent_and_a_delivery_that_fails_stops(bench, name):
    scenario = authority(router("one"), version=OLD if name == CONDUCTOR else NEW)
    del scenario["routers"][0]["nodes"][1:]
    b = bench(scenario)
    inventory(b)
    store = b.folder / "store.gz"
    awx = controller(b, ssr_backup_hook="tasks/send.yml", store_is_full=True)
    awx.files["tasks/send.yml"] = SEND % store
    job = awx.launch(name, RELEASE)
    assert job.code == 2 and "The store is full." in job.failures, job.output
    assert store.stat().st_size > 100
    assert b.upgrades() == [] and not [
        command for command in b.sent if "download" in command and " version " in command
    ]
    if name == CONDUCTOR:
        return
    store.unlink()

    awx.extra["store_is_full"] = False
    job = awx.launch(name, RELEASE)
    assert job.code == 0, job.failures
    assert store.is_file() and b.upgrades()

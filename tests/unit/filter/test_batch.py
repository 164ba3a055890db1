# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is the same for all hosts of a batch, and what each router may have for itself (rule 41)."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.batch import (
    FilterModule,
    batch_mistakes,
    node_mistakes,
    override_mistakes,
    release_mistakes,
)

ROUTERS = ["store-01", "store-02", "store-03", "store-04", "store-05"]


def hostvars(common: dict | None = None, **own: dict) -> dict[str, dict]:
    """Variables of five hosts; those in ``own`` by the last digit of the host: ``_1``."""
    return {host: {**(common or {}), **own.get(f"_{host[-1]}", {})} for host in ROUTERS}


@pytest.mark.parametrize(
    "name",
    [
        "router_upgrade_revert",
        "router_upgrade_skip_pre_check",
        "router_upgrade_in_flight",
        "router_upgrade_window_end",
        "router_upgrade_conductor",
        "router_upgrade_version",
        "ssr_journal_dir",
        "ssr_max_fail_percentage",
    ],
)
def test_what_a_batch_takes_from_its_first_host_must_be_the_same_for_all(name) -> None:
    for variables in (hostvars(_1={name: "x"}), hostvars({name: "y"}, _3={name: "x"})):
        mistake, advice = batch_mistakes(variables, ROUTERS)
        assert mistake.startswith(f"{name} differs between the routers of this run: ") and "x for store-0" in mistake
        assert "--limit" in advice


@pytest.mark.parametrize(
    "name",
    [
        "ssr_version",
        "ssr_router",
        "ssr_wave",
        "ssr_exclusive_group",
        "ssr_site",
        "ssr_install_type",
        "ssr_state",
        "ansible_host",
        "ansible_user",
        "ansible_password",
        "conductor_upgrade_revert",
    ],
)
def test_what_a_router_has_for_itself_or_what_is_of_no_concern_may_differ(name) -> None:
    assert batch_mistakes(hostvars(_2={name: "x"}, _3={name: "y"}), ROUTERS) == []


def test_the_sentence_names_each_value_and_the_first_hosts_that_have_it() -> None:
    mistake, _ = batch_mistakes(hostvars(_2={"router_upgrade_revert": False}), ROUTERS)
    assert "not set for store-01, store-03, store-04 and 1 more; false for store-02." in mistake


def test_a_number_and_its_text_are_the_same() -> None:
    assert (
        batch_mistakes(hostvars({"router_upgrade_in_flight": 5}, _2={"router_upgrade_in_flight": "5"}), ROUTERS) == []
    )


def test_one_host_alone_cannot_differ_and_hosts_outside_the_run_do_not_count() -> None:
    variables = hostvars(_5={"router_upgrade_revert": False})
    assert batch_mistakes(variables, ROUTERS[:4]) == batch_mistakes(variables, ROUTERS[4:]) == []


def test_what_a_template_says_for_each_host_counts_and_not_its_text() -> None:
    class Templated(dict):
        def __getitem__(self, name):
            if name == "router_upgrade_before":
                raise ValueError("a variable of the play")
            return super().__getitem__(name)

    variables = {host: Templated(router_upgrade_before="{{ play_variable }}") for host in ROUTERS}
    assert batch_mistakes(variables, ROUTERS) == []


def test_a_secret_is_never_shown(monkeypatch) -> None:
    module = "ansible_collections.sessionsmart.ssr.plugins.filter.batch"
    monkeypatch.setattr(f"{module}.vault_encrypted", lambda value: value == "hunter2")
    for secret in ("hunter2", ["hunter2"], {"a": "hunter2"}):
        mistake, _ = batch_mistakes(hostvars(_1={"router_upgrade_cohort_id": secret}), ROUTERS)
        assert "hunter2" not in mistake and "a value that is not shown for store-01" in mistake


def test_long_values_are_cut_and_still_differ() -> None:
    first, second = "a" * 200 + "1", "a" * 200 + "2"
    mistake, _ = batch_mistakes(
        hostvars({"router_upgrade_before": first}, _2={"router_upgrade_before": second}), ROUTERS
    )
    assert len(mistake) < 600


def test_batches_are_one_setting_of_the_whole_group_also_where_a_limit_leaves_its_first_hosts_out() -> None:
    variables = hostvars({"ssr_serial": "2"}, _1={"ssr_serial": "1,100%"})
    mistake, advice = batch_mistakes(variables, ROUTERS, ROUTERS[1:])
    assert mistake.startswith("ssr_serial differs between the routers of the inventory: 1,100% for store-01; 2 for ")
    assert "-e" in advice
    assert batch_mistakes(hostvars({"ssr_serial": "2"}), ROUTERS, ROUTERS[1:]) == []


# -- nodes of a conductor ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ssr_version", "conductor_upgrade_pair_soak", "conductor_upgrade_revert"])
def test_a_setting_that_differs_between_conductor_nodes_is_told_with_its_values(name) -> None:
    mistake, advice = node_mistakes({"a": {name: "x"}, "b": {}}, ["a", "b"])
    assert mistake == f"{name} differs between the conductor nodes of this run: x for a; not set for b."
    assert "ssr_conductors" in advice
    assert node_mistakes({"a": {name: "x"}, "b": {name: "x"}}, ["a", "b"]) == []
    assert node_mistakes({"a": {name: "x"}, "b": {}}, ["a", "b"], ["a"]) == []


@pytest.mark.parametrize("name", ["ssr_journal_dir", "conductor_upgrade_iso", "conductor_upgrade_backup_dir"])
def test_a_conductor_node_may_have_its_own_folders_and_image(name) -> None:
    assert node_mistakes({"a": {name: "x"}, "b": {name: "y"}}, ["a", "b"]) == []


# -- releases ---------------------------------------------------------------------------------------------------------


def test_a_release_of_each_router_is_enough() -> None:
    assert release_mistakes(hostvars({"ssr_version": "6.3.5"}, _1={"ssr_version": "6.3.0"}), ROUTERS) == []
    assert release_mistakes(hostvars(), ROUTERS, "6.3.5") == []


def test_no_release_at_all_is_one_sentence() -> None:
    for variables, hosts in ((hostvars(), ROUTERS), ({}, [])):
        (mistake,) = release_mistakes(variables, hosts)
        assert mistake.startswith("ssr_version is not set.") and "Hosts" not in mistake


def test_a_revert_without_a_release_wants_the_one_from_before() -> None:
    for variables, hosts in ((hostvars(), ROUTERS), ({}, [])):
        (mistake,) = release_mistakes(variables, hosts, reverts=True)
        assert "the version to go back to" in mistake


def test_a_router_without_a_release_is_named_and_never_gets_that_of_another_one() -> None:
    (mistake,) = release_mistakes(hostvars(_1={"ssr_version": "6.3.0"}), ROUTERS)
    assert mistake.startswith("ssr_version is not set.")
    assert mistake.endswith("Hosts with this: store-02, store-03, store-04 and 1 more.")


@pytest.mark.parametrize(
    ("value", "words"), [(6.3, "in quotes"), ("latest", "Accepted"), ("", "not set"), (None, "not")]
)
def test_a_release_of_one_host_that_is_none_is_told_with_its_host(value, words) -> None:
    (mistake,) = release_mistakes(hostvars({"ssr_version": "6.3.5"}, _4={"ssr_version": value}), ROUTERS)
    assert words in mistake and mistake.endswith("Hosts with this: store-04.")


def test_a_release_of_the_role_must_be_that_of_the_playbook() -> None:
    variables = hostvars(
        {"ssr_version": "6.3.5", "router_upgrade_version": "6.3.5"}, _1={"router_upgrade_version": "6.3.6"}
    )
    (mistake,) = release_mistakes(variables, ROUTERS, role="router_upgrade")
    assert mistake.startswith(
        "router_upgrade_version is 6.3.6, and ssr_version is 6.3.5. A playbook takes this from ssr"
    )
    assert mistake.endswith("Hosts with this: store-01.")
    assert release_mistakes(variables, ROUTERS) == release_mistakes(variables, ROUTERS, role="conductor_upgrade") == []


def test_a_release_of_the_role_alone_is_not_that_of_a_playbook() -> None:
    _, mistake = release_mistakes(
        hostvars({"conductor_upgrade_version": "6.3.5"}), ROUTERS[:1], role="conductor_upgrade"
    )
    assert mistake.startswith("conductor_upgrade_version is 6.3.5, and ssr_version is not set.")


@pytest.mark.parametrize(("ours", "wrong"), [({}, True), ({"ssr_max_fail_percentage": "5%"}, False)])
def test_a_tolerance_of_the_role_must_be_that_of_the_playbook(ours, wrong) -> None:
    variables = hostvars({"ssr_version": "6.3.5", "router_upgrade_batch_fail_percentage": 5, **ours})
    mistakes = release_mistakes(variables, ROUTERS, role="router_upgrade")
    assert bool(mistakes) is wrong and all("ssr_max_fail_percentage is not set" in mistake for mistake in mistakes)


# -- overrides --------------------------------------------------------------------------------------------------------


def test_an_override_of_a_router_for_which_no_host_stands_is_told_at_the_start() -> None:
    def override(router: str) -> dict:
        return {"ssr_override": [{"router": router, "condition": "peer_not_well", "reason": "dead"}]}

    assert override_mistakes(hostvars(override("store-03")), ROUTERS) == []
    (mistake,) = override_mistakes(hostvars(override("store-33")), ROUTERS)
    assert "'store-33'" in mistake
    named = hostvars(override("HQ"), _5={"ssr_router": "HQ"})
    assert override_mistakes(named, ROUTERS) == []


def test_the_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {
        "batch_mistakes",
        "node_mistakes",
        "override_mistakes",
        "release_mistakes",
    }

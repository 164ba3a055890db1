# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a fleet: who is touched, in which order, for how long, and why somebody is not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations, Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import (
    NodeFacts,
    Rules,
    expected_time,
    make_plan,
    time_to_second,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan_table import plan_table
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, spelled, try_parse
from hypothesis import given
from hypothesis import strategies as st

OLDER, OLD, WANTED, NEWER = "6.2.5-5.r2.el7", "6.3.0-107.r1.el7", "6.3.5-37.r1.el7", "7.0.1-1.r1.el9"
ESTIMATES = Estimates(download=100, upgrade=1000, revert=500, soak=10, outage=7)


def rules(**more) -> Rules:
    wanted = more.pop("wanted", WANTED)
    conductor = more.pop("conductor", WANTED)
    return Rules(parse(wanted), wanted, try_parse(conductor), "Conductor", estimates=ESTIMATES, **more)


def node(router: str, name: str, version: str | None = OLD, state: str = "Synchronized", **more) -> NodeFacts:
    facts = NodeFacts(
        router,
        name,
        version,
        try_parse(version),
        "image",
        state,
        settled=state == "Synchronized",
        away=state == "Disconnected",
        busy=state == "Upgrading",
        downloaded=True,
        running=None,
    )
    return replace(facts, **more)


def plan_all(facts, targets=None, primaries=None, **more):
    """The plans of these nodes; every router as a whole where no targets are given."""
    known = {(fact.router, fact.node): fact for fact in facts}
    if targets is None:
        routers = dict.fromkeys(fact.router for fact in facts)
        targets = [Target(name, tuple(fact.node for fact in facts if fact.router == name), True) for name in routers]
    return make_plan(targets, known, primaries or {}, rules(**more))


def plan(*facts, **more):
    (only,) = plan_all(facts, **more)
    return only


def order(router_plan) -> list[str]:
    return [node.node for node in router_plan.nodes]


def needed(router_plan) -> list[str]:
    return [node.node for node in router_plan.nodes if node.needed]


def pair(first: str | dict | None = OLD, second: str | dict | None = OLD) -> tuple[NodeFacts, NodeFacts]:
    made = []
    for name, what in (("n1", first), ("n2", second)):
        what = what if isinstance(what, dict) else {"version": what}
        made.append(node("r", name, **what))
    return tuple(made)


# -- one router -------------------------------------------------------------------------------------------------------


def test_a_router_that_runs_something_older_is_planned() -> None:
    router_plan = plan(node("r", "n1"))
    assert (router_plan.state, router_plan.order_reason, router_plan.sequencing) == ("planned", "one node", "node")
    (only,) = router_plan.nodes
    assert (only.from_version, only.to_version, only.needed, only.running) == (OLD, WANTED, True, None)
    assert router_plan.notes == ()


def test_a_router_that_runs_the_wanted_version_and_is_settled_is_up_to_date() -> None:
    router_plan = plan(node("r", "n1", WANTED))
    assert (router_plan.state, router_plan.expected, router_plan.way_back) == ("up_to_date", 0, "none")
    assert spelled(WANTED) in router_plan.reason and needed(router_plan) == []


def test_a_wanted_release_without_a_build_is_met_by_any_build_of_it() -> None:
    assert plan(node("r", "n1", WANTED), wanted="6.3.5").state == "up_to_date"


def test_a_version_that_does_not_show_its_build_is_no_proof_that_the_wanted_version_runs() -> None:
    router_plan = plan(node("r", "n1", "6.3.5"))
    assert router_plan.state == "blocked" and "shows only 6.3.5" in router_plan.reason
    assert plan(node("r", "n1", "6.3.4")).state == "planned", "an upgrade to another release can be seen"


def test_a_node_on_the_wanted_version_that_is_not_settled_is_followed_and_nothing_is_sent_to_it() -> None:
    router_plan = plan(node("r", "n1", WANTED, "Synchronizing"))
    assert router_plan.state == "planned" and needed(router_plan) == []
    assert router_plan.nodes[0].running == "on the requested version but not settled"
    assert router_plan.expected == 1000 and router_plan.way_back == "none"


def test_a_node_on_the_wanted_version_whose_end_is_not_written_down_is_followed() -> None:
    router_plan = plan(node("r", "n1", WANTED, running="begun 90 s ago"))
    assert router_plan.state == "planned" and needed(router_plan) == []
    assert router_plan.nodes[0].running == "begun 90 s ago"


def test_following_needs_no_newer_conductor() -> None:
    assert plan(node("r", "n1", WANTED, "Synchronizing"), conductor=OLD).state == "planned"


@pytest.mark.parametrize(
    ("version", "state", "word"),
    [("none", "Pending", "Pending"), (OLD, "Synchronizing", "Synchronizing"), (OLD, "Key Accepted", "Key Accepted")],
)
def test_a_state_on_the_way_to_settled_blocks_and_is_named(version, state, word) -> None:
    router_plan = plan(node("r", "n1", version, state))
    assert router_plan.state == "blocked"
    assert word in router_plan.reason and "wait until" in router_plan.reason


def test_a_version_that_cannot_be_read_blocks() -> None:
    router_plan = plan(node("r", "n1", None))
    assert router_plan.state == "blocked" and "no version for n1" in router_plan.reason


@pytest.mark.parametrize(("rule", "state"), [("skip", "skipped"), ("block", "blocked")])
def test_a_disconnected_router_is_skipped_or_blocked_as_the_user_says(rule, state) -> None:
    router_plan = plan(node("r", "n1", state="Disconnected"), disconnected=rule)
    assert router_plan.state == state and "n1 is Disconnected" in router_plan.reason


def test_a_dead_site_that_last_ran_the_wanted_version_is_not_followed_for_hours() -> None:
    assert plan(node("r", "n1", WANTED, "Disconnected")).state == "skipped"


def test_a_disconnected_node_at_which_an_operation_runs_is_adopted() -> None:
    router_plan = plan(node("r", "n1", state="Disconnected", running="an upgrade was begun 90 s ago"))
    assert router_plan.state == "planned" and router_plan.adopted
    assert router_plan.nodes[0].running == "an upgrade was begun 90 s ago"


def test_a_node_that_the_conductor_shows_upgrading_is_adopted() -> None:
    router_plan = plan(node("r", "n1", state="Upgrading"))
    assert router_plan.state == "planned" and router_plan.nodes[0].running == "its asset shows Upgrading"


@pytest.mark.parametrize(("rule", "state"), [("skip", "skipped"), ("block", "blocked")])
def test_a_router_that_runs_something_newer_is_left_alone(rule, state) -> None:
    router_plan = plan(node("r", "n1", NEWER), newer=rule, conductor=NEWER)
    assert (
        router_plan.state == state and spelled(NEWER) in router_plan.reason and "never goes back" in router_plan.reason
    )


def test_a_router_never_gets_a_newer_release_than_its_conductor() -> None:
    router_plan = plan(node("r", "n1"), conductor="6.3.4-1.r1.el7")
    assert router_plan.state == "blocked" and "6.3.4-1.r1, which the conductor runs" in router_plan.reason


def test_the_build_does_not_count_when_the_wanted_version_is_compared_with_the_conductor() -> None:
    assert plan(node("r", "n1"), conductor="6.3.5-1.r1.el7").state == "planned"


def test_a_conductor_of_an_unknown_version_is_said() -> None:
    assert any("not checked" in note for note in plan(node("r", "n1"), conductor=None).notes)


def test_the_conductor_is_never_upgraded_by_a_rollout() -> None:
    router_plan = plan(node("Conductor", "n1"))
    assert router_plan.state == "blocked"
    assert router_plan.reason.startswith("The conductor is never upgraded by a router rollout")


@pytest.mark.parametrize(("rule", "state"), [("skip", "skipped"), ("block", "blocked")])
def test_a_router_that_the_conductor_does_not_show_follows_the_rule(rule, state) -> None:
    (router_plan,) = plan_all([], targets=[Target("typo", (), True)], unknown=rule)
    assert router_plan.state == state and "does not show this router" in router_plan.reason
    (hidden,) = plan_all([node("r", "n1")], targets=[Target("r", ("n1", "n2"), True)], unknown=rule)
    assert hidden.state == state and "does not show n2" in hidden.reason


# -- pairs ------------------------------------------------------------------------------------------------------------


def test_the_standby_node_comes_first() -> None:
    router_plan = plan(*pair(), primaries={"r": "n1"})
    assert order(router_plan) == ["n2", "n1"]
    assert router_plan.order_reason == "standby first: routingManager is primary on n1"
    assert order(plan(*pair(), primaries={"r": "n2"})) == ["n1", "n2"]


def test_as_listed_does_not_ask_who_is_primary() -> None:
    router_plan = plan(*pair(), primaries={"r": "n1"}, order="as_listed")
    assert (order(router_plan), router_plan.order_reason) == (["n1", "n2"], "as listed")


def test_where_nobody_knows_who_is_in_standby_the_plan_says_so() -> None:
    router_plan = plan(*pair(), primaries={"r": None})
    assert (order(router_plan), router_plan.order_reason) == (["n1", "n2"], "as listed")
    assert any("not exactly one is shown to lead routingManager" in note for note in router_plan.notes)


def test_nodes_that_the_user_names_one_by_one_keep_his_order_and_are_one_plan() -> None:
    targets = [Target("r", ("n2",), False), Target("r", ("n1",), False)]
    router_plan = plan(*pair(), targets=targets, primaries={"r": "n2"})
    assert (order(router_plan), router_plan.order_reason) == (["n2", "n1"], "as listed")


def test_a_half_done_pair_is_finished() -> None:
    router_plan = plan(*pair(WANTED, OLD), primaries={"r": "n2"})
    assert router_plan.state == "planned" and needed(router_plan) == ["n2"]
    assert order(router_plan) == ["n1", "n2"] and router_plan.order_reason == "one node"
    assert any("half-done pair: n1 runs the requested version" in note for note in router_plan.notes)


def test_a_half_done_pair_explains_different_install_types() -> None:
    facts = pair({"version": WANTED}, {"version": OLDER, "install_type": "package"})
    assert plan(*facts).state == "planned"


def test_the_unsettled_first_node_of_a_half_done_pair_is_followed_before_the_second() -> None:
    router_plan = plan(*pair({"version": WANTED, "state": "Synchronizing"}, OLD), primaries={"r": "n1"})
    assert order(router_plan) == ["n1", "n2"] and needed(router_plan) == ["n2"]
    assert router_plan.nodes[0].running and not router_plan.nodes[1].running


def test_the_node_at_which_something_runs_comes_before_the_standby_node() -> None:
    router_plan = plan(*pair({"running": "begun 90 s ago"}, OLD), primaries={"r": "n1"})
    assert order(router_plan) == ["n1", "n2"]


def test_the_other_node_of_an_adopted_pair_may_flap_and_is_examined_again() -> None:
    router_plan = plan(*pair({"running": "begun 90 s ago"}, {"state": "Disconnected"}))
    assert router_plan.state == "planned"
    assert any("n2 is Disconnected now; it is examined again" in note for note in router_plan.notes)


def test_a_conversion_that_runs_explains_different_install_types() -> None:
    kinds = {"install_type": "image", "running": "begun 90 s ago"}, {"version": OLD, "install_type": "package"}
    assert plan(*pair({"version": OLD, **kinds[0]}, kinds[1])).state == "planned"


def test_a_mixture_of_versions_that_the_wanted_version_does_not_explain_blocks_with_both_values() -> None:
    router_plan = plan(*pair(OLDER, OLD))
    assert router_plan.state == "blocked" and all(spelled(text) in router_plan.reason for text in (OLDER, OLD))


def test_a_mixture_of_install_types_blocks_with_both_values() -> None:
    router_plan = plan(*pair(OLD, {"version": OLD, "install_type": "package"}))
    assert router_plan.state == "blocked"
    assert "image-based" in router_plan.reason and "package-based" in router_plan.reason


@pytest.mark.parametrize(("rule", "state"), [("skip", "skipped"), ("block", "blocked")])
def test_a_pair_of_which_one_node_is_away_is_not_touched(rule, state) -> None:
    router_plan = plan(*pair(OLD, {"state": "Disconnected"}), disconnected=rule)
    assert router_plan.state == state and "n2 is Disconnected" in router_plan.reason


def test_a_node_is_not_taken_down_while_its_peer_is_away_though_only_the_node_was_named() -> None:
    router_plan = plan(*pair(OLD, {"state": "Disconnected"}), targets=[Target("r", ("n1",), False)])
    assert router_plan.state == "skipped" and "n2 is Disconnected" in router_plan.reason


def test_a_node_is_not_taken_down_while_its_peer_is_worked_on() -> None:
    router_plan = plan(*pair(OLD, {"running": "begun 90 s ago"}), targets=[Target("r", ("n1",), False)])
    assert router_plan.state == "blocked" and "its peer n2 is being worked on: begun 90 s ago" in router_plan.reason


def test_one_named_node_of_a_pair_is_one_node() -> None:
    router_plan = plan(*pair(), targets=[Target("r", ("n1",), False)])
    assert (order(router_plan), router_plan.order_reason, router_plan.outage) == (["n1"], "one node", 0)


def test_simultaneous_is_one_step_for_a_pair_and_costs_an_outage() -> None:
    router_plan = plan(*pair(), simultaneous=True)
    assert (router_plan.sequencing, router_plan.order_reason) == ("simultaneous", "simultaneous")
    assert (router_plan.expected, router_plan.outage) == (1000, 7)


def test_the_vendors_sequencing_is_one_request_for_both_nodes() -> None:
    router_plan = plan(*pair(), sequencing="vendor")
    assert (router_plan.sequencing, router_plan.order_reason) == ("vendor", "the conductor's own sequencing")
    assert (router_plan.expected, router_plan.outage) == (2000, 0)


@pytest.mark.parametrize("how", [{"sequencing": "vendor"}, {"simultaneous": True}])
def test_what_is_left_of_a_half_done_pair_is_named(how) -> None:
    router_plan = plan(*pair(WANTED, OLD), **how)
    assert (router_plan.sequencing, needed(router_plan), router_plan.outage) == ("node", ["n2"], 0)


# -- package-based, conversion, way back ------------------------------------------------------------------------------


def test_a_package_based_node_that_becomes_image_based_is_said() -> None:
    router_plan = plan(node("r", "n1", OLDER, install_type="package"))
    assert router_plan.nodes[0].converts and router_plan.way_back == "undocumented"
    assert any("converted from package to image" in note for note in router_plan.notes)


@pytest.mark.parametrize(
    ("wanted", "conductor", "converts"),
    [
        ("6.1.0-1.r1.el7", "6.3.0-107.r1.el7", True),
        ("6.0.9-1.r1.el7", "6.3.0-107.r1.el7", False),
        ("6.2.5-5.r2.el7", "6.2.5-5.r2.el7", False),
    ],
)
def test_conversion_needs_a_conductor_from_63_and_a_release_from_61(wanted, conductor, converts) -> None:
    router_plan = plan(node("r", "n1", "6.0.1-1.r1.el7", install_type="package"), wanted=wanted, conductor=conductor)
    assert router_plan.nodes[0].converts is converts


def test_the_way_back_is_documented_for_images_only() -> None:
    assert plan(node("r", "n1")).way_back == "documented"
    assert plan(node("r", "n1", "6.0.1", install_type="package"), wanted="6.0.9-1").way_back == "undocumented"
    assert plan(node("r", "n1", install_type=None)).way_back == "undocumented"


def test_skip_package_transfer_is_refused_for_package_based_nodes_only() -> None:
    refused = plan(node("r", "n1", OLDER, install_type="package"), skip_package_transfer=True)
    assert refused.state == "blocked" and "skip_package_transfer" in refused.reason
    assert plan(node("r", "n1"), skip_package_transfer=True).state == "planned"
    assert plan(node("r", "n1", WANTED, install_type="package"), skip_package_transfer=True).state == "up_to_date"


# -- below 6.3 --------------------------------------------------------------------------------------------------------

BELOW = {"wanted": OLDER, "conductor": OLDER, "takes_nodes": False}


def test_below_63_a_pair_is_one_request_and_the_plan_says_what_is_missing() -> None:
    router_plan = plan(*pair("6.1.0-1.r1.el7", "6.1.0-1.r1.el7"), **BELOW)
    assert (router_plan.state, router_plan.sequencing, router_plan.way_back) == ("planned", "vendor", "documented")
    assert router_plan.outage == 7, "that the pair is done one by one is documented nowhere"
    notes = " ".join(router_plan.notes)
    assert "no health check" in notes and "no node can be named" in notes


def test_below_63_one_node_of_a_pair_cannot_be_named() -> None:
    facts = pair("6.1.0-1.r1.el7", "6.1.0-1.r1.el7")
    router_plan = plan(*facts, targets=[Target("r", ("n2",), False)], **BELOW)
    assert router_plan.state == "blocked" and "n2 is one node of a pair" in router_plan.reason


def test_below_63_the_only_node_of_a_router_may_be_named() -> None:
    router_plan = plan(node("r", "n1", "6.1.0-1.r1.el7"), targets=[Target("r", ("n1",), False)], **BELOW)
    assert router_plan.state == "planned"


def test_below_63_simultaneous_and_downgrade_do_not_exist() -> None:
    facts = pair("6.1.0-1.r1.el7", "6.1.0-1.r1.el7")
    assert plan(*facts, simultaneous=True, **BELOW).state == "blocked"
    down = plan(node("r", "n1", OLDER), wanted="6.1.0", conductor=OLDER, takes_nodes=False, downgrade=True)
    assert down.state == "blocked" and "no command for a downgrade" in down.reason


# -- downgrade --------------------------------------------------------------------------------------------------------


def test_a_downgrade_wants_something_older() -> None:
    assert plan(node("r", "n1", WANTED), wanted=OLD, downgrade=True, conductor=NEWER).state == "planned"
    router_plan = plan(node("r", "n1", OLD), downgrade=True, conductor=NEWER)
    assert router_plan.state == "blocked" and "never goes forward" in router_plan.reason
    assert plan(node("r", "n1", WANTED), downgrade=True, conductor=NEWER).state == "up_to_date"


def test_the_conductor_does_not_sequence_a_downgrade() -> None:
    facts = pair(WANTED, WANTED)
    refused = plan(*facts, wanted=OLD, downgrade=True, conductor=NEWER, sequencing="vendor")
    assert refused.state == "blocked" and "simultaneous" in refused.reason
    assert plan(*facts, wanted=OLD, downgrade=True, conductor=NEWER, simultaneous=True).state == "planned"
    assert plan(*facts, wanted=OLD, downgrade=True, conductor=NEWER).state == "planned"


def test_what_the_upgrade_path_forbids_is_blocked_with_its_source() -> None:
    back = plan(node("r", "n1", NEWER), downgrade=True, conductor=NEWER)
    assert back.state == "blocked" and "release notes 7.2" in back.reason
    way = plan(node("r", "n1", NEWER), wanted=OLD, conductor=NEWER, revert=True)
    assert way.state == "planned", "a revert goes where a downgrade does not"
    assert not any("downloaded" in note for note in way.notes), "a revert boots what is there"


def test_what_a_check_has_stopped_is_blocked_unless_something_runs_there() -> None:
    stopped = {"r": "disk_space: too little room"}
    assert plan(node("r", "n1", OLD), stopped=stopped).state == "blocked"
    assert "too little room" in plan(node("r", "n1", OLD), stopped=stopped).reason
    assert plan(node("r", "n1", OLD, running="an upgrade"), stopped=stopped).state == "planned"
    assert plan(node("r", "n1", WANTED), stopped=stopped).state == "up_to_date"


# -- downloads and durations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("downloaded", "on", "word", "seconds"),
    [
        (True, True, "present", 1000),
        (False, True, "needed", 1100),
        (None, True, "unknown", 1100),
        (False, False, "none", 1000),
    ],
)
def test_a_download_is_planned_where_the_release_may_be_missing(downloaded, on, word, seconds) -> None:
    router_plan = plan(node("r", "n1", downloaded=downloaded), download=on)
    assert (router_plan.nodes[0].download, router_plan.expected) == (word, seconds)


def test_without_downloads_a_missing_release_is_said() -> None:
    assert any(
        "nothing is downloaded" in note for note in plan(node("r", "n1", downloaded=False), download=False).notes
    )


def test_a_pair_takes_both_nodes_and_the_soak_between_them() -> None:
    router_plan = plan(*pair({"downloaded": False}, {"downloaded": False}))
    assert (router_plan.expected, router_plan.outage) == (2 * 1100 + 10, 0)
    assert time_to_second(router_plan.nodes, router_plan.sequencing, Durations(ESTIMATES)) == 1110


def test_two_nodes_that_are_only_followed_have_no_second_one_to_start() -> None:
    settling = {"version": WANTED, "state": "Synchronizing"}
    router_plan = plan(*pair(settling, settling))
    assert time_to_second(router_plan.nodes, router_plan.sequencing, Durations(ESTIMATES)) is None


def test_the_vendor_downloads_for_both_nodes_at_once() -> None:
    router_plan = plan(*pair({"downloaded": False}, {"downloaded": False}), sequencing="vendor")
    assert router_plan.expected == 100 + 2 * 1000
    assert time_to_second(router_plan.nodes, router_plan.sequencing, Durations(ESTIMATES)) == 1100


def test_the_durations_of_this_run_change_what_is_expected() -> None:
    durations = Durations(ESTIMATES)
    for _ in range(3):
        durations.add("upgrade", 50)
    router_plan = plan(*pair())
    assert expected_time(router_plan.nodes, router_plan.sequencing, durations) == 2 * 50 + 10


# -- many routers -----------------------------------------------------------------------------------------------------


def test_routers_come_by_wave_and_then_as_the_user_listed_them() -> None:
    facts = [node(name, "n1") for name in ("hub", "b", "a", "lab")]
    plans = plan_all(facts, waves={"hub": 9, "lab": -1})
    assert [router_plan.router for router_plan in plans] == ["lab", "b", "a", "hub"]


def test_the_members_of_an_exclusive_group_are_known_to_each_of_them() -> None:
    facts = [node("s1", "n1"), node("s2", "n1"), node("other", "n1")]
    first, second, other = plan_all(facts, groups={"s1": "site", "s2": "site"})
    assert first.group == "site" and first.members == second.members == ("s1", "s2")
    assert (other.group, other.members) == (None, ())


def test_a_router_on_which_its_site_hangs_says_so() -> None:
    facts = [node("s1", "n1"), node("s2", "n1", state="Disconnected")]
    first, _ = plan_all(facts, groups={"s1": "site", "s2": "site"})
    assert first.state == "planned" and any("s2 of the same group site" in note for note in first.notes)


def test_the_data_of_a_plan_is_json() -> None:
    data = plan(*pair({"install_type": "package"}, {"install_type": "package"})).as_data()
    assert json.loads(json.dumps(data)) == data
    assert data["nodes"][0]["converts"] is True


VERSIONS = st.sampled_from([OLDER, OLD, WANTED, NEWER, "6.3.5", None])
STATES = st.sampled_from(["Synchronized", "Synchronizing", "Disconnected", "Upgrading", "Pending"])
NODES = st.builds(
    lambda version, state, kind, downloaded, running: {
        "version": version,
        "state": state,
        "install_type": kind,
        "downloaded": downloaded,
        "running": running,
    },
    VERSIONS,
    STATES,
    st.sampled_from(["image", "package", None]),
    st.sampled_from([True, False, None]),
    st.sampled_from([None, None, "begun"]),
)
OPTIONS = st.fixed_dictionaries(
    {
        "order": st.sampled_from(["standby_first", "as_listed"]),
        "sequencing": st.sampled_from(["node", "vendor"]),
        "simultaneous": st.booleans(),
        "takes_nodes": st.booleans(),
        "downgrade": st.booleans(),
        "conductor": st.sampled_from([WANTED, NEWER, OLD, None]),
    }
)


@given(st.lists(st.tuples(NODES, NODES | st.none()), max_size=5), st.sampled_from(["n1", "n2", None]), OPTIONS)
def test_a_plan_is_deterministic_and_touches_nothing_that_is_not_fit_for_it(routers, primary, options) -> None:
    facts = [
        node(f"r{number}", name, **what)
        for number, pair_facts in enumerate(routers)
        for name, what in zip(("n1", "n2"), pair_facts, strict=True)
        if what is not None
    ]
    known = {(fact.router, fact.node): fact for fact in facts}
    primaries = dict.fromkeys((fact.router for fact in facts), primary)
    plans = plan_all(facts, primaries=primaries, **options)
    assert plans == plan_all(list(facts), primaries=dict(primaries), **options)
    assert len({plan.router for plan in plans}) == len(plans)
    for router_plan in plans:
        assert router_plan.reason and router_plan.order_reason
        assert sorted(order(router_plan)) == sorted(fact.node for fact in facts if fact.router == router_plan.router)
        if router_plan.state != "planned":
            assert router_plan.expected == 0
            continue
        fresh = [node_plan for node_plan in router_plan.nodes if node_plan.needed and not node_plan.running]
        if not router_plan.adopted:
            assert all(
                known[node_plan.router, node_plan.node].settled and node_plan.from_version
                for node_plan in router_plan.nodes
            )
        if router_plan.sequencing == "node" and router_plan.adopted:
            assert router_plan.nodes[-len(fresh) :] == tuple(fresh) if fresh else True
        assert router_plan.expected > 0


# -- the table --------------------------------------------------------------------------------------------------------


def test_the_table_shows_what_happens_to_each_router_and_then_the_reasons() -> None:
    facts = [
        *pair({"downloaded": False}, {"downloaded": True}),
        node("old", "only", OLDER, install_type="package"),
        node("away", "x", state="Disconnected"),
        node("good", "x", WANTED),
        node("half", "a", WANTED),
        node("half", "b", OLD),
    ]
    lines = plan_table([router_plan.as_data() for router_plan in plan_all(facts, primaries={"r": "n1"})])
    table = [" ".join(pair) for pair in zip(lines[0:12:2], lines[1:12:2], strict=True)]
    assert max(map(len, lines[:12])) <= 69, "too wide for one line, so each row has two"
    assert " ".join(table[0].split()) == "ROUTER STATE NODES FROM DOWNLOAD TYPE EXPECTED OUTAGE WAY BACK"
    cells = {line.split()[0]: line for line in table[1:]}
    assert "n2 then n1" in cells["r"] and "present / needed" in cells["r"] and "35 min 10 s" in cells["r"]
    assert "package→image" in cells["old"] and "undocumented" in cells["old"]
    assert cells["away"].split()[1:] == ["skipped", "x", spelled(OLD), "-", "image", "-", "-", "-"]
    assert cells["half"].split()[1:6] == ["planned", "b", spelled(OLD), "present", "image"]
    assert f"all planned: TO {spelled(WANTED)}" in lines
    assert "r: order: standby first: routingManager is primary on n1" in lines
    assert any(line.startswith("away: skipped: x is Disconnected") for line in lines)
    assert lines[-1] == "total: planned 3, skipped 1, up_to_date 1"


def test_what_is_the_same_for_all_routers_is_said_once_and_the_table_fits_80_columns() -> None:
    """Ansible prints each line of a list with eleven characters around it."""
    states = {3: "Disconnected"}
    facts = [
        *(node(f"store-{number:02}", "node1", state=states.get(number, "Synchronized")) for number in range(9)),
        *(replace(facts, router="hub") for facts in pair()),
    ]
    lines = plan_table([router_plan.as_data() for router_plan in plan_all(facts)])
    assert "TO" not in lines[0].split()
    assert lines[11].startswith(f"all planned: TO {spelled(WANTED)}, DOWNLOAD ")
    assert max(map(len, lines[:11])) <= 69 and len(lines[11]) <= 80, lines


def test_an_estimate_of_whole_minutes_shows_no_seconds() -> None:
    plans = [{**plan(node("r", "n1")).as_data(), "expected": 2700.0, "outage": 420.0}]
    assert "  45 min    7 min " in "\n".join(plan_table(plans))
    assert "45 min 10 s" in "\n".join(plan_table([{**plans[0], "expected": 2710.0}]))


def test_routers_with_the_same_note_share_its_line() -> None:
    facts = [node(f"r{number}", "n1", "6.1.0-1.r1.el7") for number in range(8)]
    lines = plan_table([router_plan.as_data() for router_plan in plan_all(facts, **BELOW)])
    assert [line for line in lines if "no health check" in line] == [
        "r0, r1, r2, r3, r4 and 3 more: the conductor is below 6.3: there is no health check of the vendor's, and no "
        "node can be named"
    ]


SEVEN = {"wanted": "7.0.1-1.r1.el9", "conductor": "7.0.1-1.r1.el9"}


def row(router: str, *names: str, **change) -> dict:
    """The plan of a router with these nodes, as data."""
    data = plan(node(router, names[0])).as_data()
    return {**data, "nodes": [{**data["nodes"][0], "node": name} for name in names], **change}


def test_routers_share_the_line_of_a_note_that_names_their_nodes() -> None:
    words = "is converted from package to image; how to take that back is not documented"
    plans = [
        row("branch1", "b1", notes=[f"b1 {words}"]),
        row("branch2", "b2", notes=[f"b2 {words}", "not checked: the install type of b2 is not shown"]),
        row("hub1", "x", "y", notes=[f"y {words}"]),
        row("hub2", "v", "w", notes=[f"w {words}"]),
    ]
    lines = plan_table(plans)
    assert f"branch1, branch2: its node {words}" in lines and f"hub1, hub2: its second node {words}" in lines
    assert "branch2: not checked: the install type of b2 is not shown" in lines, "alone it keeps the name"
    blocked = [
        row(name, node, state="blocked", reason=f"{node}: it is away") for name, node in (("A", "a"), ("B", "b"))
    ]
    assert "A, B: blocked: its node: it is away" in plan_table(blocked)


def test_what_the_path_only_warns_of_is_said_once_with_the_count_of_routers() -> None:
    """From 5.5 straight to 7.0.1 the forwarding process may crash (I95-65486), which is no reason to do nothing."""
    facts = [node(f"r{number}", "n1", "5.5.2-1.r1.el7") for number in range(8)]
    lines = plan_table([router_plan.as_data() for router_plan in plan_all(facts, **SEVEN)])
    (said,) = [line for line in lines if "router_from_5_straight_to_7" in line]
    assert said.startswith("8 routers (r0, r1, r2, r3, r4 and 3 more): path: ") and "I95-65486" in said
    (alone,) = [line for line in plan_table([plan(facts[0], **SEVEN).as_data()]) if "I95-65486" in line]
    assert alone.startswith("r0: path: ")


def test_both_nodes_of_a_pair_and_those_that_are_not_moved_add_no_second_warning() -> None:
    old = "5.5.2-1.r1.el7"
    router_plan = plan(*pair(old, old), **SEVEN)
    assert len([note for note in router_plan.notes if "I95-65486" in note]) == 1
    assert not [note for note in plan(node("r", "n1", SEVEN["wanted"]), **SEVEN).notes if note.startswith("path")]


def test_the_older_rule_for_conductors_and_routers_may_be_chosen() -> None:
    how = {"wanted": "6.3.9-1.r1.el7", "conductor": WANTED}
    assert plan(node("r", "n1"), **how).state == "blocked"
    assert plan(node("r", "n1"), **how, rule="minor").state == "planned"
    assert plan(node("r", "n1"), wanted="6.4.0", conductor=WANTED, rule="minor").state == "blocked"


def test_a_version_that_the_conductor_is_too_old_for_is_blocked_also_where_the_node_shows_no_version() -> None:
    router_plan = plan(node("r", "n1", None), wanted=NEWER, conductor=WANTED)
    assert router_plan.state == "blocked" and "never runs a newer release than its conductor" in router_plan.reason


def test_going_back_converts_nothing() -> None:
    router_plan = plan(node("r", "n1", WANTED, install_type="package"), wanted=OLD, downgrade=True)
    assert router_plan.state == "planned" and not router_plan.nodes[0].converts


def test_a_plan_of_nothing_is_a_table_all_the_same() -> None:
    assert plan_table([])[-1] == "total: no router"

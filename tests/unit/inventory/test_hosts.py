# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the rows of `show assets` to hosts, variables and groups."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.addresses import ConductorAddress
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.cached_answer import (
    FIELDS,
    CachedAnswer,
    from_data,
    rows_of,
    shows_version,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.filters import BadFilter, Filters
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.hosts import InventoryHostsError, make_hosts
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import NodeVersion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

ONE, TWO = ConductorAddress("one", "192.0.2.1", 22), ConductorAddress("two", "192.0.2.2", 22)
OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"


def asset(router, node, version=NEW, state="synchronized", kind="image", **more) -> Asset:
    """A row of `show assets`."""
    return Asset(
        router=router,
        node=node,
        asset_id=f"{node}.{router}",
        version_text=version,
        version=parse(version) if version else None,
        install_type=kind,
        status=state.title(),
        state=state,
        settled=state == "synchronized",
        errors=0,
        **more,
    )


PAIR = (asset("Conductor", "c1"), asset("Conductor", "c2"))


def known(*assets: Asset, **more) -> CachedAnswer:
    """What the first of two nodes, c1, has answered."""
    facts = {"address": ONE.address, "router": "Conductor", "node": "c1", "at": 1000.0, **more}
    return CachedAnswer(asked=("a", "b", "admin"), rows=rows_of([*PAIR, *assets]), **facts)


def inventory_of(*assets: Asset, filters=(), addresses=(ONE, TWO), **more):
    return make_hosts(known(*assets, **more), list(addresses), Filters(filters).keep)


def groups(inventory, host) -> set[str]:
    return {group for group, members in inventory.groups.items() if host in members}


# -- routers ----------------------------------------------------------------------------------------------------------


def test_a_pair_is_one_host_with_its_nodes():
    inventory = inventory_of(asset("hub", "h1"), asset("hub", "h2"))
    assert list(inventory.routers) == ["hub"]
    hub = inventory.routers["hub"]
    assert [node["node"] for node in hub["ssr_nodes"]] == ["h1", "h2"]
    assert hub["ssr_nodes"][0] == {
        "node": "h1",
        "version": NEW,
        "install_type": "image",
        "state": "synchronized",
        "status": "Synchronized",
        "settled": True,
        "errors": 0,
        "asset_id": "h1.hub",
    }
    assert hub["ssr_ha"] is True and hub["ssr_settled"] is True
    assert (hub["ssr_running_version"], hub["ssr_release"], hub["ssr_install_type"]) == (NEW, "6.3.5", "image")
    assert (hub["ssr_state"], hub["ssr_asset_ids"]) == ("synchronized", ["h1.hub", "h2.hub"])
    assert (hub["ssr_router"], hub["ssr_role"], hub["ssr_conductor"]) == ("hub", "router", "one")
    assert groups(inventory, "hub") == {
        "ssr_routers",
        "ssr_pairs",
        "ssr_state_synchronized",
        "ssr_install_type_image",
        "ssr_version_6_3_5_39_r1_el7",
        "ssr_release_6_3_5",
    }


def test_a_half_done_pair_is_in_the_groups_of_both_nodes_and_has_no_version():
    inventory = inventory_of(asset("hub", "h1", NEW), asset("hub", "h2", OLD, "disconnected", "package"))
    hub = inventory.routers["hub"]
    assert hub["ssr_running_version"] is None and hub["ssr_release"] is None and hub["ssr_versions"] == [NEW, OLD]
    assert (hub["ssr_install_type"], hub["ssr_state"], hub["ssr_settled"]) == ("mixed", "mixed", False)
    assert groups(inventory, "hub") == {
        "ssr_routers",
        "ssr_pairs",
        *("ssr_state_synchronized", "ssr_state_disconnected", "ssr_state_mixed"),
        *("ssr_install_type_image", "ssr_install_type_package", "ssr_install_type_mixed"),
        *("ssr_version_6_3_5_39_r1_el7", "ssr_version_6_3_0_107_r1_el7", "ssr_version_mixed"),
    }


def test_what_the_conductor_does_not_say_is_unknown_and_no_version_is_concluded_from_the_other_node():
    inventory = inventory_of(asset("hub", "h1", NEW), asset("hub", "h2", None, "disconnected", None))
    hub = inventory.routers["hub"]
    assert hub["ssr_running_version"] is None and hub["ssr_versions"] == [NEW] and hub["ssr_install_type"] is None
    assert {"ssr_version_unknown", "ssr_install_type_unknown"} <= groups(inventory, "hub")
    assert not {"ssr_version_mixed", "ssr_install_type_mixed"} & groups(inventory, "hub")


def test_a_single_router_and_a_state_of_several_words_have_groups_that_ansible_takes():
    inventory = inventory_of(asset("branch", "b1", state="key accepted"))
    assert inventory.routers["branch"]["ssr_ha"] is False
    assert {"ssr_singles", "ssr_state_key_accepted"} <= groups(inventory, "branch")


def test_two_rows_of_one_node_do_not_make_a_pair():
    inventory = inventory_of(asset("branch", "b1"), asset("branch", "b1"))
    assert inventory.routers["branch"]["ssr_ha"] is False and len(inventory.routers["branch"]["ssr_nodes"]) == 2


def test_the_order_is_that_of_the_conductor():
    names = ["z", "a", "m"]
    assert list(inventory_of(*(asset(name, "n") for name in names)).groups["ssr_routers"]) == names


def test_assets_of_no_router_are_no_hosts_and_are_listed_with_the_conductor():
    inventory = inventory_of(asset(None, None, None, "pending", None))
    assert inventory.routers == {}
    assert inventory.conductors["one"]["ssr_unassigned_assets"] == ["None.None"]


# -- conductor nodes --------------------------------------------------------------------------------------------------


def test_conductor_nodes_keep_their_order_and_are_in_no_other_group():
    inventory = inventory_of(asset("hub", "h1"))
    assert inventory.groups["ssr_conductors"] == ["one", "two"] == list(inventory.conductors)
    assert groups(inventory, "one") == {"ssr_conductors"}
    conductor = inventory.conductors["one"]
    assert (conductor["ansible_host"], conductor["ansible_port"]) == ("192.0.2.1", 22)
    assert (conductor["ssr_role"], conductor["ssr_router"], conductor["ssr_ha"]) == ("conductor", "Conductor", True)
    hub = inventory.routers["hub"]
    assert set(hub) < set(conductor), "what is made of variables can be made of those of every host"


def test_the_node_that_answered_is_known_and_of_two_the_other_one_too():
    conductors = inventory_of().conductors
    assert [(host["ssr_node"], host["ansible_pcli_node"]) for host in conductors.values()] == [
        ("c1", "c1"),
        ("c2", "c2"),
    ]
    after_the_second = inventory_of(address=TWO.address, node="c2").conductors
    assert [host["ssr_node"] for host in after_the_second.values()] == ["c1", "c2"], "also when the second answered"


def test_a_node_that_the_user_named_stays_and_nothing_is_guessed_where_it_cannot_be_told():
    named = ConductorAddress("two", "192.0.2.2", 22, "c9")
    assert inventory_of(addresses=(ONE, named)).conductors["two"]["ssr_node"] == "c9"
    assert "ssr_node" not in inventory_of(asset("Conductor", "c3")).conductors["two"]
    alone = make_hosts(CachedAnswer((), ONE.address, "Conductor", "c1", rows_of(PAIR[:1]), 0.0), [ONE, TWO], bool)
    assert "ansible_pcli_node" not in alone.conductors["two"]


def test_a_conductor_that_lists_not_itself_is_still_a_conductor_with_its_own_version():
    own = NodeVersion("Conductor", "c1", NEW, parse(NEW), "package")
    rows = rows_of([asset("hub", "h1")], own)
    inventory = make_hosts(CachedAnswer((), ONE.address, "Conductor", "c1", rows, 0.0), [ONE], bool)
    assert list(inventory.routers) == ["hub"]
    conductor = inventory.conductors["one"]
    assert conductor["ssr_running_version"] == NEW and conductor["ssr_settled"] is False


def test_a_version_that_the_assets_do_not_show_is_the_one_that_the_node_tells():
    bare = asset("Conductor", "c1", None)
    assert not shows_version([bare, PAIR[1]], "Conductor", "c1") and shows_version(PAIR, "Conductor", "c1")
    (row,) = rows_of([bare], NodeVersion("Conductor", "c1", OLD, parse(OLD), None))
    assert (row["version"], row["release"], row["state"]) == (OLD, "6.3.0", "synchronized")


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("router", "host"),
    [
        ("store-7_a.b", "store-7_a.b"),
        ("123", "123"),
        ("a:b", "a_b"),
        ("a[1-9]", "a_1-9_"),
        ("a,b*", "a_b_"),
        ("@file", "_file"),
        ("~regex", "_regex"),
        ("all", "router-all"),
        ("Localhost", "router-Localhost"),
        ("127.0.0.1", "router-127.0.0.1"),
        ("ssr_routers", "router-ssr_routers"),
        ("ssr_state_mixed", "router-ssr_state_mixed"),
        ("two", "router-two"),
        ("Straße", "Straße"),
    ],
)
def test_a_name_that_ansible_would_take_for_something_else_is_made_safe_and_the_ssrs_own_is_kept(router, host):
    inventory = inventory_of(asset(router, "n"))
    assert list(inventory.routers) == [host] and inventory.routers[host]["ssr_router"] == router


@pytest.mark.parametrize("router", ["a b", "a;reboot", "{{ lookup('pipe', 'id') }}", "{%x%}", "-x"])
def test_a_name_that_cannot_be_worked_on_is_an_error_unless_it_is_filtered_out(router):
    with pytest.raises(InventoryHostsError, match="filters"):
        inventory_of(asset(router, "n"))
    assert list(inventory_of(asset(router, "n"), asset("b", "n"), filters=["ssr_router == 'b'"]).routers) == ["b"]


def test_a_conductor_with_such_a_name_is_an_error_too():
    with pytest.raises(InventoryHostsError, match="braces"):
        inventory_of(router="{{x}}")


def test_two_routers_that_would_be_one_host_are_an_error():
    with pytest.raises(InventoryHostsError, match="'a_b'"):
        inventory_of(asset("a:b", "n"), asset("a_b", "n"))


def test_whatever_a_device_prints_cannot_become_a_template():
    """Before ansible-core 2.19 every variable of an inventory may be one."""
    evil = "{{ lookup('pipe', 'id') }}{% x %}"
    strange = Asset(router="r", node=evil, asset_id=evil, version_text=evil, status=evil, state=evil)
    inventory = inventory_of(strange)
    assert "{{" not in json.dumps(inventory.routers) and "{%" not in json.dumps(inventory.routers)
    assert all(group.replace("_", "").isalnum() for group in inventory.groups)


# -- filters ----------------------------------------------------------------------------------------------------------


def test_only_routers_for_which_every_filter_is_true_become_hosts_and_conductors_always_do():
    rows = (asset("hub-1", "n"), asset("hub-2", "n", OLD), asset("shop", "n"))
    inventory = inventory_of(*rows, filters=["starts_with(ssr_router, 'hub')", "ssr_release == '6.3.5'"])
    assert list(inventory.routers) == ["hub-1"] and inventory.left_out == ["hub-2", "shop"]
    assert list(inventory.conductors) == ["one", "two"]
    nobody = inventory_of(*rows, filters=["ssr_nodes[?settled == `false`]"])
    assert nobody.routers == {} and nobody.groups["ssr_routers"] == []


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("ssr_router ==", "filters, entry 2"),
        ("ssr_router = 'a'", "character"),
        ("starts_wiht(ssr_router, 'a')", "character 1: there is no function 'starts_wiht'"),
        ("ssr_ha && starts_with(ssr_router)", "character 11: starts_with() takes 2"),
        ("", "as text"),
        (7, "as text"),
    ],
)
def test_a_broken_filter_is_told_with_its_place_before_anything_is_asked(expression, words):
    with pytest.raises(BadFilter) as caught:
        Filters(["ssr_ha", expression])
    assert words in str(caught.value) and "entry 2" in str(caught.value) and "Nothing was sent" in str(caught.value)


@pytest.mark.parametrize("expression", ["starts_with(ssr_running_version, '6')", "length(ssr_nodes)"])
def test_a_filter_that_does_not_fit_what_is_known_names_the_router(expression):
    with pytest.raises(BadFilter, match="router hub"):
        inventory_of(asset("hub", "h1", None), filters=[expression])


def test_without_jmespath_filters_say_what_to_install_and_none_are_needed(monkeypatch):
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import query

    monkeypatch.setattr(query, "jmespath", None)
    with pytest.raises(BadFilter, match="pip install jmespath"):
        Filters(["ssr_ha"])
    assert Filters([]).keep({"ssr_ha": False})


# -- what a cache holds -----------------------------------------------------------------------------------------------


def test_what_was_kept_comes_back_as_it_was():
    before = known(asset("hub", "h1"))
    after = from_data(json.loads(json.dumps(before.as_data())), before.asked)
    assert after == before and set(after.rows[0]) == set(FIELDS)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0},
        {"asked": ["a", "admin"]},
        {"rows": [{"router": "x"}]},
        {"rows": None},
        {"at": "yesterday"},
        {"at": None},
    ],
)
def test_a_cache_of_another_conductor_or_a_damaged_one_is_not_used(change):
    before = known()
    assert from_data({**before.as_data(), **change}, before.asked) is None
    assert from_data([], before.asked) is None and from_data(None, before.asked) is None


def test_the_age_is_that_of_the_answer_and_unknown_where_the_clock_went_back():
    assert known(at=1000.0).age(1060.0) == 60
    assert known(at=1000.0).age(900.0) is None

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of conductor nodes as users write them: what is taken, and a sentence for what is not."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory import addresses as module
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.addresses import (
    AddressError,
    ConductorAddress,
    read_addresses,
    split_address,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused


@pytest.mark.parametrize(
    ("text", "host_and_port"),
    [
        ("192.0.2.11", ("192.0.2.11", None)),
        ("192.0.2.11:2222", ("192.0.2.11", 2222)),
        ("conductor-1.example.net", ("conductor-1.example.net", None)),
        ("conductor:22", ("conductor", 22)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("[2001:db8::1]", ("2001:db8::1", None)),
        ("[2001:db8::1]:2222", ("2001:db8::1", 2222)),
        ("fe80::1%eth0", ("fe80::1%eth0", None)),
        (" 192.0.2.11 ", ("192.0.2.11", None)),
    ],
)
def test_addresses_of_every_kind_are_taken(text, host_and_port):
    assert split_address(text) == host_and_port


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("192.0.2.300", "no IPv4 address"),
        ("192.0.2", "no IPv4 address"),
        ("192.0.2.11:0", "no port"),
        ("192.0.2.11:70000", "no port"),
        ("192.0.2.11:ssh", "no port"),
        ("192.0.2.11:", "no port"),
        ("192.0.2.11/24", "prefix length"),
        ("ssh://192.0.2.11", "without scheme"),
        ("admin@192.0.2.11", "option user"),
        ("2001:db8::g", "no IPv6 address"),
        ("[192.0.2.11]:22", "no IPv6 address"),
        ("[2001:db8::1", "[2001:db8::1]:22"),
        ("[2001:db8::1]22", "[2001:db8::1]:22"),
        ("fe80::1%", "no IPv6 address"),
        ("bad host", "no name of a host"),
        ("-x", "no name of a host"),
        ("a..b", "no name of a host"),
        ("", "no address"),
        (19, "no address"),
        (None, "no address"),
    ],
)
def test_a_mistake_in_an_address_is_a_sentence_with_what_was_written(text, words):
    with pytest.raises(AddressError) as caught:
        split_address(text)
    assert words in str(caught.value) and str(text) in str(caught.value)


def test_without_netaddr_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(module, "netaddr", None)
    with pytest.raises(AddressError, match="pip install netaddr"):
        split_address("192.0.2.11")


def test_nodes_are_named_by_the_user_or_by_their_addresses():
    entries = [{"address": "192.0.2.11:2222", "name": "one", "node": "c1"}, "conductor-2.example.net"]
    assert read_addresses(entries, 22) == [
        ConductorAddress("one", "192.0.2.11", 2222, "c1"),
        ConductorAddress("conductor-2.example.net", "conductor-2.example.net", 22),
    ]


def test_one_address_alone_is_a_conductor_of_one_node():
    assert read_addresses("192.0.2.11", 2022) == [ConductorAddress("192.0.2.11", "192.0.2.11", 2022)]


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        (["[2001:db8::1]:22", "2001:db8::2"], ["2001-db8--1", "2001-db8--2"]),
        (["192.0.2.1:22", "192.0.2.1:23"], ["192.0.2.1-22", "192.0.2.1-23"]),
        (["localhost", "127.0.0.1"], ["conductor-localhost", "conductor-127.0.0.1"]),
    ],
)
def test_names_made_of_addresses_are_such_that_ansible_can_carry_them(entries, names):
    """A host called 127.0.0.1 would be taken for localhost, and a colon ends a pattern."""
    assert [address.name for address in read_addresses(entries, 22)] == names


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "one or two nodes"),
        (["a", "b", "c"], "one or two nodes"),
        (7, "one or two nodes"),
        (["192.0.2.1", "192.0.2.1:22"], "twice"),
        ([{"address": "a", "name": "x"}, {"address": "b", "name": "x"}], "the name 'x' twice"),
        ([{"address": "a", "hostname": "x"}], "no 'hostname'"),
        ([{"name": "x"}], "needs an address"),
        ([{"address": "a", "name": "all"}], "cannot use for a host"),
        ([{"address": "a", "name": "ssr_routers"}], "cannot use for a host"),
        ([{"address": "a", "name": "a:b"}], "cannot use for a host"),
        ([{"address": "a", "name": 7}], "quotes"),
    ],
)
def test_a_list_of_conductors_that_makes_no_sense_is_told(entries, words):
    with pytest.raises(AddressError, match=words):
        read_addresses(entries, 22)


def test_a_name_of_a_node_is_checked_before_it_is_compared_with_anything():
    with pytest.raises(NameRefused, match="node of conductors"):
        read_addresses([{"address": "a", "node": True}], 22)

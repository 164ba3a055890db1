# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins, tokens, accounts, and whom the client trusts."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.claims import PROVISIONING
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.client import ApiClient
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    AccountRefused,
    ApiAway,
    NotTrusted,
    PasswordRefused,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.session import ApiSession
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.ways import through_ssh
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import LoginRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.integration.api.meeting import (
    AUTHORITY,
    PASSWORD,
    access_to,
    client_of,
    logins,
    requests,
    session_to,
    ssh_to,
)
from tests.unit.simulator.pcli_client import Login

REFUSED = [{"login_status": "401"}, {"login_status": "403"}]


def of(**ways):
    return {**AUTHORITY, "habits": ways}


def test_the_node_that_answers_and_what_the_account_may(conductor):
    sim = conductor()
    client = client_of(sim, "c2")
    assert client.conductor().node_id == NodeId("Conductor", "c2") and client.conductor().is_conductor
    claims = client.claims()
    assert (claims.user, claims.conductor, claims.may(PROVISIONING)) == ("admin", "Conductor", True)
    assert client_of(sim, user="viewer").claims().may(PROVISIONING) is False
    assert logins(sim) == 2


@pytest.mark.parametrize("ways", REFUSED)
def test_a_wrong_password_is_sent_once(conductor, ways):
    sim = conductor(of(**ways))
    session = session_to(sim, password="wrong")
    for _time in range(9):
        with pytest.raises(PasswordRefused) as raised:
            ApiClient(session).conductor()
        assert "wrong" not in str(raised.value)
    assert sim.truth()["bad_logins"] == {"admin@c1.Conductor": 1} and logins(sim) == 1
    assert session.refused_password


@pytest.mark.parametrize("ways", REFUSED)
def test_failures_of_the_web_lock_ssh_and_the_right_password(conductor, ways):
    sim = conductor(of(**ways))
    for _time in range(6):
        with pytest.raises(PasswordRefused):
            client_of(sim, password="wrong").conductor()
    with pytest.raises(PasswordRefused):
        client_of(sim).conductor()
    ssh = ssh_to(sim)
    with pytest.raises(LoginRefused):
        ssh.run("show assets")
    ssh.close()
    assert client_of(sim, "c2").conductor() is not None  # accounts are per node


def test_what_ssh_has_refused_is_not_sent(conductor):
    sim = conductor()
    ssh = ssh_to(sim, password="wrong")
    with pytest.raises(LoginRefused):
        ssh.run("show assets")
    ssh.close()
    failures = sim.truth()["bad_logins"]
    with pytest.raises(PasswordRefused, match="SSH at c1"):
        ApiClient(ApiSession(access_to(sim, password="wrong"), refused_before="SSH at c1")).conductor()
    assert sim.truth()["bad_logins"] == failures and logins(sim) == 0


def test_a_token_is_enough(conductor):
    sim = conductor()
    token = session_to(sim).token
    client = client_of(sim, token=token, user=None, password=None)
    assert client.conductor() is not None and logins(sim) == 1


def test_a_token_that_has_expired_is_replaced_once(conductor):
    sim = conductor()
    client = client_of(sim)
    assert client.assets() is not None
    sim.forget_tokens()
    assert client.alarms() is not None and client.assets() is not None
    assert logins(sim) == 2 and [row[2] for row in requests(sim)].count(401) == 1


def test_without_a_password_an_expired_token_is_the_end(conductor):
    sim = conductor()
    client = client_of(sim, token=session_to(sim).token, password=None)
    sim.forget_tokens()
    with pytest.raises(AccountRefused, match="expired"):
        client.conductor()
    assert logins(sim) == 1 and sim.truth()["bad_logins"] == {}


def test_tokens_that_die_at_once_lead_to_no_endless_logins(conductor):
    sim = conductor(**{"api.token_seconds": 0.0})
    client = client_of(sim)
    for _time in range(3):
        with pytest.raises(AccountRefused):
            client.conductor()
    assert logins(sim) <= 4


@pytest.mark.parametrize(("scope", "count"), [("pair", 1), ("node", 2)])
def test_a_token_of_the_other_node(conductor, scope, count):
    sim = conductor(of(token_scope=scope))
    token = session_to(sim).token
    assert client_of(sim, "c2", token=token).conductor().node_id.node == "c2"
    assert logins(sim) == count


@pytest.mark.parametrize("form", ["403", "401", "errors"])
def test_an_account_without_the_capability_is_refused_and_not_taken_for_away(conductor, form):
    sim = conductor(of(api_forbidden=form))
    client = client_of(sim, user="stranger")
    with pytest.raises(AccountRefused, match="config-read"):
        client.list_exports()
    assert sim.truth()["bad_logins"] == {}


def test_401_for_pages_of_routers_only(conductor):
    """I95-66127: the login works, and pages of routers refuse everybody but the built-in admin."""
    sim = conductor(faults=["proxied_unauthorized"])
    client = client_of(sim, user="operator")
    for _time in range(3):
        with pytest.raises(AccountRefused, match="I95-66127"):
            client.alarms("lone", "l1")
    assert client.alarms() is not None
    assert logins(sim) <= 2 and sim.truth()["bad_logins"] == {}
    assert client_of(sim).alarms("lone", "l1") is not None


# -- trust ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["address", "node"])
def test_certificates(conductor, names, tmp_path):
    sim = conductor(of(certificate_names=names))
    ca = tmp_path / "c1.pem"
    ca.write_text(sim.certificates["c1"].pem)
    named = {} if names == "address" else {"server_name": "c1"}
    assert client_of(sim, pins=(), ca_path=str(ca), **named).conductor() is not None
    assert client_of(sim, pins=(), validate_certs=False).conductor() is not None
    asked = len(requests(sim))
    untrusted = [
        {"pins": ()},
        {"pins": (sim.certificates["c2"].fingerprint,)},
        {"pins": (), "ca_path": str(ca), "server_name": "elsewhere"},
        {"pins": (sim.certificates["c2"].fingerprint,), "validate_certs": False},
    ]
    for settings in untrusted:
        with pytest.raises(NotTrusted, match="No secret was sent"):
            client_of(sim, **settings).conductor()
    assert len(requests(sim)) == asked


def test_through_the_channel_of_an_ssh_session(conductor):
    sim = conductor()
    with Login(sim, password=PASSWORD) as login:
        way = through_ssh(login.client.get_transport())
        client = ApiClient(ApiSession(access_to(sim), way=way))
        assert client.conductor().node_id.node == "c1" and len(client.assets().assets) == 14
        with pytest.raises(NotTrusted):
            ApiClient(ApiSession(access_to(sim, pins=("0" * 64,)), way=way)).conductor()


def test_where_ssh_forwards_nothing_the_api_is_away(conductor):
    sim = conductor(of(ssh_forwarding="refused"))
    with Login(sim, password=PASSWORD) as login:
        way = through_ssh(login.client.get_transport())
        with pytest.raises(ApiAway, match="No connection could be opened"):
            ApiClient(ApiSession(access_to(sim), way=way)).conductor()

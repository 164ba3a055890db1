# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins over the web: tokens and what ends them, rights, and the lock-out that SSH shares."""

from __future__ import annotations

import base64
import json
import sys

import paramiko
import pytest

from tests.simulator import ScenarioError, Simulator, load_scenario
from tests.simulator.api.tokens import Tokens

from .api_client import Api, claims, logged_in, requests, session, web
from .pcli_client import PAIR, Login, eventually, pair, pcli, until

VIEWER = {"name": "viewer", "password": "look", "privilege": "user", "capabilities": ["config-read"]}
USERS = [{"name": "admin", "password": "secret"}, VIEWER]
ALL = ["config-read", "config-write", "provisioning"]
REFUSED = "failed to authorize user: you do not have access to resource='128t:*' capability='provisioning'"


def test_it_is_off_unless_a_scenario_asks_for_it():
    with pair() as sim:
        assert sim.certificates == {} and sim.nodes["c1"].api_port is None
        assert sim.ready()["api"] == {}


def test_what_a_program_needs_to_connect():
    with web() as sim:
        ready = sim.ready()["api"]
        assert set(ready) == {"c1", "c2"}
        assert ready["c1"]["port"] == sim.nodes["c1"].api_port != ready["c2"]["port"]
        assert ready["c1"]["certificate"].startswith("-----BEGIN CERTIFICATE-----")
        assert len(ready["c1"]["fingerprint"]) == 64 and "KEY" not in json.dumps(ready)


def test_without_its_library_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphql", None)
    with pytest.raises(ScenarioError, match="graphql-core; install it"):
        Simulator(PAIR, **{"api.enabled": True})


# --- tokens -------------------------------------------------------------------------------------------------------


def test_a_token_says_who_and_what_and_not_until_when():
    with session(users=USERS) as (sim, api):
        header, _payload, signature = api.token.split(".")
        assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "RS256", "typ": "JWT"}
        assert len(signature) > 300
        told = claims(api.token)
        assert (told["name"], told["roles"], told["capabilities"], told["iss"]) == (
            "admin",
            ["admin"],
            ALL,
            "Conductor",
        )
        assert isinstance(told["iat"], int) and told["userAgent"] == "test" and "exp" not in told
        viewer = claims(logged_in(sim, user="viewer", password="look").token)
        assert (viewer["capabilities"], viewer["scopes"]) == (["config-read"], ["show-commands"])


def test_each_login_gets_a_token_of_its_own():
    with session() as (sim, api):
        assert logged_in(sim).token != api.token


@pytest.mark.parametrize("token", [None, "x.y.z", ""])
def test_without_a_token_that_it_knows_nothing_is_said(token):
    with web() as sim:
        api = Api(sim)
        api.token = token
        for path in ("/system", "/asset", "/nonce", "/nothing", "/events", "/events?token=x"):
            assert api.get(path).status == 401
        assert api.query("{ __typename }").status == 401


def test_tokens_end_and_a_new_login_helps():
    with session(**{"api.token_seconds": 0.5}) as (_sim, api):
        assert api.get("/system").status == 200
        assert eventually(lambda: api.get("/system").status == 401)
        api.login()
        assert api.get("/system").status == 200


def test_a_token_lives_as_long_as_it_should():
    moment = [100.0]
    tokens = Tokens(60.0, "pair", "many", now=lambda: moment[0])
    token = tokens.issue("admin", "c1", {}, 1000.0)
    moment[0] += 59.9
    assert tokens.holder(token, "c1") == "admin"
    moment[0] += 0.2
    assert tokens.holder(token, "c1") is None


def test_tokens_can_be_taken_back():
    with session(users=USERS) as (sim, api):
        viewer = logged_in(sim, user="viewer", password="look")
        sim.forget_tokens("viewer")
        assert (api.get("/system").status, viewer.get("/system").status) == (200, 401)
        sim.forget_tokens()
        assert api.get("/system").status == 401


@pytest.mark.parametrize(("way", "status"), [("pair", 200), ("node", 401)])
def test_whether_the_other_node_takes_the_token(way, status):
    with session({"token_scope": way}) as (sim, api):
        other = Api(sim, "c2")
        other.token = api.token
        assert other.get("/system").status == status


@pytest.mark.parametrize(("way", "status"), [("kept", 200), ("lost", 401)])
def test_what_a_restart_does_to_tokens(way, status):
    with session({"tokens_after_restart": way}) as (sim, api):
        pcli(sim, "c2").run("request system software revert router Conductor node c1 force")
        assert until(sim, "c1.Conductor", restarts=1, service="running", operation=None)
        assert api.get("/system").status == status


def test_short_lived_tokens_are_a_habit():
    assert load_scenario(PAIR, {"habits.token_life": "short"}).api.token_seconds == 10.0
    assert load_scenario(PAIR).api.token_seconds == 86400.0


# --- who may log in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["401", "403"])
def test_a_wrong_password_is_refused_with_a_message(status):
    with web({"login_status": status}) as sim:
        answer = Api(sim).login(password="wrong")
        assert answer.status == int(status) and "password" in answer.message
        assert sim.truth()["bad_logins"] == {"admin@c1.Conductor": 1}


@pytest.mark.parametrize(
    "body", [{}, {"username": "admin"}, {"username": "admin", "local": "key"}, [], b"{", {"username": 1}]
)
def test_no_other_body_logs_in(body):
    with web() as sim:
        assert Api(sim).call("POST", "/login", body).status in (400, 401)
        assert sim.truth()["bad_logins"] == {}, "no password was tried"


def test_bad_logins_of_the_web_and_of_ssh_count_together():
    with web(**{"ssh.lock_after": 4}) as sim:
        api = Api(sim)
        for _attempt in range(2):
            assert api.login(password="wrong").status == 401
        for _attempt in range(2):
            with pytest.raises(paramiko.AuthenticationException):
                Login(sim, password="wrong")
        assert sim.truth()["bad_logins"] == {"admin@c1.Conductor": 4}
        assert api.login().status == 401
        with pytest.raises(paramiko.AuthenticationException):
            Login(sim)
        assert Api(sim, "c2").login().status == 200, "accounts are per node"


def test_the_web_alone_locks_ssh_out():
    with web(**{"ssh.lock_after": 3}) as sim:
        for _attempt in range(3):
            Api(sim).login(password="wrong")
        with pytest.raises(paramiko.AuthenticationException):
            Login(sim)


def test_a_token_goes_on_while_the_account_is_locked():
    with session(**{"ssh.lock_after": 1}) as (sim, api):
        Api(sim).login(password="wrong")
        assert Api(sim).login().status == 401
        assert api.get("/system").status == 200


# --- rights -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "status"), [("403", 403), ("401", 401), ("errors", 403)])
def test_a_missing_capability_over_rest(way, status):
    with web({"api_forbidden": way}, users=USERS) as sim:
        api = logged_in(sim, user="viewer", password="look")
        answer = api.call("POST", "/provisioning/refresh", {"routerNames": ["branch"]})
        assert (answer.status, answer.message) == (status, REFUSED)
        assert api.get("/asset").status == 200


@pytest.mark.parametrize(("way", "status"), [("403", 403), ("401", 401), ("errors", 200)])
def test_a_missing_capability_over_graphql(way, status):
    with web({"api_forbidden": way}, users=USERS) as sim:
        answer = logged_in(sim, user="viewer", password="look").upgrade("branch")
        assert answer.status == status
        text = answer.data["errors"][0]["message"] if way == "errors" else answer.message
        assert text == REFUSED
        assert sim.truth()["nodes"]["b1.branch"]["started"] == {}


def test_upgrades_are_for_administrators():
    watcher = {"name": "watcher", "password": "look", "privilege": "user"}
    with web(users=[watcher]) as sim:
        assert logged_in(sim, user="watcher", password="look").upgrade("branch").status == 403


def test_a_capability_that_a_fault_takes_away_is_not_in_the_token_either():
    with session(faults=[{"type": "rbac_refusal"}]) as (_sim, api):
        assert claims(api.token)["capabilities"] == ["config-read", "config-write"]
        assert api.call("POST", "/provisioning/refresh", {"routerNames": ["branch"]}).status == 403


def test_resource_groups_hide_routers():
    west = {"name": "west", "password": "look", "resource_groups": ["west"]}
    with web(users=[*USERS, west]) as sim:
        api = logged_in(sim, user="west", password="look")
        assert [row["name"] for row in api.get("/router").data] == ["Conductor", "branch"]
        assert set(api.assets()) == {"c1", "c2", "b1"}
        assert api.get("/router/hub/alarm").status == 404
        assert api.query("{ allRouters { nodes { name } } }").data["data"]["allRouters"]["nodes"] == [
            {"name": "Conductor"},
            {"name": "branch"},
        ]


# --- the journal --------------------------------------------------------------------------------------------------


def test_the_journal_has_every_request_and_no_secret():
    with session() as (sim, api):
        Api(sim).login(password="a-wrong-one")
        nonce = api.get("/nonce").data["nonce"]
        api.get(f"/config/export/none/download?nonce={nonce}")
        api.query("{ allRouters { nodes { name } } metrics { __typename } }")
        api.download("branch", version="9.9.9-1.el9")
        shown = [(row["method"], row["path"], row["status"], row["user"]) for row in requests(sim)]
        assert shown == [
            ("POST", "/api/v1/login", 200, None),
            ("POST", "/api/v1/login", 401, None),
            ("GET", "/api/v1/nonce", 200, "admin"),
            ("GET", "/api/v1/config/export/none/download", 404, "admin"),
            ("POST", "/api/v1/graphql", 200, "admin"),
            ("POST", "/api/v1/graphql", 200, "admin"),
        ]
        query, mutation = requests(sim)[-2:]
        assert (query["operation"], query["fields"]) == ("query", ["allRouters", "metrics"])
        assert (mutation["operation"], mutation["fields"]) == ("mutation", ["sendAssetDownloadSoftwareRequest"])
        text = json.dumps(sim.log.records())
        assert not [secret for secret in ("secret", "a-wrong-one", nonce, api.token) if secret in text]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web server itself: its certificate, and being away, late or broken while SSH works."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import threading
import urllib.error
import urllib.request
from http.client import HTTPConnection, HTTPSConnection
from unittest import mock

import paramiko
import pytest

from tests.simulator import Simulator, load_scenario

from .api_client import Api, requests, session, web
from .pcli_client import LOW, PAIR, Login, eventually, pcli, until

REVERT = "request system software revert router Conductor node {} force"
QUERY = json.dumps({"query": "{ allRouters { nodes { name } } }"})


def away(how: str, **more: str) -> dict:
    return {"type": "web_server_away", "node": "c1", "how": how, **more}


# --- TLS ----------------------------------------------------------------------------------------------------------


def test_each_node_has_a_certificate_of_its_own():
    with web() as sim:
        api = Api(sim)
        address = sim.nodes["c1"]
        shown = ssl.get_server_certificate((address.host, address.api_port))
        assert shown == sim.certificates["c1"].pem != sim.certificates["c2"].pem
        api._context = ssl.create_default_context()
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            api.get("/system")


def test_a_certificate_may_bear_the_name_of_the_node_alone():
    with web({"certificate_names": "node"}) as sim:
        address = (sim.nodes["c1"].host, sim.nodes["c1"].api_port)
        context = ssl.create_default_context(cadata=sim.certificates["c1"].pem)
        with (
            socket.create_connection(address, 5) as plain,
            pytest.raises(ssl.SSLCertVerificationError, match="mismatch"),
        ):
            context.wrap_socket(plain, server_hostname="127.0.0.1")
        with socket.create_connection(address, 5) as plain, context.wrap_socket(plain, server_hostname="c1") as secured:
            shown = secured.getpeercert(binary_form=True)
        assert hashlib.sha256(shown).hexdigest() == sim.certificates["c1"].fingerprint


def test_whoever_does_not_speak_tls_disturbs_nobody():
    with session() as (sim, api):
        for garbage in (b"GET / HTTP/1.1\r\n\r\n", b""):
            with socket.create_connection((sim.nodes["c1"].host, sim.nodes["c1"].api_port), 5) as plain:
                plain.sendall(garbage)
        assert api.get("/system").status == 200


def test_a_connection_serves_many_requests():
    with session() as (sim, api):
        context = ssl.create_default_context(cadata=sim.certificates["c1"].pem)
        connection = HTTPSConnection("127.0.0.1", sim.nodes["c1"].api_port, context=context, timeout=10)
        for _time in range(3):
            connection.request("GET", "/api/v1/system", headers={"Authorization": f"Bearer {api.token}"})
            response = connection.getresponse()
            assert response.status == 200 and json.loads(response.read())["node"] == "c1"
        connection.close()


# --- away ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("bad_gateway", 502, "502 Bad Gateway"),
        ("unavailable", 503, "503 Service"),
        ("html", 200, "<!DOCTYPE html>"),
    ],
)
def test_a_page_instead_of_an_answer(how, status, words):
    with session() as (sim, api):
        sim.add_fault(away(how))
        for answer in (api.get("/system"), api.call("POST", "/login", {}), api.query("{ __typename }")):
            assert (answer.status, answer.kind) == (status, "text/html") and words in answer.body.decode()
        assert sim.truth()["bad_logins"] == {}
        sim.clear_faults()
        assert api.get("/system").status == 200


def test_a_request_that_hangs_goes_on_when_the_fault_is_over():
    with session() as (sim, api):
        sim.add_fault(away("hang"))
        answers = []
        thread = threading.Thread(target=lambda: answers.append(api.get("/system").status))
        thread.start()
        assert "Synchronized" in pcli(sim).run("show assets")
        assert not answers
        sim.clear_faults()
        thread.join(10)
        assert answers == [200]


def test_away_only_after_a_restart():
    with session(faults=[away("bad_gateway", when="after_restart")]) as (sim, api):
        assert api.get("/system").status == 200
        pcli(sim, "c2").run(REVERT.format("c1"))
        assert until(sim, "c1.Conductor", restarts=1, service="running", operation=None)
        assert api.get("/system").status == 502


def test_a_node_that_restarts_is_away():
    with session(faults=[{"type": "never_comes_back", "node": "c1"}]) as (sim, api):
        pcli(sim, "c2").run(REVERT.format("c1"))
        assert eventually(lambda: api.refused())


def test_and_comes_back():
    with session() as (sim, api):
        pcli(sim, "c2").run(REVERT.format("c1"))
        assert until(sim, "c1.Conductor", restarts=1, service="running", operation=None)
        assert eventually(lambda: not api.refused())
        assert api.get("/system").data["softwareVersion"] == LOW
        told = [r["event"] for r in sim.log if r["event"].startswith("api_") and r["node"] == "c1.Conductor"]
        assert told == ["api_down", "api_up"]


@pytest.mark.parametrize(
    ("way", "status"), [("answers", 200), ("bad_gateway", 502), ("unavailable", 503), ("refused", None)]
)
def test_while_the_service_is_only_starting(way, status):
    starting = {"clock.speedup": 1, "routers.0.nodes.0.service": "starting"}
    with web({"web_while_starting": way}, **starting) as sim:
        api = Api(sim)
        if status is None:
            assert eventually(lambda: api.refused())
        elif status == 200:
            assert api.login().status == 200
        else:
            assert api.get("/system").status == status
        assert "c1" in pcli(sim).run("show assets")


def test_slow_answers():
    assert load_scenario(PAIR, {"habits.api_speed": "slow"}).api.delay == 0.2
    with session(**{"api.delay": 0.01}) as (sim, api):
        waits = []
        with mock.patch.object(sim._webs["c1"].stopped, "wait", waits.append):
            assert api.get("/system").status == 200
        assert waits == [0.01]


# --- from the box itself ------------------------------------------------------------------------------------------


def tunnel(login: Login, port: int) -> paramiko.Channel:
    channel = login.client.get_transport().open_channel(
        "direct-tcpip", ("127.0.0.1", port), ("127.0.0.1", 0), timeout=5
    )
    channel.settimeout(10)
    return channel


class Through(HTTPConnection):
    """HTTP over a socket that is there."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__("localhost")
        self.sock = sock


def bridged(channel: paramiko.Channel) -> socket.socket:
    """A real socket that carries the bytes of a channel, since TLS of the standard library needs one."""
    ours, theirs = socket.socketpair()

    def carry(receive, send) -> None:
        try:
            while data := receive(32768):
                send(data)
        except OSError:
            pass

    for pair in ((theirs.recv, channel.sendall), (channel.recv, theirs.sendall)):
        threading.Thread(target=carry, args=pair, daemon=True).start()
    ours.settimeout(10)
    return ours


def test_ssh_leads_to_the_https_port_of_the_box():
    with web() as sim, Login(sim) as login:
        context = ssl.create_default_context(cadata=sim.certificates["c1"].pem)
        secured = context.wrap_socket(bridged(tunnel(login, 443)), server_hostname="localhost")
        http = Through(secured)
        http.request("POST", "/api/v1/login", json.dumps({"username": "admin", "password": "secret"}))
        token = json.load(http.getresponse())["token"]
        http.request("GET", "/api/v1/system", headers={"Authorization": f"Bearer {token}"})
        assert json.load(http.getresponse())["node"] == "c1"
        http.close()
        assert [row["status"] for row in requests(sim)] == [200, 200]


def test_on_the_box_graphql_answers_without_a_login():
    with web() as sim, Login(sim) as login:
        http = Through(bridged(tunnel(login, 31517)))
        http.request("POST", "/api/v1/graphql", QUERY)
        rows = json.load(http.getresponse())["data"]["allRouters"]["nodes"]
        assert [row["name"] for row in rows] == ["Conductor", "hub", "branch"]
        http.request("GET", "/api/v1/asset")
        response = http.getresponse()
        assert response.status == 404
        http.close()


def test_shells_work_beside_a_forwarded_channel():
    with web() as sim, Login(sim) as login:
        shell = login.shell()
        http = Through(bridged(tunnel(login, 31517)))
        http.request("POST", "/api/v1/graphql", QUERY)
        assert http.getresponse().status == 200
        assert "Synchronized" in shell.run("show assets")
        http.close()


@pytest.mark.parametrize(
    ("overrides", "port"),
    [
        ({"ssh.forwarding": False}, 443),
        ({"habits.ssh_forwarding": "refused"}, 443),
        ({}, 22),
        ({"api.enabled": False}, 443),
    ],
)
def test_channels_that_are_refused(overrides, port):
    with Simulator(PAIR, **{"api.enabled": True, **overrides}) as sim, Login(sim) as login:
        with pytest.raises(paramiko.ChannelException):
            tunnel(login, port)
        assert "Synchronized" in login.shell().run("show assets")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way leads to the web API of a node, and what is never tried twice."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.alarms import AlarmList
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.assets import AssetList, SoftwareVersions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    AccountRefused,
    ApiAway,
    NotOffered,
    NotTrusted,
    PasswordRefused,
    Unreachable,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import web
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.web import ConductorWeb, WebProblem
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.replay import Replay
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.web_settings import WebSettings
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.virtual_clock import VirtualClock

HERE = NodeId("Conductor", "c1")
LOGIN = Login("192.0.2.1", user="admin", password="a-secret")


class FakeSession:
    """A PCLI session that is logged in."""

    replay: Replay | None = None

    def __init__(self, login: Login = LOGIN, channels: bool = True, **settings) -> None:
        self.login, self.access = login, Access(login, web=WebSettings(**settings))
        self.clock, self._channels = VirtualClock(), channels

    def open(self) -> None:
        pass

    def transport(self):
        return object() if self._channels else None


class World:
    """What the API answers at the address of the node (``direct``), and through SSH; both are data or an error."""

    def __init__(self, monkeypatch, direct: object = HERE, inside: object = HERE) -> None:
        self.asked: list[tuple[str, bool, int]] = []
        self.listed: AssetList | None = None
        self.alarms: AlarmList | None = None
        self.answers = {"direct": direct, "inside": inside}
        #: The passwords that were sent.
        self.passwords: list[str | None] = []
        #: How many logins had no answer.
        self.unanswered = 0
        #: What happens where a list of assets is asked for.
        self.on_list = lambda: None
        monkeypatch.setattr(web, "ApiClient", lambda session: session)
        monkeypatch.setattr(web, "ApiSession", self.client)
        monkeypatch.setattr(web, "through_ssh", lambda transport, host, port: ("inside", host, port))

    def client(self, access, way):
        place = "direct" if way is web.direct else "inside"
        self.asked.append((place, access.validate_certs, access.port if way is web.direct else way[2]))
        self.passwords.append(access.password)
        answer, alarms, world = self.answers[place], self.alarms, self

        class Client:
            unanswered = world.unanswered

            def assets(self):
                world.on_list()
                return world.listed

            def alarms(self):
                return alarms

            def conductor(self):
                if isinstance(answer, Exception):
                    raise answer
                return None if answer is None else type("Conductor", (), {"node_id": answer})

            def look(self, request):
                asked = (request.method, request.path, dict(request.parameters), request.body)
                return SimpleNamespace(status=403, kind="text/html", body=repr(asked).encode() + b"\xff")

            def download(self, name: str) -> bytes:
                return f"{name} by {place}".encode()

        return Client()


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (None, "lists no assets"),
        (AssetList(()), "lists no assets"),
        (AssetList((SimpleNamespace(asset="a"),), ("it may go on",)), "may not be whole: it may go on"),
        (AssetList((SimpleNamespace(asset="a"), SimpleNamespace(asset="b"))), None),
    ],
)
def test_only_a_whole_list_of_assets_is_one(monkeypatch, listed, words) -> None:
    world = World(monkeypatch)
    world.listed, asks = listed, ConductorWeb(FakeSession())
    if words is None:
        assert asks.assets(HERE) == ["a", "b"]
        return
    with pytest.raises(WebProblem, match=words):
        asks.assets(HERE)


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (None, "shows no list of alarms"),
        (AlarmList((), (), ("an alarm has no message",)), "may not be whole: an alarm has no message"),
        (AlarmList(("critical",), ("shelved",)), None),
    ],
)
def test_only_a_whole_list_of_alarms_is_one_and_what_is_shelved_does_not_count(monkeypatch, listed, words) -> None:
    world = World(monkeypatch)
    world.alarms, asks = listed, ConductorWeb(FakeSession())
    if words is None:
        assert asks.alarms(HERE) == ["critical"]
        return
    with pytest.raises(WebProblem, match=words):
        asks.alarms(HERE)


def of_software(node: str, **software: object) -> SimpleNamespace:
    return SimpleNamespace(node_id=NodeId("r1", node), software=SoftwareVersions(**software) if software else None)


WHOLE = {"downloaded": ("6.3.5",), "downloading": (), "available": ("6.3.5",)}


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ((of_software("a", **WHOLE), of_software("b")), ["a"]),
        ((of_software("a", **WHOLE), of_software("b", **{**WHOLE, "downloading": None})), ["a"]),
        ((of_software("a", **WHOLE), of_software("a", **WHOLE), of_software("b", **WHOLE)), ["b"]),
        ((of_software("a"),), []),
    ],
    ids=["not shown", "in part", "twice", "of none"],
)
def test_what_a_node_has_is_known_where_all_of_it_is_shown_once(monkeypatch, rows, known) -> None:
    world = World(monkeypatch)
    world.listed, asks = AssetList(rows), ConductorWeb(FakeSession())
    if known:
        assert asks.downloads(HERE) == {NodeId("r1", node): Downloads(("6.3.5",), (), ("6.3.5",)) for node in known}
        return
    with pytest.raises(WebProblem, match="does not show the software of any node"):
        asks.downloads(HERE)


def error(kind: type) -> Exception:
    return kind("It was asked.", "It said no.", "Do something.")


@pytest.mark.parametrize("answer", [HERE, None, error(NotOffered), error(AccountRefused)])
def test_the_address_of_the_node_is_the_first_way_and_need_not_say_which_node_it_is(monkeypatch, answer) -> None:
    world = World(monkeypatch, answer)
    asks = ConductorWeb(FakeSession())
    assert asks.download("a.gz", HERE) == b"a.gz by direct" == asks.download("a.gz", HERE)
    assert world.asked == [("direct", True, 443)]


@pytest.mark.parametrize("problem", [Unreachable, NotTrusted])
def test_where_no_secret_was_sent_the_ssh_session_is_the_next_way_and_vouches_for_the_node(
    monkeypatch, problem
) -> None:
    world = World(monkeypatch, error(problem))
    assert ConductorWeb(FakeSession()).download("a.gz", HERE) == b"a.gz by inside"
    assert world.asked == [("direct", True, 443), ("inside", False, 443)]


def test_a_pin_counts_through_ssh_as_well(monkeypatch) -> None:
    world = World(monkeypatch, error(Unreachable))
    ConductorWeb(FakeSession(pins=("00" * 32,))).download("a.gz", HERE)
    assert world.asked[-1] == ("inside", True, 443)


def test_behind_another_port_the_node_itself_may_use_the_usual_one(monkeypatch) -> None:
    world = World(monkeypatch, error(Unreachable), error(Unreachable))
    with pytest.raises(WebProblem):
        ConductorWeb(FakeSession(port=8443)).download("a.gz", HERE)
    assert [(place, port) for place, _trust, port in world.asked] == [
        ("direct", 8443),
        ("inside", 8443),
        ("inside", 443),
    ]


@pytest.mark.parametrize("change", [{"jumps": (LOGIN,)}, {"proxy_command": "nc"}])
def test_behind_a_jump_host_only_the_ssh_session_leads_there(monkeypatch, change) -> None:
    world = World(monkeypatch)
    ConductorWeb(FakeSession(replace(LOGIN, **change))).download("a.gz", HERE)
    assert [place for place, *_rest in world.asked] == ["inside"]


@pytest.mark.parametrize("problem", [PasswordRefused, ApiAway])
def test_what_was_refused_or_may_have_got_a_password_is_not_tried_another_way_or_again(monkeypatch, problem) -> None:
    world = World(monkeypatch, error(problem))
    asks = ConductorWeb(FakeSession())
    for _time in range(2):
        with pytest.raises(WebProblem, match="It said no"):
            asks.download("a.gz", HERE)
        asks.forget()
    assert [place for place, *_rest in world.asked] == ["direct"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"pins": ("abc",)}, "fingerprint"),
        ({"ca_path": "/nonexistent.pem"}, r"/nonexistent\.pem"),
        ({"token": "two words"}, "token"),
    ],
)
def test_settings_that_cannot_be_used_are_a_reason_and_no_surprise(settings, words) -> None:
    """With the real session, which refuses them before anything is sent."""
    with pytest.raises(WebProblem, match=words) as caught:
        ConductorWeb(FakeSession(**settings)).assets(HERE)
    assert not caught.value.sent and not caught.value.passes


def test_an_export_is_only_looked_for_on_the_node_that_has_made_it(monkeypatch) -> None:
    World(monkeypatch, NodeId("Conductor", "c2"))
    with pytest.raises(WebProblem, match=r"is that of c2\.Conductor, and not of c1\.Conductor"):
        ConductorWeb(FakeSession()).download("a.gz", HERE)


def test_a_new_session_needs_a_new_way(monkeypatch) -> None:
    world = World(monkeypatch)
    asks = ConductorWeb(FakeSession())
    asks.download("a.gz", HERE)
    asks.forget()
    asks.download("a.gz", HERE)
    assert len(world.asked) == 2


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (FakeSession(use="off"), "ansible_pcli_api"),
        (FakeSession(replace(LOGIN, password=None)), "takes no SSH keys"),
        (FakeSession(user="other"), "ansible_pcli_api_password"),
    ],
    ids=["off", "key", "another user"],
)
def test_without_a_secret_of_its_own_or_where_it_is_off_nothing_is_sent(monkeypatch, session, words) -> None:
    world = World(monkeypatch)
    with pytest.raises(WebProblem, match=words):
        ConductorWeb(session).download("a.gz", HERE)
    assert world.asked == []


@pytest.mark.parametrize("settings", [{"password": "b"}, {"token": "t"}, {"user": "other", "password": "b"}])
def test_its_own_secrets_come_first(monkeypatch, settings) -> None:
    world = World(monkeypatch)
    ConductorWeb(FakeSession(replace(LOGIN, password=None), **settings)).download("a.gz", HERE)
    assert len(world.asked) == 1


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (("GET", "/asset?verbose=true", None), ("GET", "/asset", {"verbose": "true"}, None)),
        (("POST", "/graphql", "{ x }"), ("POST", "/graphql", {}, {"query": "{ x }"})),
    ],
)
def test_a_look_gives_the_answer_as_it_is_whatever_its_status(monkeypatch, asked, sent) -> None:
    World(monkeypatch)
    seen = ConductorWeb(FakeSession()).look(*asked, HERE)
    assert (seen.status, seen.kind, seen.body) == (403, "text/html", f"{sent!r}\ufffd") and "verbose" not in repr(seen)


@pytest.mark.parametrize(
    ("use", "problem", "seconds", "again"),
    [
        ("auto", Unreachable, 599, False),
        ("auto", Unreachable, 600, True),
        ("auto", ApiAway, 600, True),
        ("auto", PasswordRefused, 86400, False),
        ("required", Unreachable, 10, True),
        ("required", ApiAway, 599, False),
        ("required", PasswordRefused, 86400, False),
    ],
)
def test_where_nobody_answered_it_is_tried_again_after_a_while_and_rarely_with_a_password(
    monkeypatch, use, problem, seconds, again
) -> None:
    world, session = World(monkeypatch, error(problem), error(problem)), FakeSession(use=use)
    asks = ConductorWeb(session)
    with pytest.raises(WebProblem):
        asks.download("a.gz", HERE)
    world.answers, before = {"direct": HERE, "inside": HERE}, len(world.asked)
    session.clock.sleep(seconds)
    if again:
        assert asks.download("a.gz", HERE) == b"a.gz by direct"
        return
    with pytest.raises(WebProblem):
        asks.download("a.gz", HERE)
    assert len(world.asked) == before


def test_a_refused_password_is_not_sent_by_a_later_task_of_the_run_but_a_token_is(monkeypatch, tmp_path) -> None:
    world, run_folder = World(monkeypatch, error(PasswordRefused)), str(tmp_path)
    with pytest.raises(WebProblem, match="It said no"):
        ConductorWeb(FakeSession(run_folder=run_folder)).download("a.gz", HERE)
    world.answers["direct"] = HERE
    with pytest.raises(WebProblem, match=r"It said no.*in an earlier task of this run, so the password was not sent"):
        ConductorWeb(FakeSession(run_folder=run_folder)).download("a.gz", HERE)
    assert world.passwords == ["a-secret"]
    ConductorWeb(FakeSession(run_folder=run_folder, token="t")).download("a.gz", HERE)
    assert world.passwords == ["a-secret", None], "nor is it sent where the token has expired"
    ConductorWeb(FakeSession(run_folder=str(tmp_path / "another"))).download("a.gz", HERE)
    assert world.passwords[-1] == "a-secret", "another run tries it anew"


@pytest.mark.parametrize("change", [{"port": 2222}, {"jumps": (LOGIN,)}, {"user": "other"}])
def test_a_refusal_says_nothing_of_another_node_or_account_at_the_same_address(monkeypatch, tmp_path, change) -> None:
    world = World(monkeypatch, error(PasswordRefused), error(PasswordRefused))
    for login in (LOGIN, replace(LOGIN, **change)):
        with pytest.raises(WebProblem, match="It said no"):
            ConductorWeb(FakeSession(login, run_folder=str(tmp_path))).download("a.gz", HERE)
    assert len(world.passwords) == 2


@pytest.mark.parametrize(("unanswered", "sent"), [(1, 3), (0, 5)], ids=["sent", "not sent"])
def test_tasks_of_one_run_send_few_logins_that_get_no_answer(monkeypatch, tmp_path, unanswered, sent) -> None:
    world = World(monkeypatch, error(ApiAway))
    world.unanswered = unanswered
    for _task in range(5):
        with pytest.raises(WebProblem):
            ConductorWeb(FakeSession(run_folder=str(tmp_path))).download("a.gz", HERE)
    assert len(world.passwords) == sent


LISTED = AssetList((SimpleNamespace(asset="a"),))


@pytest.mark.parametrize(("seconds", "again"), [(4.9, 0), (5, 600)])
def test_a_question_that_hung_is_the_last_one_for_a_while(monkeypatch, seconds, again) -> None:
    """With answers of the PCLI that cannot be read there is one for each node, and nothing else goes on meanwhile."""
    world, session = World(monkeypatch), FakeSession()
    world.listed, asks = LISTED, ConductorWeb(session)
    asked = []

    def hang() -> None:
        asked.append(session.clock.now())
        session.clock.sleep(seconds)
        raise error(ApiAway)

    world.on_list = hang
    for _time in range(3):
        with pytest.raises(WebProblem, match="It said no"):
            asks.assets(HERE)
    assert len(asked) == (1 if again else 3)
    world.on_list = lambda: None
    session.clock.sleep(again)
    assert asks.assets(HERE) == ["a"] and len(world.passwords) == 1, "and no new login is needed"


def test_a_way_that_is_no_more_is_looked_for_anew(monkeypatch) -> None:
    """A login of SSH that ended while nothing ran on it is replaced silently, and its channels with it."""
    world = World(monkeypatch, error(Unreachable))
    world.listed, asks = LISTED, ConductorWeb(FakeSession())
    assert asks.assets(HERE) == ["a"]

    def gone() -> None:
        raise error(Unreachable)

    world.on_list = gone
    with pytest.raises(WebProblem):
        asks.assets(HERE)
    world.on_list = lambda: None
    assert asks.assets(HERE) == ["a"] and [place for place, *_rest in world.asked] == ["direct", "inside"] * 2


def test_code_that_is_run_again_for_each_answer_of_the_pcli_asks_the_web_api_once(monkeypatch) -> None:
    """A snapshot would ask it as often as it has further commands, and nothing else goes on meanwhile."""
    world, session = World(monkeypatch), FakeSession()
    world.listed, asks = LISTED, ConductorWeb(session)
    asked = []
    world.on_list = lambda: asked.append("list")
    session.replay = Replay(session.clock, 900)
    assert asks.assets(HERE) == asks.assets(HERE) == ["a"] and len(asked) == 1
    session.replay = Replay(session.clock, 900)
    world.listed = None
    for _time in range(2):
        with pytest.raises(WebProblem, match="lists no assets"):
            asks.assets(HERE)
    assert len(asked) == 2, "the next one asks anew"

    def fails() -> None:
        asked.append("list")
        raise error(ApiAway)

    world.on_list, session.replay = fails, Replay(session.clock, 900)
    for _time in range(2):
        with pytest.raises(WebProblem, match="It said no"):
            asks.assets(HERE)
    assert len(asked) == 3
    session.replay = None
    with pytest.raises(WebProblem):
        asks.assets(HERE)
    assert len(asked) == 4

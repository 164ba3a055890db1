# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins: a password is sent as seldom as can be, and a refused one never again."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import ApiRequest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    AccountRefused,
    ApiAway,
    ApiError,
    Nonsense,
    NotOffered,
    NotTrusted,
    PasswordRefused,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.session import ApiSession
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.ways import direct

from tests.unit.api.conftest import PASSWORD
from tests.unit.api.server import Reply, Seen, data, page

SYSTEM = ApiRequest("GET", "/system")
ALARM = ApiRequest("GET", "/alarm")


class Conductor:
    """Hands out tokens that can be made to expire."""

    def __init__(self) -> None:
        self.number = 0
        self.good: set[str] = set()
        self.refuses: set[str] = set()
        self.login = lambda: None

    def __call__(self, seen: Seen) -> Reply:
        path = seen.path.removeprefix("/api/v1")
        if path == "/login":
            reply = self.login()
            if reply is not None:
                return reply
            if seen.json != {"username": "auto", "password": PASSWORD}:
                return data({"message": "Invalid credentials"}, 401)
            self.number += 1
            self.good = {f"token-{self.number}"}
            return data({"token": f"token-{self.number}"})
        if seen.headers.get("Authorization", "").removeprefix("Bearer ") not in self.good or path in self.refuses:
            return data({"message": "Unauthorized"}, 401)
        return data({"path": path})


@pytest.fixture
def conductor() -> Conductor:
    return Conductor()


@pytest.fixture
def server(serve, conductor):
    return serve(conductor)


def logins(server) -> int:
    return server.paths.count("POST /login")


def test_one_login_serves_all_requests(server, access_to) -> None:
    session = ApiSession(access_to(server))
    assert session.ask(SYSTEM) == {"path": "/system"} and session.ask(ALARM) == {"path": "/alarm"}
    assert server.paths == ["POST /login", "GET /system", "GET /alarm"]
    assert session.refused_password is None


def test_an_expired_token_is_renewed_once_and_the_request_repeated(server, access_to, conductor) -> None:
    session = ApiSession(access_to(server))
    session.ask(SYSTEM)
    conductor.good = set()
    assert session.ask(SYSTEM) == {"path": "/system"}
    assert server.paths[2:] == ["GET /system", "POST /login", "GET /system"]


def test_a_page_that_refuses_every_token_does_not_make_logins_forever(server, access_to, conductor) -> None:
    """I95-66127: 401 on pages of routers, for every user but the built-in admin."""
    session = ApiSession(access_to(server))
    session.ask(SYSTEM)
    conductor.refuses = {"/alarm"}
    for _round in range(5):
        with pytest.raises(AccountRefused, match=r"The login itself works\. .*I95-66127") as caught:
            session.ask(ALARM)
        assert not isinstance(caught.value, PasswordRefused)
    assert logins(server) == 2 and session.ask(SYSTEM)
    conductor.refuses = set()
    assert session.ask(ALARM), "what was refused may be allowed later"


def test_queries_of_which_one_is_refused_are_told_apart(serve, access_to) -> None:
    """All of them have the same path, so the good answers between do not make a new login each time."""

    def answer(seen: Seen) -> Reply:
        if seen.path.endswith("/login"):
            return data({"token": f"token-{len(server.seen)}"})
        return data({"message": "Unauthorized"}, 401) if seen.json["query"] == "{ router }" else data({"data": {}})

    server = serve(answer)
    session = ApiSession(access_to(server))
    good, bad = (ApiRequest("POST", "/graphql", body={"query": query}) for query in ("{ asset }", "{ router }"))
    for _round in range(4):
        session.ask(good)
        with pytest.raises(AccountRefused):
            session.ask(bad)
    assert logins(server) == 2


def test_a_fresh_token_that_is_refused_is_not_renewed(server, access_to, conductor) -> None:
    conductor.refuses = {"/system"}
    with pytest.raises(AccountRefused):
        ApiSession(access_to(server)).ask(SYSTEM)
    assert server.paths == ["POST /login", "GET /system"]


@pytest.mark.parametrize(
    "reply",
    [
        data({"message": "Invalid username or password"}, 401),
        data({"message": "Invalid username or password"}, 400),
        data({"message": "Invalid username or password"}, 200),
        page("<html>no</html>", 401),
        Reply(403),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[:8]!r}",
)
def test_a_refused_password_is_never_sent_again(server, access_to, conductor, reply) -> None:
    conductor.login = lambda: reply
    session = ApiSession(access_to(server))
    for _round in range(3):
        with pytest.raises(PasswordRefused, match="six failures lock the account, also for SSH"):
            session.ask(SYSTEM)
    assert server.paths == ["POST /login"]
    assert session.refused_password == f"the web API of 127.0.0.1:{server.port}"


def test_a_password_that_ssh_has_refused_is_not_sent_at_all(server, access_to) -> None:
    session = ApiSession(access_to(server), refused_before="SSH at c1")
    with pytest.raises(PasswordRefused, match="refused by SSH at c1, so it was not sent"):
        session.ask(SYSTEM)
    later = ApiSession(access_to(server))
    later.note_refused("SSH at c1")
    with pytest.raises(PasswordRefused):
        later.ask(SYSTEM)
    assert server.seen == []


@pytest.mark.parametrize(
    "reply",
    [
        page("<!DOCTYPE html><html>Welcome to the guest portal</html>"),
        Reply(302, b"", {"Location": "https://portal.example/"}),
        data({"message": "no such page"}, 404),
        Reply(200),
        data(["token"]),
        data({"status": "ok"}),
        Reply(302, b'{"message": "moved"}', {"Location": "/login.html"}),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[:8]!r}",
)
def test_what_is_no_conductor_gets_the_password_once_and_says_nothing_about_it(
    server, access_to, conductor, reply
) -> None:
    """Else something else on port 443 would keep a good password from being used for SSH."""
    conductor.login = lambda: reply
    session = ApiSession(access_to(server))
    for _round in range(3):
        with pytest.raises((Nonsense, NotOffered)):
            session.ask(SYSTEM)
    assert server.paths == ["POST /login"] and session.refused_password is None


def test_logins_without_an_answer_are_few(server, access_to, conductor) -> None:
    conductor.login = lambda: page("<html>502 Bad Gateway</html>", 502)
    session = ApiSession(access_to(server))
    for _round in range(5):
        with pytest.raises(ApiAway):
            session.ask(SYSTEM)
    assert logins(server) == 2 and session.refused_password is None


def test_a_login_that_was_never_sent_does_not_count_as_one(server, access_to) -> None:
    """Nothing has left, so nothing can have been counted there, however often it was tried."""
    away = [ConnectionRefusedError(111, "Connection refused")] * 4

    def way(host: str, port: int, timeout: float):
        if away:
            raise away.pop()
        return direct(host, port, timeout)

    session = ApiSession(access_to(server), way=way)
    for _round in range(4):
        with pytest.raises(ApiAway, match="No connection could be opened"):
            session.ask(SYSTEM)
    assert session.ask(SYSTEM) == {"path": "/system"}


def test_a_wrong_certificate_stays_the_problem(server, access_to) -> None:
    session = ApiSession(access_to(server, pins=("ab" * 32,)))
    for _round in range(4):
        with pytest.raises(NotTrusted, match="No secret was sent"):
            session.ask(SYSTEM)
    assert server.seen == []


def test_a_web_server_that_comes_back_is_used_again(server, access_to, conductor) -> None:
    replies = [page("<html>502 Bad Gateway</html>", 502)]
    conductor.login = lambda: replies.pop() if replies else None
    session = ApiSession(access_to(server))
    with pytest.raises(ApiAway, match="SSH may work meanwhile"):
        session.ask(SYSTEM)
    assert session.ask(SYSTEM) == {"path": "/system"}


def test_a_token_is_used_as_it_is_and_needs_no_password(server, access_to, conductor) -> None:
    conductor.good = {"given"}
    session = ApiSession(access_to(server, token="given", user=None, password=None))
    assert session.ask(SYSTEM) and server.paths == ["GET /system"]
    conductor.good = set()
    with pytest.raises(AccountRefused, match="does not accept the token"):
        session.ask(SYSTEM)
    assert logins(server) == 0


def test_where_a_token_has_expired_a_password_helps(server, access_to) -> None:
    assert ApiSession(access_to(server, token="expired")).ask(SYSTEM)
    assert server.paths == ["GET /system", "POST /login", "GET /system"]


@pytest.mark.parametrize("token", ["", "to ken", "tok\r\nen", "t\u00f6ken", 7, None])
def test_a_token_that_no_header_can_hold_is_none(server, access_to, conductor, token) -> None:
    conductor.login = lambda: data({"token": token})
    with pytest.raises(ApiError) as caught:
        ApiSession(access_to(server)).ask(SYSTEM)
    assert not token or str(token) not in str(caught.value) or token == 7


# -- answers ----------------------------------------------------------------------------------------------------------

# fmt: off
ANSWERS = [
    # name, reply, error, what it says
    ("forbidden", data({"message": "you do not have access to capability='config-read'"}, 403), AccountRefused,
     "you do not have access to capability='config-read'.*role with the capability"),
    ("unknown", data({"message": "not found"}, 404), NotOffered, "404: 'not found'.*PCLI is asked instead"),
    ("bad request", data({"message": "maximum window size is 60m"}, 400), NotOffered, "maximum window size"),
    ("method", Reply(405), NotOffered, "405: an empty answer"),
    ("server error", page("<html><body>oops</body></html>", 500), ApiAway, "a page that begins '<html><body>oops"),
    ("no gateway", Reply(503), ApiAway, "cannot serve now"),
    ("too many", data({"message": "slow down"}, 429), ApiAway, "slow down"),
    ("a page", page("  <!DOCTYPE html><title>Login</title>"), Nonsense, "a page that begins '<!DOCTYPE html>"),
    ("half of it", Reply(200, b'{"a": [1, 2'), Nonsense, "no data"),
    ("other bytes", Reply(200, b"\xff\xfe\x00"), Nonsense, "no data"),
    ("deep", Reply(200, b"[" * 200_000), Nonsense, "no data"),
    ("elsewhere", Reply(302, b"", {"Location": "https://other.example/?token=abc"}), Nonsense,
     r"leads to https://other\.example/\?token=\*+ Redirects are not followed"),
    ("teapot", Reply(418), Nonsense, "418"),
]
# fmt: on


@pytest.mark.parametrize(("reply", "kind", "words"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_every_answer_has_its_error_with_the_words_of_the_conductor(serve, access_to, reply, kind, words) -> None:
    session = ApiSession(access_to(serve(lambda _seen: reply), token="given"))
    with pytest.raises(kind, match=words) as caught:
        session.ask(SYSTEM)
    assert "asked for GET /api/v1/system" in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__context__ is None, "they may hold the whole body"


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_an_empty_answer_is_not_known(serve, access_to, body) -> None:
    assert ApiSession(access_to(serve(lambda _seen: Reply(200, body)), token="given")).ask(SYSTEM) is None


def test_an_answer_is_quoted_in_one_short_line_without_control_characters(serve, access_to) -> None:
    text = "fail\x1b[31m\r\nure " + "x" * 5000
    session = ApiSession(access_to(serve(lambda _seen: data({"message": text}, 403)), token="given"))
    with pytest.raises(AccountRefused) as caught:
        session.ask(SYSTEM)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 700


def test_no_error_shows_a_secret_that_the_server_sends_back(serve, access_to) -> None:
    """A server may echo what it got, in every spelling of the web."""
    token = "s3cr3t~t0ken"
    bare = "x" * 290 + token
    echoes = [
        PASSWORD,
        json.dumps({"message": f"wrong: {PASSWORD}", "token": token}),
        f"<html>{PASSWORD.replace('&', '&amp;').replace(chr(34), '&quot;')}</html>",
        f"https://c/?token={token}&password={quote(PASSWORD)}",
        json.dumps({"message": json.dumps({"password": PASSWORD, "Authorization": f"Bearer {token}"})}),
        bare,
    ]
    replies = [Reply()]
    server = serve(lambda _seen: replies[-1])
    for status in (200, 401, 403, 404, 500):
        for echo in echoes:
            replies.append(Reply(status, echo.encode()))
            # A session that was given no token cannot know this one where nothing says what it is.
            for settings in ({"token": token}, {}) if echo != bare else ({"token": token},):
                try:
                    ApiSession(access_to(server, **settings)).ask(SYSTEM)
                except ApiError as error:
                    shown = f"{error!s} {error!r} {error.__dict__}"
                    assert "s3cr3t" not in shown and "w0rd" not in shown and "& more" not in shown

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the wire: TLS that is verified, answers with bounds, and nobody else who gets a secret."""

from __future__ import annotations

import socket
import threading
import traceback

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import ApiRequest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    ApiAway,
    ApiError,
    BadSettings,
    Nonsense,
    NotTrusted,
    Problems,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.transport import Transport
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.ways import direct

from tests.unit.api.conftest import PASSWORD
from tests.unit.api.server import Reply, data, page

SYSTEM = ApiRequest("GET", "/system")
TOKEN = "t0ken.of.ours"
LOGIN = ApiRequest("POST", "/login", body={"username": "auto", "password": PASSWORD})


def transport(access: ApiAccess, way=direct, **more) -> Transport:
    return Transport(access, Problems(access.address, access.secrets()), way, **more)


def refused(access: ApiAccess, kind: type[ApiError], request: ApiRequest = LOGIN, way=direct, **more) -> ApiError:
    with pytest.raises(kind) as caught:
        transport(access, way, **more).exchange(request, TOKEN)
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown and TOKEN not in shown
    return caught.value


# -- what is sent -----------------------------------------------------------------------------------------------------


def test_a_request_carries_its_token_and_a_name_that_never_changes(serve, access_to) -> None:
    server = serve(lambda _seen: data({"node": "c1"}))
    answer = transport(access_to(server)).exchange(SYSTEM, "abc")
    assert (answer.status, answer.body) == (200, b'{"node": "c1"}')
    (seen,) = server.seen
    assert (seen.method, seen.target) == ("GET", "/api/v1/system")
    assert seen.headers["Authorization"] == "Bearer abc" and seen.headers["User-Agent"] == "sessionsmart.ssr"


def test_nothing_but_the_token_of_the_settings_is_used(serve, access_to, tmp_path, monkeypatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password elses\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = serve(lambda _seen: data({}))
    transport(access_to(server)).exchange(SYSTEM, "abc")
    transport(access_to(server)).exchange(SYSTEM)
    assert [seen.headers.get("Authorization") for seen in server.seen] == ["Bearer abc", None]


# -- whose certificate ------------------------------------------------------------------------------------------------


def test_by_default_a_self_signed_certificate_is_not_trusted_and_nothing_is_sent(serve, access_to) -> None:
    server = serve(lambda _seen: data({"token": "x"}))
    error = refused(access_to(server, pins=()), NotTrusted)
    assert "self-signed" in str(error) and f"-connect 127.0.0.1:{server.port}" in str(error)
    assert server.seen == []


def test_a_pinned_certificate_is_trusted_whatever_its_name(serve, access_to, certificate) -> None:
    server = serve(lambda _seen: data({}))
    colons = ":".join(certificate.fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
    for pin in (colons, f"sha256:{certificate.fingerprint}", f"SHA256 Fingerprint={colons}"):
        assert transport(access_to(server, pins=("0" * 64, pin))).exchange(SYSTEM).status == 200


@pytest.mark.parametrize("validate", [True, False])
def test_another_certificate_than_the_pinned_one_gets_no_secret(serve, access_to, certificate, validate) -> None:
    server = serve(lambda _seen: data({"token": "x"}))
    error = refused(access_to(server, pins=("ab" * 32,), validate_certs=validate), NotTrusted)
    assert certificate.fingerprint[:2].upper() + ":" in str(error) and "No secret was sent" in str(error)
    assert server.seen == []


def test_a_certificate_of_a_known_authority_must_bear_the_right_name(serve, access_to, certificate) -> None:
    server = serve(lambda _seen: data({}))
    by_file = {"pins": (), "ca_path": str(certificate.path)}
    error = refused(access_to(server, **by_file), NotTrusted)
    assert "127.0.0.1" in str(error) and server.seen == []
    assert transport(access_to(server, **by_file, server_name="conductor.example")).exchange(SYSTEM).status == 200


def test_the_file_of_another_authority_does_not_help(serve, access_to, other_certificate) -> None:
    server = serve(lambda _seen: data({}))
    settings = {"pins": (), "ca_path": str(other_certificate.path), "server_name": "conductor.example"}
    refused(access_to(server, **settings), NotTrusted)
    assert server.seen == []


def test_certificates_are_passed_over_only_where_that_is_said(serve, access_to) -> None:
    server = serve(lambda _seen: data({}))
    assert transport(access_to(server, pins=(), validate_certs=False)).exchange(SYSTEM).status == 200


@pytest.mark.parametrize("what", ["missing", "empty"])
def test_a_file_of_authorities_that_cannot_be_read_is_named(tmp_path, what) -> None:
    path = tmp_path / "ca.pem"
    if what == "empty":
        path.write_text("no certificate\n")
    with pytest.raises(BadSettings, match=r"ca\.pem cannot be read: .*PEM"):
        transport(ApiAccess("127.0.0.1", user="u", password="p", ca_path=str(path)))


def test_an_answer_says_what_its_body_is(serve, access_to) -> None:
    server = serve(lambda _seen: Reply(200, b"{}", {"Content-Type": "application/json"}))
    answer = transport(access_to(server)).exchange(SYSTEM, "abc")
    assert (answer.kind, answer.body) == ("application/json", b"{}")


# -- redirects, proxies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("request_", [SYSTEM, LOGIN], ids=str)
def test_no_redirect_is_followed(serve, access_to, status, request_) -> None:
    elsewhere = serve(lambda _seen: data({"token": "x"}))
    target = f"https://127.0.0.1:{elsewhere.port}/api/v1/system"
    server = serve(lambda _seen: Reply(status, b"", {"Location": target}))
    answer = transport(access_to(server)).exchange(request_, "abc")
    assert (answer.status, answer.location) == (status, target)
    assert len(server.seen) == 1 and elsewhere.seen == []


def test_proxies_of_the_environment_are_used_only_where_that_is_said(serve, access_to, monkeypatch) -> None:
    """A proxy is a plain socket: what arrives there first is CONNECT."""
    server = serve(lambda _seen: data({}))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert transport(access_to(server)).exchange(SYSTEM).status == 200

        said: list[bytes] = []

        def refuse() -> None:
            peer, _address = listening.accept()
            with peer:
                said.append(peer.recv(4096))
                peer.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        error = refused(access_to(server, use_proxy=True), ApiAway)
        thread.join()
    assert said[0].startswith(f"CONNECT 127.0.0.1:{server.port} HTTP".encode()) and TOKEN.encode() not in said[0]
    assert "407" in str(error) and len(server.seen) == 1


# -- answers that are too much, too slow, or none ---------------------------------------------------------------------


@pytest.mark.parametrize("with_length", [True, False])
def test_a_body_is_never_longer_than_its_limit(serve, access_to, with_length) -> None:
    head = b"HTTP/1.0 200 OK\r\n" + (b"Content-Length: 5000\r\n" if with_length else b"") + b"\r\n"
    server = serve(lambda _seen: Reply(raw=head + b"x" * 5000))
    assert "more than 4999 bytes" in str(refused(access_to(server, body_limit=4999), Nonsense))
    assert len(transport(access_to(server, body_limit=5000)).exchange(SYSTEM).body) == 5000


def test_of_an_error_only_the_beginning_is_read(serve, access_to) -> None:
    server = serve(lambda _seen: page("x" * 200_000, 500))
    answer = transport(access_to(server)).exchange(SYSTEM)
    assert answer.status == 500 and len(answer.body) == 65536


@pytest.mark.parametrize("head", [b"Content-Length: 50\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n32\r\nhalf"])
def test_an_answer_that_ends_in_the_middle_is_none(serve, access_to, head) -> None:
    server = serve(lambda _seen: Reply(raw=b"HTTP/1.1 200 OK\r\n" + head))
    assert "in the middle" in str(refused(access_to(server), ApiAway))


def test_a_server_that_hangs_up_or_speaks_something_else_is_told_apart(serve, access_to) -> None:
    assert "no answer" in str(refused(access_to(serve(lambda _seen: Reply(raw=b""))), ApiAway))
    assert "HTTP" in str(refused(access_to(serve(lambda _seen: Reply(raw=b"SSH-2.0-OpenSSH\r\n"))), Nonsense))


def test_a_port_without_tls_is_told(access_to) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            peer, _address = listening.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        access = ApiAccess("127.0.0.1", listening.getsockname()[1], token=TOKEN, timeout=20)
        error = refused(access, ApiAway)
        thread.join()
    assert "TLS" in str(error) and "port of the web interface" in str(error)


def test_nobody_there(access_to) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = refused(ApiAccess("127.0.0.1", port, token=TOKEN), ApiAway)
    assert "No connection could be opened: Connection refused" in str(error)


def test_the_time_is_for_the_whole_answer_however_lively_its_bytes_are(serve, access_to) -> None:
    """The clock of the test goes on with each look at it, so no time passes."""
    ticks = iter(range(100_000))
    server = serve(lambda _seen: Reply(raw=b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 3_000_000))
    error = refused(access_to(server, timeout=30), ApiAway, now=lambda: float(next(ticks)))
    assert "no answer in time" in str(error)


def test_a_server_that_never_answers_is_given_up(serve, access_to) -> None:
    def wait(_seen) -> Reply:
        server.released.wait(60)
        return Reply()

    server = serve(wait)
    assert "no answer in time" in str(refused(access_to(server, timeout=1.0), ApiAway))


@pytest.mark.parametrize(
    "error",
    [RuntimeError("administratively prohibited"), EOFError(), TimeoutError("timed out"), OSError(111, "refused")],
    ids=repr,
)
def test_a_way_may_raise_anything(error) -> None:
    def closed(_host, _port, _timeout):
        raise error

    shown = refused(ApiAccess("c1", token=TOKEN), ApiAway, way=closed)
    assert "No connection could be opened" in str(shown)


# -- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"host": "c1/../x"}, "neither a name nor an address"),
        ({"host": "user@c1"}, "neither a name nor an address"),
        ({"host": "c1", "pins": ("12:34",)}, "64 hexadecimal digits"),
        ({"host": "c1", "token": "t0ken\r\nX: y"}, "character that no token has"),
        ({"host": "c1", "password": None}, "neither a token nor a user"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_before_anything_is_sent(settings, words) -> None:
    access = ApiAccess(**{"user": "u", "password": "p", **settings})
    with pytest.raises(BadSettings, match=words) as caught:
        transport(access)
    assert "t0ken" not in str(caught.value) and "Nothing was sent" in str(caught.value)


@pytest.mark.parametrize(
    ("host", "port", "address", "name"),
    [
        ("c1.example", 443, "c1.example", "c1.example"),
        ("2001:db8::1", 8443, "[2001:db8::1]:8443", "2001:db8::1"),
        ("[2001:db8::1]", 443, "[2001:db8::1]", "2001:db8::1"),
    ],
)
def test_addresses_are_spelled_as_the_web_does(host, port, address, name) -> None:
    access = ApiAccess(host, port)
    assert (access.address, access.certificate_name) == (address, name)


def test_no_repr_shows_a_secret() -> None:
    access = ApiAccess("c1", user="u", password="pa55", token="t0ken")
    request = ApiRequest("GET", "/x", {"nonce": "n0nce"}, {"password": "pa55"})
    shown = f"{access!r} {access.secrets()!r} {request!r} {request}"
    assert not [secret for secret in ("pa55", "t0ken", "n0nce") if secret in shown]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One notice to a web server, however that behaves; nothing that is said of it shows the address."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.notice_post import (
    BadDestination,
    PostFailed,
    destination,
    post,
)

from tests.simulator.api.certificate import Certificate, self_signed
from tests.unit.web_listener import PATH, SECRET, WebListener

BODY = b'{"text": "hello"}'


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def failure(url: str, **more: object) -> PostFailed:
    """What is raised when a notice is posted there."""
    where = destination(url, allow_http=True, **{"timeout": 0.3, **more})
    with pytest.raises(PostFailed) as caught:
        post(where, BODY)
    assert SECRET not in str(caught.value) and SECRET not in repr(where) and caught.value.__cause__ is None
    return caught.value


def test_a_notice_arrives_as_json() -> None:
    with WebListener(answer=200) as web:
        post(destination(web.url, allow_http=True), BODY)
    (posted,) = web.posted
    assert (posted.path, posted.body) == (PATH, {"text": "hello"})
    assert posted.headers["Content-Type"] == "application/json" and "Authorization" not in posted.headers


def test_the_user_of_an_address_logs_in_and_is_not_part_of_what_is_asked_for() -> None:
    with WebListener() as web:
        post(destination(web.url.replace("://", "://us%40er:pa%3Ass@") + "#part", allow_http=True), BODY)
    (posted,) = web.posted
    assert posted.headers["Authorization"] == "Basic " + base64.b64encode(b"us@er:pa:ss").decode()
    assert posted.path == PATH and "@" not in posted.headers["Host"]


@pytest.mark.parametrize(
    ("answer", "words", "passing"),
    [
        (500, "answered HTTP 500", True),
        (429, "answered HTTP 429", True),
        (404, "answered HTTP 404", False),
        ("hang", "did not answer within 0.3 s", True),
        ("close", "ended the connection", True),
        ("garbage", "does not speak HTTP", True),
    ],
)
def test_a_server_that_does_not_take_it(answer, words, passing) -> None:
    with WebListener(answer) as web:
        error = failure(web.url)
    assert words in str(error) and error.passing is passing and len(web.posted) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status) -> None:
    with WebListener() as other, WebListener(status, location=other.url) as web:
        error = failure(web.url)
    assert "redirects" in str(error) and not error.passing and other.posted == []


def test_nobody_is_there() -> None:
    with WebListener() as web:
        url = web.url
    assert "cannot be reached (Connection refused)" in str(failure(url))


def test_a_name_that_does_not_exist() -> None:
    assert "cannot be resolved" in str(failure(f"https://no-such-host.invalid{PATH}", timeout=30))


def listener_with(certificate: Certificate, folder: Path) -> WebListener:
    """A web server with this certificate; its public part is the file ``cert.pem``."""
    (folder / "cert.pem").write_text(certificate.pem, encoding="utf-8")
    (folder / "both.pem").write_text(certificate.key + certificate.pem, encoding="utf-8")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return WebListener(tls=context)


def test_a_certificate_is_verified_and_one_of_an_own_authority_can_be_named(tmp_path) -> None:
    with listener_with(self_signed("localhost", "127.0.0.1"), tmp_path) as web:
        error = failure(web.url, timeout=30)
        assert "certificate is not trusted" in str(error) and not error.passing and web.posted == []
        post(destination(web.url, ca_path=str(tmp_path / "cert.pem"), timeout=30), BODY)
    assert len(web.posted) == 1


def test_a_certificate_of_another_name_is_not_trusted(tmp_path) -> None:
    with listener_with(self_signed("elsewhere", None), tmp_path) as web:
        error = failure(web.url, ca_path=str(tmp_path / "cert.pem"), timeout=30)
    assert "certificate is not trusted" in str(error) and web.posted == []


def test_authorities_that_cannot_be_read() -> None:
    assert "cannot be" in str(failure(f"https://localhost{PATH}", ca_path="/no/such/file"))


def test_a_server_without_tls() -> None:
    with WebListener() as web:
        assert str(failure(web.url.replace("http:", "https:"), timeout=30))
    assert web.posted == []


def test_a_proxy_of_the_environment_is_used(monkeypatch) -> None:
    with WebListener() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix(PATH))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        post(destination(f"http://hooks.invalid{PATH}", allow_http=True), BODY)
    assert proxy.posted[0].path == f"http://hooks.invalid{PATH}"


@pytest.mark.parametrize("content", [f"https://hooks.example{PATH}\n", f"  https://hooks.example{PATH}  \nmore\n"])
def test_an_address_may_stand_in_a_file(tmp_path, content) -> None:
    (tmp_path / "address").write_text(content, encoding="utf-8")
    assert destination(str(tmp_path / "address")).url == f"https://hooks.example{PATH}"


@pytest.mark.parametrize(
    "url",
    ["", "hooks.example", "http://hooks.example/x", "https://", "https://a\nb/", "https://h:0/", "https://ü.example/x"],
)
def test_what_is_no_address_is_refused(url) -> None:
    with pytest.raises(BadDestination):
        destination(url)


def test_every_part_of_an_address_that_may_be_secret_is_masked() -> None:
    where = destination(f"https://someuser:s3cretpw@hooks.example/services/T000/{SECRET}?token=querytoken1")
    text = f"see {SECRET}, /services/T000/{SECRET}, s3cretpw, querytoken1, and {where.url} {where.authorization}"
    masked = where.secrets.mask(text)
    assert not any(word in masked for word in (SECRET, "s3cretpw", "querytoken1", str(where.authorization)))

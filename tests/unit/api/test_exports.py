# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The export of the configuration over HTTPS: export, list, nonce, download."""

from __future__ import annotations

import gzip

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.client import ApiClient
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    ApiAway,
    ApiError,
    Nonsense,
    NotAllowed,
    NotOffered,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.session import ApiSession

from tests.unit.api.server import Reply, Seen, data, page

FOLDER = "/etc/128technology/config-exports"
BYTES = gzip.compress(b"config\n" * 10_000, mtime=0)


class Exports:
    """A conductor that exports; each nonce is good for one download."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.nonces: set[str] = set()
        self.replies: dict[str, Reply] = {}
        self.number = 0

    def __call__(self, seen: Seen) -> Reply:
        path = seen.path.removeprefix("/api/v1")
        if (reply := self.replies.get(f"{seen.method} {path}")) is not None:
            return reply
        if (seen.method, path) == ("POST", "/config/export"):
            name = f"{seen.json['filename']}.gz"
            self.files[name] = BYTES
            return data({"exportPath": f"{FOLDER}/{name}"})
        if path == "/config/export":
            return data([{"name": name} for name in self.files])
        if path == "/nonce":
            self.number += 1
            self.nonces.add(f"n0nce-{self.number}")
            return data({"nonce": f"n0nce-{self.number}"})
        nonce = seen.target.rpartition("?nonce=")[2]
        if nonce not in self.nonces:
            return data({"message": f"the nonce {nonce} is not valid"}, 403)
        self.nonces.remove(nonce)
        return Reply(200, self.files[path.split("/")[3]], {"Content-Type": "application/octet-stream"})


@pytest.fixture
def conductor() -> Exports:
    return Exports()


@pytest.fixture
def client(serve, access_to, conductor) -> ApiClient:
    conductor.server = serve(conductor)
    return ApiClient(ApiSession(access_to(conductor.server, token="given")))


def test_an_export_is_made_listed_and_fetched(client, conductor) -> None:
    name = client.export("backup-1")
    assert name == "backup-1.gz", "the name of the file is the conductor's"
    assert client.list_exports() == ["backup-1.gz"]
    assert client.download(name) == BYTES and client.download(name) == BYTES, "each download has a nonce of its own"
    export = conductor.server.seen[0]
    assert export.json == {"filename": "backup-1", "datastore": "running"}
    assert conductor.server.seen[-1].headers["Authorization"] == "Bearer given"


@pytest.mark.parametrize(
    "answer", [{}, {"exportPath": None}, {"exportPath": ""}, {"exportPath": "/x/../.hidden"}, [], None]
)
def test_an_export_of_which_the_place_is_not_told_is_none(client, conductor, answer) -> None:
    """A file of this name in the list may be an older one."""
    conductor.files["backup-1"] = b"old"
    conductor.replies["POST /config/export"] = data(answer)
    with pytest.raises(Nonsense, match="did not say where the export is"):
        client.export("backup-1")


def test_a_path_that_comes_back_never_leads_elsewhere(client, conductor) -> None:
    with pytest.raises(NotAllowed):
        client.download("../../asset/LR1/control")
    with pytest.raises(NotAllowed):
        client.export("../x")
    assert not [seen for seen in conductor.server.seen if "control" in seen.target or seen.method == "POST"]


@pytest.mark.parametrize(
    "reply",
    [page("<html>Welcome</html>"), Reply(200), data({"message": "no such file"}), Reply(200, b"config {\n")],
    ids=lambda reply: str(reply.body),
)
def test_what_is_no_export_is_not_saved_as_one(client, conductor, reply) -> None:
    conductor.replies["GET /config/export/backup-1.gz/download"] = reply
    with pytest.raises(Nonsense, match="Nothing was saved"):
        client.download("backup-1.gz")


def test_a_download_that_breaks_off_is_none(client, conductor) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BYTES)
    conductor.replies["GET /config/export/backup-1.gz/download"] = Reply(raw=head + BYTES[:50])
    with pytest.raises(ApiAway, match="in the middle"):
        client.download("backup-1.gz")


@pytest.mark.parametrize(
    "part",
    [BYTES[:-1], BYTES[:50], BYTES[:-8] + b"x" * 8, gzip.compress(b"", mtime=0)],
    ids=["without its end", "half", "wrong sum", "empty"],
)
def test_half_an_export_whose_length_was_not_told_is_none(client, conductor, part) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: application/gzip\r\n\r\n"
    conductor.replies["GET /config/export/backup-1.gz/download"] = Reply(raw=head + part)
    with pytest.raises(Nonsense, match="Nothing was saved"):
        client.download("backup-1.gz")


def test_an_export_that_is_too_big_is_not_kept_in_memory(serve, access_to, conductor) -> None:
    server = serve(conductor)
    small = ApiClient(ApiSession(access_to(server, token="given", download_limit=len(BYTES) - 1)))
    name = small.export("backup-1")
    with pytest.raises(Nonsense, match=f"more than {len(BYTES) - 1} bytes"):
        small.download(name)


def test_the_nonce_is_a_secret(client, conductor) -> None:
    conductor.files["backup-1.gz"] = BYTES
    conductor.nonces = type("Never", (set,), {"__contains__": lambda _self, _nonce: False})()
    with pytest.raises(ApiError, match=r"the nonce .* is not valid") as caught:
        client.download("backup-1.gz")
    assert "n0nce" not in str(caught.value)


@pytest.mark.parametrize("answer", [{}, None, [], {"nonce": ""}])
def test_without_a_nonce_there_is_no_download(client, conductor, answer) -> None:
    conductor.replies["GET /nonce"] = data(answer)
    with pytest.raises(NotOffered, match="gave no nonce"):
        client.download("backup-1.gz")


@pytest.mark.parametrize("answer", [None, {}, "x", [{"name": ""}], [{}]])
def test_a_list_that_cannot_be_read_is_not_an_empty_one(client, conductor, answer) -> None:
    conductor.replies["GET /config/export"] = data(answer)
    assert client.list_exports() is None
    conductor.replies["GET /config/export"] = data([])
    assert client.list_exports() == []

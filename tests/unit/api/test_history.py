# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of a router, and what a token says of its account."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.claims import PROVISIONING, TokenClaims, read_token
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.history import of_node, read_page

from tests.unit.api.graph import wrapped

SINCE = datetime(2026, 3, 4, 12, tzinfo=timezone.utc)


def log(**fields: object) -> dict[str, object]:
    plain = {"router": "R", "node": "a", "type": "SYSTEM", "subtype": "PROVISIONING"}
    return {**plain, "timestamp": "2026-03-04T12:30:00.123Z", "data": {"message": "upgrade failed"}, **fields}


def page(*logs: object, style: str = "nodes", **info: object):
    router = {"name": "R", "auditLogs": wrapped(list(logs), style, **info)}
    return read_page({"allRouters": wrapped([router], style)})


@pytest.mark.parametrize("style", ["nodes", "edges"])
def test_events_of_both_styles(style) -> None:
    (event,) = page(log(), style=style).events
    assert (event.router, event.node, event.type, event.kind) == ("R", "a", "system", "provisioning")
    assert event.message == "upgrade failed" and event.at == datetime(2026, 3, 4, 12, 30, tzinfo=timezone.utc)
    assert event.words == "2026-03-04T12:30:00.123Z upgrade failed"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("plain words\n of it", "plain words of it"),
        ('{"message": "in a text"}', "in a text"),
        ({"description": "described"}, "described"),
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
        (None, ""),
        (["x"], '["x"]'),
    ],
)
def test_what_an_event_says_is_quoted_whatever_it_is_made_of(data, message) -> None:
    assert page(log(data=data)).events[0].message == message


@pytest.mark.parametrize(
    ("info", "more"),
    [({"hasNextPage": True}, True), ({"hasNextPage": False}, False), ({}, None), ({"hasNextPage": []}, None)],
)
def test_whether_there_is_more(info, more) -> None:
    assert page(log(), **info).more is more


@pytest.mark.parametrize("data", [None, {}, {"allRouters": None}, {"allRouters": {"nodes": [{"auditLogs": None}]}}])
def test_no_list_is_not_an_empty_history(data) -> None:
    assert read_page(data) is None and page().events == ()


def test_events_of_a_node_since_a_moment_oldest_first() -> None:
    logs = [
        log(data="late", timestamp="2026-03-04T13:00:00Z"),
        log(data="early", timestamp=1772625600),
        log(data="before", timestamp="2026-03-04T11:59:59Z"),
        log(data="of the peer", node="b"),
        log(data="of another router", router="S"),
        log(data="of the router", node=None),
        log(data="at an unknown time", timestamp=None),
        log(data="long name", node="a.R"),
    ]
    events = of_node(page(*logs).events, "R", "a", SINCE)
    assert [event.message for event in events] == ["early", "long name", "late", "at an unknown time"]


def test_an_event_of_the_same_second_may_be_later() -> None:
    since = SINCE.replace(microsecond=500_000)
    logs = [log(data=at, timestamp=f"2026-03-04T{at}Z") for at in ("12:00:00", "12:00:00.400", "11:59:59")]
    assert [event.message for event in of_node(page(*logs).events, "R", "a", since)] == ["12:00:00", "12:00:00.400"]


# -- tokens -----------------------------------------------------------------------------------------------------------

#: The payload of the vendor's sample token.
SAMPLE = {
    "name": "admin",
    "roles": ["admin"],
    "scopes": ["configure", "show-commands"],
    "capabilities": ["config-read", "config-write", "provisioning"],
    "application": "unknown",
    "userAgent": "curl/7.29.0",
    "ipAddress": "127.0.0.1",
    "iss": "RTR_EAST_CONDUCTOR",
    "iat": 1726544937,
}


def token(payload: object) -> str:
    parts = (json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(payload).encode(), b"signature")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_the_sample_of_the_vendor() -> None:
    claims = read_token(token(SAMPLE))
    assert claims == TokenClaims(frozenset(SAMPLE["capabilities"]), "admin", "RTR_EAST_CONDUCTOR")
    assert claims.may(PROVISIONING) is True and claims.may("other") is False


def test_a_token_that_lists_no_capabilities_says_nothing_of_them() -> None:
    for payload in ({"name": "admin"}, {"capabilities": None}, {"capabilities": "provisioning"}, {"capabilities": [1]}):
        assert read_token(token(payload)).may(PROVISIONING) is None
    assert read_token(token({"capabilities": []})).may(PROVISIONING) is False


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "a.!!!.c", token([1]), token("x"), "a.b.c.d", "é.é.é"])
def test_what_is_no_readable_token_says_nothing(text) -> None:
    assert read_token(text) == TokenClaims()

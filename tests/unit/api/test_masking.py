# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in texts: those that are known, in every spelling, and what looks like one."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus, urlencode

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.masking import MASK, Secrets
from hypothesis import given
from hypothesis import strategies as st

SPELLINGS = (
    str,
    repr,
    json.dumps,
    lambda text: json.dumps(text, ensure_ascii=False),
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    html.escape,
    lambda text: urlencode({"x": text}),
)
JWT = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYW1lIjoiYWRtaW4ifQ.c2lnbmF0dXJl"


@given(secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=6), spelling=st.sampled_from(SPELLINGS))
def test_a_known_secret_is_masked_in_every_spelling(secret, spelling) -> None:
    masked = Secrets(secret).mask(f"before {spelling(secret)} after")
    assert secret not in masked or secret in f"before {MASK} after"
    assert MASK in masked


def test_the_longer_of_two_secrets_is_masked_first() -> None:
    assert Secrets("abc", "abcdef").mask("abcdef abc") == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {JWT}",
        "authorization: bearer S3CRET",
        '{"password": "S3CRET"}',
        '{"oldPassword":"S3C\\"RET"}',
        '{"token" : "S3CRET',
        '{\\"local\\": \\"S3CRET\\"}',
        json.dumps({"message": json.dumps({"password": 'S3C"RET', "x": 1})}),
        "{'password': 'S3CRET'}",
        "https://c1/events?token=S3CRET&x=1",
        "https://c1/download?nonce=S3CRET",
        "Refused: token: S3CRET for this node",
        "password=S3CRET",
        "Password: S3CRET",
        "login with passphrase:S3CRET",
        "secret: 'S3CRET'",
        "api_key=S3CRET",
        "X-Api-Key: S3CRET",
        "access_token: S3CRET",
        "ansible_password: S3CRET",
        "https://admin:S3CRET@c1/download",
        JWT,
        f"<p>{JWT[:50]}",
    ],
)
def test_what_looks_like_a_secret_is_masked_although_nobody_knows_it(text) -> None:
    masked = Secrets().mask(text)
    assert MASK in masked and not [part for part in ("S3C", "RET", "eyJ") if part in masked]


@pytest.mark.parametrize(
    "text", ["a token of 3 parts", "the password was refused", "basically fine", "local time: 12:00", ""]
)
def test_words_about_secrets_stay(text) -> None:
    assert Secrets("other").mask(text) == text


def test_no_secret_masks_nothing() -> None:
    assert Secrets(None, "").mask("all of it") == "all of it"


@pytest.mark.parametrize(
    "text",
    [
        "the password: it was refused by c1",
        "no token: none was given",
        "the token is not valid any more",
        "{'password': None}",
        "password: {{ vault_password }}",
        "peers: 4 of 4 worse than before",
        "https://c1:443/api/v1/login",
    ],
)
def test_what_announces_no_secret_stays_as_it_is(text) -> None:
    assert Secrets().mask(text) == text

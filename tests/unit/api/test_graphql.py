# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of GraphQL: data, data with errors, and errors alone."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    AccountRefused,
    Nonsense,
    NotOffered,
    Problems,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.graphql import ask

#: A sample of stage_check.
PARTIAL = {
    "data": {"servicePing": None},
    "errors": [
        {
            "locations": [{"column": 3, "line": 1}],
            "message": "highwayManager@dc.AZDCBBP1 returned a 404",
            "path": ["servicePing"],
        }
    ],
}


class Session:
    """Answers with one value."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.problems = Problems("c1", ApiAccess("c1", token="t0ken").secrets())
        self.asked: list[object] = []

    def ask(self, request):
        self.asked.append(request.body)
        return self.value


def answer(value: object):
    return ask(Session(value), "{ a }")


def errors(*messages: object) -> list[object]:
    return [{"message": message} for message in messages]


def test_query_and_variables_are_sent_as_they_are() -> None:
    session = Session({"data": {}})
    ask(session, "query($a: String) { b(c: $a) }", {"a": 'x"y'})
    assert session.asked == [{"query": "query($a: String) { b(c: $a) }", "variables": {"a": 'x"y'}}]


def test_whole_data_have_no_problems() -> None:
    assert (answer({"data": {"a": 1}}).data, answer({"data": {"a": 1}}).problems) == ({"a": 1}, ())


def test_errors_beside_data_are_kept() -> None:
    envelope = answer({"data": {"a": [1]}, "errors": errors("No connectivity to highwayManager@b.R")})
    assert envelope.data == {"a": [1]} and envelope.problems == ("No connectivity to highwayManager@b.R",)


def test_an_error_of_a_router_is_no_error_of_the_api() -> None:
    envelope = answer(PARTIAL)
    assert envelope.data == {"servicePing": None}
    assert envelope.problems == ("highwayManager@dc.AZDCBBP1 returned a 404",)


@pytest.mark.parametrize(
    "message",
    ['Cannot query field "x" on type "Asset".', 'Unknown argument "name" on field "Query.allRouters".']
    + ['Variable "$a" of type "String" used in position expecting type "Int!".', "Syntax Error: Unexpected Name"],
)
@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": {"a": None}}])
def test_what_a_release_does_not_know_is_told(data, message) -> None:
    with pytest.raises(NotOffered, match="This release does not offer it"):
        answer({**data, "errors": errors(message)})


def test_what_an_account_may_not_see_is_told_with_the_words_of_the_conductor() -> None:
    words = "failed to authorize user: you do not have access to resource='128t:*' capability='config-read'"
    with pytest.raises(AccountRefused, match="capability='config-read'"):
        answer({"data": {"a": None}, "errors": errors(words)})


def test_beside_data_even_such_an_error_leaves_the_data() -> None:
    assert answer({"data": {"a": 1, "b": None}, "errors": errors("not authorized")}).problems == ("not authorized",)


@pytest.mark.parametrize("value", [None, {"data": None}, {"data": {}}, {"data": {}, "errors": []}])
def test_no_data_are_a_problem_and_never_nothing(value) -> None:
    assert answer(value).problems


@pytest.mark.parametrize("value", [[], "x", 7, {}, {"message": "x"}, {"data": []}, {"data": "x"}])
def test_what_is_no_answer_of_graphql_is_told(value) -> None:
    with pytest.raises(Nonsense, match="no answer of GraphQL"):
        answer(value)


@pytest.mark.parametrize("listed", [[None], [7], ["text"], "text", {"message": "x"}, [{"path": ["a"]}]])
def test_errors_of_any_shape_are_problems(listed) -> None:
    assert len(answer({"data": {"a": 1}, "errors": listed}).problems) == 1


def test_errors_are_masked_and_bounded() -> None:
    envelope = answer({"data": {"a": 1}, "errors": errors("Bearer t0ken", *(f"{n} " + "x" * 999 for n in range(99)))})
    assert len(envelope.problems) == 21 and max(map(len, envelope.problems)) <= 300
    assert "t0ken" not in str(envelope) and envelope.problems[-1] == "and 80 more"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text of a real system is read right in every form, or is unreadable; never wrong, and never empty."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.terminal import clean

from tests.unit.corpus.cases import CASES, Case
from tests.unit.corpus.forms import FORMS, cuts, judge, numbers, reply_of, sample, through_a_shell

IDS = [f"{number}-{index}" if number in dict(CASES[:index]) else number for index, (number, _case) in enumerate(CASES)]
each_case = pytest.mark.parametrize(("number", "case"), CASES, ids=IDS)


def test_every_text_has_its_value() -> None:
    assert {number for number, _case in CASES} == set(numbers())


@pytest.mark.parametrize("form", FORMS)
@each_case
def test_a_text_is_read_right_or_not_at_all(number: str, case: Case, form: str, record_property) -> None:
    response = reply_of(sample(number), form)
    verdict = judge(case.reader, response, case.value)
    record_property("corpus", [number, {verdict: 1}])
    assert verdict != "wrong", case.reader(response)
    if form != "wrapped at 80":
        assert verdict == "right", response.broken


@each_case
def test_a_text_that_shows_where_it_was_cut_is_never_read_wrong(number: str, case: Case, record_property) -> None:
    if not case.cut:
        pytest.skip("a sentence that was cut does not show it; a session does")
    verdicts: Counter[str] = Counter()
    wrong = []
    for text in cuts(sample(number).printed, case.in_rows):
        response = read(clean(text).strip("\n"))
        verdict = judge(case.reader, response, case.value)
        verdicts[verdict] += 1
        if verdict == "wrong":
            wrong.append((text[-120:], case.reader(response)))
    record_property("corpus", [number, dict(verdicts)])
    assert not wrong, f"{len(wrong)} of {verdicts.total()}, the first: {wrong[0]}"
    assert verdicts.total() > 5


@pytest.mark.parametrize("number", numbers())
def test_a_text_without_its_prompt_is_no_answer(number: str) -> None:
    text = sample(number)
    step = max(1, len(text.printed) // 12)
    for end in [*range(1, len(text.printed), step), len(text.printed)]:
        try:
            output = through_a_shell(text, text.printed[:end].replace("\n", "\r\n"))
        except PcliError:  # it ended in a question
            continue
        assert output is None, text.printed[:end][-80:]

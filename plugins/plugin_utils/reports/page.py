# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a run, ``report.html``."""

from __future__ import annotations

from collections.abc import Mapping

from . import sections
from .outcome import attention, commit_headline, next_words, outcome, without_attention
from .states import by_weight
from .templating import render
from .text import cleaned
from .timeline import timeline

#: Up to so many nodes are drawn in the page itself; more of them by its script, as far as they are in sight.
DRAWN = 60


def report_html(report: Mapping) -> str:
    """The page of a report, see docs/schemas/report-1.json: one file, with no request to anywhere.

    While the run goes on, it reads itself again every ``run.refresh`` seconds. Words from outside are escaped, and
    could not run if they were not. 2,000 nodes make less than 3 MB, whatever the words.
    """
    data = cleaned(report)
    run, picture = data["run"], timeline(data)
    rows = picture.rows if picture else ()
    return render(
        "report.html.j2",
        styles=("report.css",),
        scripts=("report.js",),
        run=run,
        report=data,
        outcome=run.get("outcome") or outcome(data),
        next_words=next_words(run),
        facts=sections.facts(run),
        totals=by_weight(data.get("totals") or {}),
        share=sections.share(data.get("totals") or {}),
        attention=sections.attention(data["attention"] if data.get("attention") is not None else attention(data)),
        may_commit=commit_headline(run),
        nothing=without_attention(run),
        picture=picture,
        drawn=len(rows) <= DRAWN,
        picture_data=sections.picture_data(picture),
        crowd=sections.crowd(picture) if len(rows) > DRAWN else None,
        nodes=sections.nodes(data),
        versions=sections.versions(data),
        comparison=sections.comparison(data),
        around=sections.around(data),
        steps=sections.steps(data),
        checks=sections.checks(data.get("checks") or ()),
        settings=sections.settings(run),
        durations=sections.durations(data),
    )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions that no world can notice, with the reason; those of the gate and the judge first, then by file."""

from __future__ import annotations

#: What no world can notice, and why: regular expressions for keys. A test holds that each of them is needed.
NOTHING_TO_NOTICE = {
    r"^gate: (download|pause|remove|installer)/locked: peer_end_unknown": "the plan refuses the same before",
    r"^judge: judge\.judge_error: isinstance\(error, SessionBroken\)": "it chooses words",
    r"^judge: judge\._on_another_version: back and .* pre_check_failed": "it chooses words",
    r"^judge: judge\.report_counts: (not status\.partial|status\.settled|almost)": "it only saves questions",
    r"^judge: judge\.failure_may_be_recorded: ": "it only saves questions",
    r"^judge: node_progress\.needs_probe: ": "it says who is asked first; all others are asked in turn",
    r"^judge: node_progress\.remember: gap \(2\)": "no world hides an operation for longer than a node must be still",
    r"^judge: node_progress\.remember: status\.version == ": "no node of a world settles on a third version on its way",
    r"^judge: operation_end\.watch_status: (first \([23]\)|whole|not lines or)": "no world cuts an answer off",
    r"^judge: judge\.judge_lines: '.n'": "it chooses words",
    r"^judge: judge\.final_outcome: (not answer|bad|refused|outcome\.state (in|== 'unknown'))": "it chooses words",
    r"^part: judge\.final_outcome: (?!outcome\.state == 'reverted'|operation)": "it chooses words",
    r"^(judge|part): judge\.out_of_time: (still_open$|trouble\b|(not )?status\.(reachable|away))": "it chooses words",
    r"^(judge|part): operation_end\.how_known: ": "it chooses words",
    r"^judge: judge\._judge_refusal: pre_check_failed": "it chooses words",
    r"^judge: judge\._on_another_version: status\.report_words": "it chooses words",
    r"^judge: node_progress\.remember: status\.version is not None": "no world settles a node that shows no version",
    # what is asked
    r"^inside: moments\.LiveNode\.unwell: self\.state is None": "it chooses words",
    r"^inside: read_moments\.(moved_or_away: status\.state|live_peer: asset\.(state|status))": "it chooses words",
    r"^inside: read_moments\.read_status_again: (not run\.spec\.ignore_running|\(yield .*)$": "off, it only asks more",
    r"^inside: read_moments\.begun_command: (not record\.open|record\.operation)": "it only saves a question",
    r"^inside: read_moments\._with_operation: not begun\.overdue": "off, it only asks more",
    r"^inside: live_nodes\._all_fresh: poller\.read_at < began$": "off, it only asks more",
    r"^inside: gate_conditions\.arrived_unsettled: moment\.status\.settled": "it chooses words",
    r"^inside: gate_conditions\.first_decision: decision\.(objection|reason)": "it chooses words",
    r"^inside: gate\._may_leave: str\(error\)": "it chooses words",
    r"^inside: gate\._write_intent: warning": "it only warns",
    r"^inside: pair\.pair_unavailable: ": "it only says what could not be read",
    r"^inside: operation_status\.gist: ": "it chooses words",
    r"^inside: refusal_reasons\.named_check: ": "it chooses words",
    r"^inside: node_status\.(NodeStatus\.(words|beside)|not_shown): ": "it chooses words",
    r"^inside: admission\.(_some: |no_slot: held)": "it chooses words",
    r"^inside: pre_check_words\._without: not target": "without a name its patterns match nothing",
}

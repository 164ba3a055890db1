# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits of what is printed: texts, layouts, spellings. Names of sources are those of the vendor's documentation."""

from __future__ import annotations

from .habit import Habit

_STATUS = "no public sample of `show system software download|upgrade|revert`; only words"

PRINTED = (
    # --- alarms ---------------------------------------------------------------------------------------------------
    Habit(
        "alarm_catalogue",
        ("published", "new", "new_unstopped"),
        ("C9", "C13"),
        "the published page `Alarms` of 2026 has other texts than the source file events-alarm-descriptions.md, which "
        "is closer to the program; of that an earlier edit has no full stops. Typographic quotes in both of its edits",
    ),
    Habit(
        "mismatch_alarm",
        ("asset", "node", "both"),
        ("C13",),
        "two templates for a pair on two versions: of category asset in all catalogues, and of category system with "
        "both versions in the newer one, raised by the node itself; which of them a release prints is open",
    ),
    Habit(
        "type_alarm",
        ("type", "names"),
        ("C4",),
        "upgrade_ibu_conductor says that an alarm is reported for a pair of unequal install types, not its text",
    ),
    Habit(
        "alarm_case",
        ("lower", "upper"),
        ("C13",),
        "events_overview has `major`, `peer` (2018), config_alarm_suppression `INFO`, `INTERFACE` (2024)",
    ),
    Habit(
        "alarm_source",
        ("unavailable", "empty"),
        ("C13",),
        "events_overview prints `unavailable` where there is no source, config_alarm_suppression nothing",
    ),
    Habit(
        "shelved_line",
        ("printed", "omitted"),
        ("C6",),
        "`There are N shelved alarms` stands below some samples of a list of alarms and is missing below another",
    ),
    Habit(
        "no_alarms",
        ("line", "empty_table", "sentence"),
        ("C6",),
        "what is printed without alarms is in no sample; a runbook knows only the line about shelved ones",
    ),
    Habit(
        "events_layout",
        ("table", "blocks"),
        ("C14",),
        "events_overview and ts_ap_duplicate_assets have a table, the sample of a denied request a block",
    ),
    # --- assets and tables ------------------------------------------------------------------------------------------
    Habit(
        "assets_layout",
        ("documented", "reordered", "added", "renamed"),
        ("T7",),
        "samples of `show assets` differ in the order and number of columns; the oldest has `128T Version`",
    ),
    Habit(
        "asset_case",
        ("generation", "lower", "upper"),
        ("T1",),
        "lower case in CLI-6.0 (2017), capitals in ts_ap_salt_minion, upper case in REST before 6.3",
        {"lower": {"style.status_case": "lower"}, "upper": {"style.status_case": "upper"}},
    ),
    Habit(
        "asset_good_word",
        ("synchronized", "running"),
        ("T1",),
        "ts_ap_salt_minion renames Running to Synchronized in 6.3; notes of 2026 still say Running (I95-66125)",
    ),
    Habit(
        "asset_version",
        ("full", "no_rebuild"),
        ("L10",),
        "`6.3.0-107.r1.el7` in upgrade_ibu_conductor, `5.6.9-3.el7` in config_transition_standalone_to_ha",
    ),
    Habit(
        "repeats",
        ("blank", "repeated"),
        ("T7",),
        "the cell of a router is blank on its second row in samples since 2020, and repeated in that of 2017",
    ),
    Habit(
        "width",
        ("asked", "132", "100"),
        ("S2",),
        "samples wrap at widths between 90 and 170 columns; that the asked width of a terminal counts is inferred",
    ),
    Habit(
        "wrap",
        ("words", "chop", "headers"),
        ("S2",),
        "the FIPS pages break a cell inside a word, other samples between words, those of OSPF only titles",
        {"chop": {"style.wrap": "chop"}, "headers": {"style.wrap": "headers"}},
    ),
    Habit(
        "assets_summary",
        ("printed", "refused"),
        ("T9",),
        "the only sample is of 2017; CLI-7.2 lists the sub-command",
    ),
    Habit(
        "assets_software",
        ("full", "installed_available", "refused"),
        ("L13",),
        "CLI-7.2 prints the section and no longer lists the sub-command; its sample leaves the last columns empty",
    ),
    # --- versions ---------------------------------------------------------------------------------------------------
    Habit(
        "available_spelling",
        ("prefixed", "short", "full"),
        ("L10",),
        "`SSR-7.1.0-50` in upgrade_restricted_access, `4.3.0-1.el7` and `7.1.0-1` elsewhere",
    ),
    Habit(
        "package_cell",
        ("dotted", "tight", "image"),
        ("L10",),
        "`128T-6.2.3-14.r2.el7 (package based)` and `128T-6.2.5-5r2.el7 (package based)` in the FIPS pages; of an "
        "image-based node only `SSR-6.3.0-107.r1.el7.x86_64.ibu-v1` in a draft",
    ),
    Habit(
        "version_detail",
        ("plain", "volumes"),
        ("L18",),
        "a draft of upgrade_restricted_access shows volumes and the idle one; the published page no longer has them",
    ),
    # --- status of the software -------------------------------------------------------------------------------------
    Habit(
        "download_status",
        ("table", "words", "sentences", "blocks", "elapsed", "failed_only", "unreadable", "empty"),
        ("L5", "L14"),
        f"{_STATUS}: in progress download, completed download, failed download, Downloading, Downloaded, paused",
    ),
    Habit(
        "upgrade_status",
        ("table", "words", "blocks", "sentences", "unreadable", "empty"),
        ("L5",),
        f"{_STATUS}: in-progress and completed upgrades; UPGRADING; SSR firmware upgrade failed for …",
    ),
    Habit("revert_status", ("table", "words", "blocks", "sentences", "unreadable", "empty"), ("L5",), _STATUS),
    Habit(
        "status_history",
        ("kept", "running_only"),
        ("L5",),
        "CLI-7.2 speaks of completed upgrades, CLI-6.0 only of one in progress; histories were empty (I95-62179)",
    ),
    Habit(
        "old_lines",
        ("none", "last_month"),
        ("L5",),
        "finished ones stay listed, one for each version; for how long is open",
    ),
    Habit(
        "health_check_answer",
        ("lines", "table", "sentence", "counted", "capitals", "failures", "empty", "unreadable", "late"),
        ("L11",),
        "what a health check prints is nowhere; only the name `System Processes Check` (I95-64218) is. "
        "One that never answers is a defect (I95-65656), hence a fault and no habit",
    ),
    # --- everything else --------------------------------------------------------------------------------------------
    Habit(
        "connectivity_internal",
        ("unknown", "printed"),
        ("C15",),
        "one sample of 2018 in CLI-6.0; CLI-7.2 lists it without a sample",
    ),
    Habit(
        "processes_primary",
        ("everywhere", "leaders", "pairs"),
        ("F3",),
        "only processes that have a leader show Y or N in CLI-6.0; what stands there without a second node is open",
    ),
    Habit(
        "empty_tables",
        ("rows", "words"),
        ("C10",),
        "what commands print where there is nothing is in no sample",
    ),
    Habit(
        "plugins_layout", ("table", "blocks"), ("C8",), "`show plugins available` has blocks by node; no other sample"
    ),
    Habit(
        "disk_layout",
        ("sections", "table", "none"),
        ("F8",),
        "the only sample of `show platform` breaks off before the disks",
        {way: {"style.disk_layout": way} for way in ("sections", "table", "none")},
    ),
    Habit(
        "frame",
        ("full", "unmarked", "bare"),
        ("L3",),
        "samples have a mark before the progress line or none, and older ones neither date nor `Completed in`",
        {
            "unmarked": {"style.marks": False},
            "bare": {"style.marks": False, "style.date_line": False, "style.completed_line": False},
        },
    ),
    Habit(
        "decoration",
        ("plain", "spinner", "colours", "both"),
        ("S2",),
        "not documented; the marks of progress lines suggest that they are drawn over frames",
        {
            "spinner": {"style.spinner": True},
            "colours": {"style.ansi": True},
            "both": {"style.spinner": True, "style.ansi": True},
        },
    ),
    Habit("prompt", ("documented", "other"), ("S1",), "known from samples only; users can change it"),
    Habit(
        "pager",
        ("none", "pages"),
        ("S3",),
        "neither its words nor its keys are documented",
        {"pages": {"style.pager": {"enabled": True, "rows": 12}}},
    ),
)

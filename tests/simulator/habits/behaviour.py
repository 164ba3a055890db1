# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits of what a conductor does: what it asks, accepts, refuses, and in which order and when things show."""

from __future__ import annotations

from .habit import Habit

BEHAVIOUR = (
    # --- questions and arguments ------------------------------------------------------------------------------------
    Habit(
        "reads_ask",
        ("named", "shelved", "all", "never"),
        ("S9",),
        "config_alarm_suppression: `show alarms shelved` asks though no router was typed; its default is all, as it is "
        "of `show alarms` and `show assets`, of which no sample shows a question",
    ),
    Habit(
        "requests_ask",
        ("always", "never"),
        ("L9",),
        "`force` skips a confirmation of the request commands; none is shown anywhere",
        {"never": {"behaviour.confirm": []}},
    ),
    Habit(
        "request_wording",
        ("sure", "intensive", "continue"),
        ("L9",),
        "all known questions end in `[y/N]: `; words before that are of three kinds (commit, import iso, show alarms)",
    ),
    Habit(
        "status_force",
        ("known", "unknown"),
        ("S9",),
        "CLI-7.2 lists `force` for `show system software download`, drafts and older pages do not",
    ),
    Habit(
        "missing_argument",
        ("usage", "keyword"),
        ("L1",),
        "upgrade_ibu_conductor prints the usage; public code expects `Keyword argument 'router' is required`",
    ),
    Habit(
        "skip_names",
        ("check", "health_check"),
        ("L1",),
        "the in-box help of upgrade_ibu_conductor against CLI-6.3 and CLI-7.2",
        {"check": {"dialect.skip_names": "check"}, "health_check": {"dialect.skip_names": "health-check"}},
    ),
    Habit(
        "help_leftover",
        ("no", "yes"),
        ("L1",),
        "the sample of upgrade_ibu_conductor ends in a prompt that already holds the typed command again",
    ),
    # --- requests ---------------------------------------------------------------------------------------------------
    Habit(
        "request_answer",
        ("mark", "sentence", "silent", "blocks"),
        ("L2", "L3"),
        "what a request prints, and whether it returns before the operation has ended, is nowhere",
        {
            "mark": {"behaviour.request_mode": "returns", "style.accept_layout": "mark"},
            "sentence": {"behaviour.request_mode": "returns", "style.accept_layout": "sentence"},
            "silent": {"behaviour.request_mode": "returns", "style.accept_layout": "none"},
            "blocks": {"behaviour.request_mode": "blocks"},
        },
    ),
    Habit(
        "refusals",
        ("sentence", "target_table"),
        ("L4",),
        "errors begin with `% Error:`; commands sent to nodes print a table of targets and messages (`show mist`)",
    ),
    Habit(
        "peer_moves",
        ("no", "yes"),
        ("L7",),
        "upgrade_router says that starting a node also upgrades its peer, and two lines later that each can be done "
        "alone",
        {"no": {"behaviour.peer_moves_by_itself": False}, "yes": {"behaviour.peer_moves_by_itself": True}},
    ),
    Habit(
        "conductor_order",
        ("listed", "standby_first", "local_last"),
        ("L8",),
        "the order of a conductor pair in one request is not documented",
        {way: {"behaviour.conductor_order": way} for way in ("listed", "standby_first", "local_last")},
    ),
    Habit(
        "router_order",
        ("standby_first", "listed"),
        ("L17",),
        "upgrade_router: standby first, if that can be told; below 6.3 nothing is said",
        {way: {"behaviour.router_order": way} for way in ("standby_first", "listed")},
    ),
    # --- downloads --------------------------------------------------------------------------------------------------
    Habit(
        "upgrade_fetches",
        ("by_itself", "needs_download"),
        ("L6", "L14"),
        "whether the upgrade of a router fetches a release that is not there is nowhere",
        {
            "by_itself": {"behaviour.router_needs_download": False},
            "needs_download": {"behaviour.router_needs_download": True},
        },
    ),
    Habit(
        "downloads_channel",
        ("as_offered", "downloads"),
        ("L13",),
        "after `import iso` channel and source read `downloads`; that a download does the same is inferred",
    ),
    Habit(
        "download_again",
        ("completes", "refused"),
        ("L14",),
        "the same download again resumes one that was paused; of one that is there nothing is said",
        {way: {"behaviour.download_again": way} for way in ("completes", "refused")},
    ),
    # --- what shows when --------------------------------------------------------------------------------------------
    Habit(
        "status_until",
        ("settled", "booted", "later"),
        ("L5", "T10"),
        "whether an upgrade is in progress until its post-check has passed is open; a download stayed so after "
        "its completion (I95-60505)",
    ),
    Habit(
        "post_check_place",
        ("before_synchronized", "after_synchronized"),
        ("L5", "T10"),
        "whether the asset is settled before the check after the upgrade has passed is open",
        {way: {"behaviour.post_check": way} for way in ("before_synchronized", "after_synchronized")},
    ),
    Habit(
        "follow_upgrade",
        ("missing", "returns", "streams"),
        ("L5",),
        "CLI-6.0: `show system software upgrade` follows an upgrade in progress; it takes no arguments",
    ),
    Habit(
        "busy_state",
        ("hidden", "words", "capitals"),
        ("T1", "F9"),
        "ts_ap_salt_minion lists the states seen while upgrading, none of them is called so; notes and REST know one",
    ),
    Habit(
        "asset_lag",
        ("0", "20", "60"),
        ("T8", "F10"),
        "the list is what the conductor has heard last; how old that may be is nowhere. Simulated seconds",
    ),
    Habit(
        "assets_after_restart",
        ("keep", "resync"),
        ("C12", "T2"),
        "notes speak of assets that are away for an hour after a conductor upgrade (I95-65826), pages of none",
        {way: {"behaviour.assets_after_conductor_restart": way} for way in ("keep", "resync")},
    ),
    Habit(
        "flapping",
        ("no", "yes"),
        ("T3",),
        "I95-64063: the minion restarts each minute while a conductor node is away, in some releases",
        {"yes": {"behaviour.flap_while_conductor_down": True}},
    ),
    Habit(
        "show_system_nodes",
        ("router", "local"),
        ("T4",),
        "the only sample of `show system` is of one node; what a pair prints without arguments is open",
        {way: {"behaviour.show_system_nodes": way} for way in ("router", "local")},
    ),
    # --- sessions and files -----------------------------------------------------------------------------------------
    Habit(
        "ssh_while_booting",
        ("refuse", "hang", "accept_then_close"),
        ("S8",),
        "what answers at the port of a node that boots is nowhere",
        {way: {"ssh.sshd_during_restart": way} for way in ("refuse", "hang", "accept_then_close")},
    ),
    Habit(
        "shells",
        ("many", "few"),
        ("S6",),
        "how many sessions of one login are allowed is nowhere; ten is what OpenSSH does by itself",
        {"few": {"ssh.max_sessions": 1}},
    ),
    Habit(
        "shell_command",
        ("allowed", "refused"),
        ("C1", "C7"),
        "`shell` is for administrators; which capability it takes is open",
        {"refused": {"behaviour.shell": False}},
    ),
    Habit(
        "export_existing",
        ("overwrite", "refuse"),
        ("C2",),
        "what an export with the name of another one does is nowhere",
        {way: {"behaviour.export_existing": way} for way in ("overwrite", "refuse")},
    ),
)

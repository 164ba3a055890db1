# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options and variables do not bind a run to an approved plan, each with the reason (rule 49). Pure.

Together with ``change_rules`` this names every option and every variable that there is: a test compares.
"""

from __future__ import annotations

_PLACE = "where something is written or read on the controller; it changes nothing that is sent or judged"
_SEEN = "who is told, and how; nothing is sent to a node because of it"
_FOUND = "what earlier tasks have found out, and no choice of anybody"
_EACH = "compared for each router and node, with what comes of it"
_TIME = "compared as a point in time, whatever its words"
_LESS = "it can only leave routers out, or add checks"
_PACE = "how often the conductor is asked"
_PLAN = "part of the plan itself, or what names it"

#: Options of software_upgrade and software_downgrade.
FREE = {
    **dict.fromkeys(("journal", "report", "status_file", "run_id"), _PLACE),
    **dict.fromkeys(("metrics_file", "progress", "webhook_url", "webhook_format", "webhook_events"), _SEEN),
    **dict.fromkeys(("webhook_timeout", "webhook_heartbeat", "webhook_allow_http", "webhook_ca_path"), _SEEN),
    **dict.fromkeys(("fail_on_target", "run_continues"), _SEEN),
    **dict.fromkeys(("alarms_before", "plugins_before", "recorded_version", "assets_count", "run_record"), _FOUND),
    **dict.fromkeys(("targets", "target_hosts", "resource_group", "version"), _EACH),
    **dict.fromkeys(("override", "waves", "exclusive_groups"), _EACH),
    **dict.fromkeys(("start_deadline", "window_end", "time_zone", "planned_begin"), _TIME),
    **dict.fromkeys(("blocked", "checks_to_repeat", "unknown_targets"), _LESS),
    **dict.fromkeys(("poll_min", "poll_max", "retry_pause"), _PACE),
    **dict.fromkeys(("approved_plan", "approved_checksum"), _PLAN),
    "start_order": "which router of a batch is next; no router, command or limit depends on it",
    "run_settings": "each of its entries is a setting of its own",
}
#: Options of precheck and run_review, which roles give to them beside those that the upgrade has as well.
FREE_AROUND = {
    **dict.fromkeys(("done_before", "next_hosts", "run_hosts"), _FOUND),
    **dict.fromkeys(("reason", "settings", "report_dir", "any_node"), _SEEN),
    "serial": "the batches are compared, with the routers in each",
    "poll_interval": _PACE,
    "conductor_node_away": "of checks that somebody makes on his own; no role sets it",
}
#: Variables of the roles that are no option of the upgrade and no setting of the run.
FREE_VARIABLES = {
    "router_upgrade_conductor": "compared by the identity of the conductor",
    **dict.fromkeys(("router_upgrade_report_dir", "router_upgrade_backup_dir", "conductor_upgrade_report_dir"), _PLACE),
    "conductor_upgrade_backup_dir": _PLACE,
    **dict.fromkeys(("router_upgrade_backup_methods", "conductor_upgrade_backup_methods"), "how a file gets here"),
    "router_upgrade_finish": "whether a play of the same playbook says how the run has ended",
    "router_upgrade_download_state": "of the downloads before the window, which no plan binds",
    **dict.fromkeys(("conductor_upgrade_iso", "conductor_upgrade_installation_service"), "of staging, as above"),
    **dict.fromkeys(("conductor_upgrade_download_timeout",), "of staging, as above"),
    **dict.fromkeys(("router_upgrade_compare_plan", "conductor_upgrade_compare_plan"), _PLAN),
    **dict.fromkeys(("router_upgrade_change_reason", "conductor_upgrade_change_reason"), _PLAN),
    **dict.fromkeys(("router_upgrade_begin_tolerance", "conductor_upgrade_begin_tolerance"), _PLAN),
    "router_upgrade_rehearsal": _PLAN,
    **dict.fromkeys(("conductor_upgrade_several_builds", "conductor_upgrade_version"), _EACH),
    "router_upgrade_run_id": _PLACE,
}

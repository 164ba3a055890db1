# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits of the web interface. Names of sources as in api/__init__.py: public code, hardly any documents."""

from __future__ import annotations

from .habit import Habit

WEB = (
    # --- assets -----------------------------------------------------------------------------------------------------
    Habit(
        "api_case",
        ("lower", "title", "camel", "upper"),
        ("W1",),
        "BU: upper case before 5.6.8, another one since; MCP compares with `disconnected` in 2026; SC has RUNNING",
    ),
    Habit(
        "api_words",
        ("generation", "old"),
        ("W1",),
        "ts_ap_salt_minion renames Running in 6.3; whether REST did is nowhere, and BU still waits for RUNNING",
    ),
    Habit(
        "api_busy",
        ("hidden", "status", "text"),
        ("W1",),
        "BU saw UPGRADING, of releases before 6.3; no list of states since has it",
    ),
    Habit(
        "api_versions",
        ("full", "offered"),
        ("W2",),
        "BU has read `6.2.5-5.sts.el7`; `show system software available` of 7.1 prints `SSR-7.1.0-50`",
    ),
    Habit(
        "asset_fields",
        ("new", "old", "some"),
        ("W3",),
        "MCP asks for more fields than SC did, and finds that releases lack some",
    ),
    Habit(
        "graphql_software",
        ("missing", "present"),
        ("W3",),
        "`softwareVersions` is in REST (BU); whether GraphQL has it is nowhere",
    ),
    Habit(
        "graphql_lists",
        ("nodes", "both", "edges"),
        ("W3",),
        "SC reads `edges { node }`, MCP and SALT read `nodes`; which releases know which is nowhere",
    ),
    # --- software ---------------------------------------------------------------------------------------------------
    Habit(
        "mutation_answer",
        ("text", "json", "empty"),
        ("W4",),
        "`response` of a download or an upgrade: BU asks for it and throws it away",
    ),
    Habit(
        "mutation_refusal",
        ("errors", "response", "status"),
        ("W4",),
        "how a refused download or upgrade shows is nowhere: BU does not look",
    ),
    Habit(
        "mutation_routers",
        ("all", "first"),
        ("W4",),
        "`routerNames` is a list, and BU always sends one name; whether there is a limit is nowhere",
    ),
    # --- errors -----------------------------------------------------------------------------------------------------
    Habit(
        "graphql_unreachable",
        ("errors", "empty", "whole"),
        ("W5",),
        "MCP: `No connectivity to highwayManager@…` beside the data of others; empty before 7.0.5 (I95-64448), and "
        "the whole router failed where one node of a pair was away (I95-63462)",
    ),
    Habit(
        "graphql_invalid",
        ("200", "400"),
        ("W5",),
        "the HTTP status of a query that the schema does not know is nowhere; MCP reads both",
    ),
    Habit(
        "api_forbidden",
        ("403", "401", "errors"),
        ("W6",),
        "the words are known from the PCLI (I95-56837), the HTTP status is not; I95-66127 answers 401",
    ),
    # --- logins and the web server ----------------------------------------------------------------------------------
    Habit(
        "login_status",
        ("401", "403"),
        ("W6",),
        "BU and SCR read `message` of whatever is not 200; the status of a refused login is nowhere",
    ),
    Habit(
        "token_life",
        ("long", "short"),
        ("W7",),
        "the official token has no `exp`, and no page says how long it lives; clients only react to 401",
        {"short": {"api.token_seconds": 10.0}},
    ),
    Habit(
        "token_scope",
        ("pair", "node"),
        ("W7",),
        "`iss` is the router, the same for both nodes of a pair; whether one takes the other's token is nowhere",
    ),
    Habit(
        "tokens_after_restart",
        ("kept", "lost"),
        ("W7",),
        "what becomes of tokens when the conductor restarts is nowhere",
    ),
    Habit(
        "nonce_use",
        ("many", "once"),
        ("W7",),
        "SCR takes a new nonce for each download; whether it has to is nowhere",
    ),
    Habit(
        "certificate_names",
        ("address", "node"),
        ("W8",),
        "certificates are self-signed as a rule (`create certificate self-signed webserver`), and of the public tools "
        "only MCP looks at them; which names they bear is nowhere",
    ),
    Habit(
        "web_while_starting",
        ("answers", "refused", "bad_gateway", "unavailable"),
        ("W8",),
        "what the port says while the node runs and its service does not is nowhere; notes speak of crash loops of "
        "the web server and of nginx (I95-65512, I95-65855)",
    ),
    Habit(
        "api_speed",
        ("prompt", "slow"),
        ("W8",),
        "BU caches the list of versions for a day; MCP waits for 30 seconds",
        {"slow": {"api.delay": 0.2}},
    ),
    Habit(
        "ssh_forwarding",
        ("allowed", "refused"),
        ("W8",),
        "whether the SSH server of a conductor forwards a channel to the box's own web port is nowhere",
        {"refused": {"ssh.forwarding": False}},
    ),
    # --- state ------------------------------------------------------------------------------------------------------
    Habit(
        "leader_status",
        ("standby", "none"),
        ("W9",),
        "SC has seen NONE and ACTIVE; what the other side of a leader shows is nowhere",
    ),
    Habit(
        "path_status",
        ("upper", "mixed"),
        ("W9",),
        "SC's data of one system has UP, DOWN and Down",
    ),
    Habit(
        "alarm_keys",
        ("router", "router_name"),
        ("W9",),
        "MCP reads `router`, and `routerName` where that is missing",
    ),
    Habit(
        "audit_data",
        ("object", "text"),
        ("W9",),
        "`data` of an entry of `auditLogs` is not described",
    ),
    Habit(
        "audit_types",
        ("provisioning", "others"),
        ("W9",),
        "the values of `AuditLogType` are nowhere; events of the PCLI have a type for provisioning",
    ),
)

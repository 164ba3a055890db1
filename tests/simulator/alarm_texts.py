# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of alarms in both generations of the catalogue: the published page, and the newer source file of it."""

from __future__ import annotations

from typing import Any

from .habits import Habits

# meaning -> (published page `Alarms`, events-alarm-descriptions); a blank one: that catalogue does not know it.
_TEXTS = {
    "asset_mismatch": (
        "{node_id} has a software version that does not match its peer.",
        "{node_id} has a software version that does not match its peer.",
    ),
    "node_mismatch": (
        "",
        "Node {node} with version {version} does not match the HA peer with version {peer_version}.",
    ),
    "not_running": (
        "Asset {asset}, which is configured as {node_id}, is not running",
        "Asset \u2018{asset}\u2019, which is configured as \u2018{node_id}\u2019, is not running.",
    ),
    "no_connectivity": ("No connectivity to {node_id}", "No connectivity to {node_id}."),
    "offline": ("Node {node} went offline", "Node {node} went offline."),
    "out_of_sync": ("", "{node}: Internal Synchronization database is disconnected."),
    "process": ("Process has exited unexpectedly: {process}", "Process has exited unexpectedly: {process}."),
    "disk": ("disk space low", "Disk space usage exceeds: 90%."),
    "unreachable": ("Peer {peer} is not reachable", "Peer {peer} is not reachable."),
    "port_closed": ("Intf {port} (1) administratively down", "Intf {port} (1) administratively down."),
    "port_down": ("interface operational down", "Intf {port} (1) operationally down."),
    "passwords": (
        "",
        "The following accounts have default passwords and must be updated with a strong user selected password: "
        "admin.",
    ),
    "duplicate": (
        "A duplicate asset with id '{asset}', which is configured as {router}, has been detected. Ensure all assets "
        "have a unique id and restart salt-minion on asset '{asset}'",
        "A duplicate asset with ID \u2018{asset}\u2019{router} has been detected. Ensure all assets have a unique ID "
        "and restart salt-minion on asset \u2018{asset}\u2019.",
    ),
    "types": (
        "{node_id} has a software installation type that does not match its peer.",
        "{node_id} has a software installation type that does not match its peer.",
    ),
    "types_named": (
        "Node {node} is {kind} based and its HA peer is {peer_kind} based",
        "Node {node} is {kind} based and its HA peer is {peer_kind} based.",
    ),
}


def alarm_text(habits: Habits, meaning: str, **values: Any) -> str:
    """The words for this meaning; empty where the catalogue of the habits has no such alarm."""
    catalogue = habits["alarm_catalogue"]
    text = _TEXTS[meaning][catalogue != "published"].format(**values)
    return text.removesuffix(".") if catalogue == "new_unstopped" else text

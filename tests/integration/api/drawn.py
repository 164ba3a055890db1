# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authorities that a seed draws: releases, states, services, operations, faults, and with them every habit."""

from __future__ import annotations

import random
from typing import Any

from tests.integration.api.meeting import AUTHORITY

#: By the release of the conductor: what it manages. Two builds of one release differ by their rebuild alone.
_GENERATIONS = {
    "5.6.7-4.el7": ("5.5.8-3.el7", "5.6.7-4.el7"),
    "6.2.5-5.r2.el7": ("6.1.10-3.el7", "6.2.3-14.r2.el7", "6.2.5-5.r1.el7", "6.2.5-5.r2.el7"),
    "6.3.6-12.r2.el7": ("6.2.5-5.r2.el7", "6.3.0-107.r1.el7", "6.3.6-12.r1.el7", "6.3.6-12.r2.el7"),
    "7.2.3-8.r2.el9": ("7.0.5-7.el9", "7.1.3-22.el9", "7.2.3-8.r1.el9", "7.2.3-8.r2.el9"),
}
_STATES = ("Synchronized",) * 4 + ("Disconnected", "Resynchronizing", "Pending", "Key Accepted", "Not Installed")
_FAULTS = ("download_flag_stays", "asset_errors", "disk_low", "asset_unlisted", "pair_link_down")


def authority(seed: int) -> dict[str, Any]:
    """The scenario of a seed, with its habits."""
    source = random.Random(f"authority {seed}")
    conductor = source.choice(sorted(_GENERATIONS))
    releases = _GENERATIONS[conductor]
    pair = [{"name": name, "previous": releases[0], "downloaded": _some(source, releases)} for name in ("c1", "c2")]
    routers: list[dict[str, Any]] = [
        {"name": "Conductor", "conductor": True, "version": conductor, "install_type": _type(conductor), "nodes": pair}
    ]
    faults: list[dict[str, Any]] = []
    for number in range(4):
        version = source.choice(releases)
        names = [f"r{number}{letter}" for letter in "ab"[: source.choice((1, 2))]]
        nodes = [_node(source, name, releases) for name in names]
        routers.append({"name": f"R{number}", "version": version, "install_type": _type(version), "nodes": nodes})
        if source.random() < 0.5 and nodes[0]["state"] == "Synchronized":
            kind = source.choice(("upgrade", "download"))
            named = {"node": f"{names[0]}.R{number}", "version": source.choice(releases)}
            faults.append({"type": "mid_operation", "kind": kind, "seconds": 36000, **named})
        if source.random() < 0.5:
            faults.append({"type": source.choice(_FAULTS), "router": f"R{number}"})
    return {
        **AUTHORITY,
        "releases": [{"name": name} for name in releases],
        "routers": routers,
        "faults": [fault | ({"text": "salt failed"} if fault["type"] == "asset_errors" else {}) for fault in faults],
        "alarms": [{"node": "c2.Conductor", "severity": "major", "category": "system", "message": "Too hot"}],
        "habits": {"seed": seed},
    }


def _node(source: random.Random, name: str, releases: tuple[str, ...]) -> dict[str, Any]:
    return {
        "name": name,
        "state": source.choice(_STATES),
        "service": source.choice(("running", "running", "offline", "starting")),
        "downloaded": _some(source, releases),
    }


def _some(source: random.Random, releases: tuple[str, ...]) -> list[str]:
    return [name for name in releases if source.random() < 0.3]


def _type(version: str) -> str:
    return "package" if version < "6.3" else "image"

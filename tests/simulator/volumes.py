# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show system version … detail`: a block for each node, in some conductors with its two volumes.

CLI-6.0 has the block; a draft of upgrade_restricted_access the volumes, without its author's arrows.
"""

from __future__ import annotations

from typing import Any

from .layout import block
from .world import Node

_HASH = "0123456789abcdef0123456789abcdef01234567"


def version_block(shell: Any, node: Node) -> list[str]:
    release, image = node.release, node.current.type == "image"
    volumes = image and shell.habits["version_detail"] == "volumes"
    package = f"128T-{release.name}" if volumes else release.package(node.current.type).partition(" ")[0]
    pairs = [("Version", release.patch)]
    pairs += [("Status", release.rebuild)] * bool(volumes and release.rebuild)
    pairs += [
        ("Build Date", release.build_date),
        ("Build Machine", "releng-ci.openstacklocal"),
        ("Build User", "jenkins"),
        ("Build Directory", "/i95code"),
        ("Hash", _HASH),
        ("Package", package),
    ]
    if not volumes:
        return [*block(f"Node: {node.node_id}", pairs), ""]
    pairs += [
        ("SSR-IMG-release", release.image),
        ("Volume ID", node.volume),
        ("Selected Boot Volume", shell.world.boots_next(node)),
    ]
    return [*block(f"Node: {node.node_id}", pairs, column=23), *_idle(node), ""]


def _idle(node: Node) -> list[str]:
    """The other volume. What an older release left there has no user, folder and hash."""
    if node.previous is None:
        return []
    release = node.previous.release
    pairs = [
        ("Version", release.patch),
        ("Status", release.rebuild or "unavailable"),
        ("Build Date", release.build_date),
        ("Build Machine", "releng-ci.openstacklocal"),
        ("Build User", ""),
        ("Build Directory", ""),
        ("Hash", ""),
        ("Package", f"128T-{release.name}"),
        ("Volume ID", node.other_volume),
    ]
    return [" Idle Volume:", *(f"   {key + ':':<21}{value}".rstrip() for key, value in pairs)]

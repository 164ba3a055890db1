# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of routers in the names of files, safe and never the same for two, and of nodes on pages."""

from __future__ import annotations

import hashlib
import re

#: What stays as it is. Capitals do not: some file systems hold Paris and paris for one name.
_SAFE = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 80


def file_name(name: str) -> str:
    """A part of a file name. A name that is not kept letter by letter ends in a part of its checksum."""
    safe = _SAFE.sub("_", name.lower())[:_LONGEST].strip(".")
    if safe == name and safe:
        return safe
    return f"{safe or '_'}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def case_name(router: str, kind: str = "json") -> str:
    """The name of the case file of a router."""
    return f"case-{file_name(router)}.{kind}"


def node_label(router: str, node: str) -> str:
    """A node where several routers are in sight: many routers have a ``node1``. A name that has it already stays."""
    rest = node.removeprefix(router)
    return node if rest != node and not rest[:1].isalnum() else f"{node}.{router}"

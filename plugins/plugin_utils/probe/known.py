# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known before anything is answered: names and secrets of the inventory, and the version of this collection."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping

from ..pcli.session import Session
from .scrub import Scrubber

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")


def tell_what_is_known(scrubber: Scrubber, sessions: Iterable[Session], groups: Mapping) -> None:
    """Names and secrets that are known without asking: of the inventory, and how the nodes are reached."""
    for session in sessions:
        access = session.access
        web = access.web
        for login in (access.login, *access.login.jumps, *((access.sftp,) if access.sftp else ())):
            scrubber.know([login.user], "user")
            scrubber.know([login.host], "host")
            scrubber.hide([login.password, login.key_passphrase])
        scrubber.know([web.user], "user")
        scrubber.hide([web.password, web.token])
    scrubber.know([*(groups.get("ssr_conductors") or ())], "host")
    scrubber.know([*(groups.get("ssr_routers") or ())], "router")


def version_of_collection() -> str | None:
    """The version of this collection: an artefact has a manifest, a checkout its galaxy.yml."""
    try:
        with open(os.path.join(ROOT, "MANIFEST.json"), encoding="utf-8") as stream:
            return json.load(stream)["collection_info"]["version"]
    except (OSError, ValueError, KeyError):
        pass
    try:
        with open(os.path.join(ROOT, "galaxy.yml"), encoding="utf-8") as stream:
            found = re.search(r"^version:\s*[\"']?([\w.\-+]+)", stream.read(), re.MULTILINE)
    except OSError:
        return None
    return found[1] if found else None

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions in their order."""

from __future__ import annotations

from collections.abc import Iterable

from ..software.versions import try_parse


def newest_first(versions: Iterable[str]) -> list[str]:
    """The versions, the newest first; what is no version comes last, by its letters."""
    known = sorted(versions)
    releases = [text for text in known if try_parse(text) is not None]
    return sorted(releases, key=try_parse, reverse=True) + [text for text in known if try_parse(text) is None]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for versions of the SSR software: sorting, and the release of a version."""

from __future__ import annotations

from collections.abc import Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import Version, parse


def sort_versions(versions: Sequence[str], reverse: bool = False) -> list[str]:
    """The same texts from old to new. Raises AnsibleFilterError for a text that is not a version."""
    if isinstance(versions, str) or not isinstance(versions, Sequence):
        raise AnsibleFilterError(
            f"sessionsmart.ssr.sort_versions takes a list of versions, and got {versions!r}. Write it as a list."
        )
    return sorted(versions, key=lambda text: _read("sort_versions", text), reverse=reverse)


def release_of(version: str) -> str:
    """The release without its build, 6.3.5 of 6.3.5-37.r1.el7. Raises AnsibleFilterError."""
    return _read("release_of", version).release


def _read(name: str, text: object) -> Version:
    try:
        return parse(text)
    except ValueError as error:
        raise AnsibleFilterError(f"sessionsmart.ssr.{name}: {error}") from error


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"release_of": release_of, "sort_versions": sort_versions}

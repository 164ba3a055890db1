# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jinja tests that compare versions of the SSR software, in every spelling that the vendor uses."""

from __future__ import annotations

from dataclasses import replace

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import Version, parse


def newer_than(version: object, other: object) -> bool:
    """Whether it is newer, as far as both texts say. A build of a release is not newer than that release."""
    return _order(*_read("newer_than", version, other)) > 0


def older_than(version: object, other: object) -> bool:
    """Whether it is older, as far as both texts say."""
    return _order(*_read("older_than", version, other)) < 0


def same_release_as(version: object, other: object) -> bool:
    """Whether both are the same release, whatever their builds."""
    pair = _read("same_release_as", version, other)
    for text, parsed in zip((version, other), pair, strict=True):
        if parsed.patch is None:
            raise AnsibleFilterError(
                f"sessionsmart.ssr.same_release_as: {text!r} names no release. Give three numbers, such as {parsed}.5."
            )
    first, second = pair
    return (first.numbers, first.prerelease) == (second.numbers, second.prerelease)


def _order(version: Version, other: Version) -> int:
    """Below 0: older, above 0: newer, 0: the same, or one of them stands for any build of the other's release."""
    if version.numbers[:2] != other.numbers[:2]:
        return 1 if version.numbers > other.numbers else -1
    if version.patch is None or other.patch is None:
        return 0
    if version.build is None or other.build is None:
        version, other = (replace(each, build=None, stamp=None) for each in (version, other))
    return (version > other) - (version < other)


def _read(name: str, *texts: object) -> tuple[Version, ...]:
    try:
        return tuple(parse(text) for text in texts)
    except ValueError as error:
        raise AnsibleFilterError(f"sessionsmart.ssr.{name}: {error}") from error


class TestModule:
    """The tests of this file."""

    def tests(self) -> dict:
        return {"newer_than": newer_than, "older_than": older_than, "same_release_as": same_release_as}

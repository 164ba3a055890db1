# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges of what is said of software and its operations: L of docs/assumptions.md. Pure."""

from __future__ import annotations

from ..software.assets import Asset, read_downloads
from ..software.node_versions import NodeVersion, read_versions
from ..software.operation_status import activity, status_lines
from ..software.system import read_available
from ..software.versions import Version
from .answers import Answers, judge, listed, quoted, response_of
from .asking import Row
from .assumptions import Verdict, confirmed, different, not_shown
from .guard import USAGES

_UPGRADE, _DOWNLOAD = USAGES[:2]
#: The names of the skip arguments in all documents (pcli facts).
_SKIPS = ("skip-pre-check", "skip-health-check", "skip-pre-health-check", "skip-post-health-check")
#: Downloads have a reader of their own, and L13.
_OPERATIONS = ("upgrade", "revert")


@judge("L1")
def usage(answers: Answers) -> Verdict:
    rows = answers.to(_UPGRADE)
    if not rows:
        return not_shown("no usage was asked for")
    row, response = rows[0], response_of(rows[0])
    if response.usage is None:
        return different(f"no usage is printed. {quoted(row)}")
    if "version" not in response.usage.arguments:
        return different(f"a usage that names no version. {quoted(row, 6)}")
    names = [name for name in _SKIPS if name in response.usage.arguments]
    left = "; the next prompt holds the command again, which is cleared" if row.notes.get("left_over") else ""
    arguments = listed(sorted(response.usage.arguments), 20)
    if not names:
        return not_shown(f"a usage without arguments to skip checks{left}; arguments: {arguments}")
    return confirmed(f"to skip: {listed(names)}{left}; arguments: {arguments}")


@judge("L5")
def status(answers: Answers) -> Verdict:
    seen: list[str] = []
    for operation in _OPERATIONS:
        rows = answers.to(f"show system software {operation}") + answers.beginning(f"show system software {operation} ")
        for row in rows:
            now = activity(response_of(row), operation)
            if now.unavailable and row.data["ended"] == "prompt":
                words = f"{quoted(row)}; {now.unavailable}"
                return different(words, conductor_upgrade_checks=["!no_operation_running"])
        if rows:
            seen.append(_status_in_words(rows[0], operation))
    return not_shown(
        f"nothing was started, so only the status at rest is known: {'; '.join(seen)}" if seen else "not asked"
    )


def _status_in_words(row: Row, operation: str) -> str:
    response = response_of(row)
    if row.data["ended"] != "prompt":
        return f"'{row.command}' followed until it was ended"
    if response.denied or response.usage:
        return f"there is no '{row.command}'"
    lines = status_lines(response)
    return f"{operation}: '{lines[0]}'" if lines else f"{operation}: nothing"


def _own_versions(answers: Answers) -> list[NodeVersion]:
    rows = answers.to("show system version")
    return [version for row in rows for version in read_versions(response_of(row)) or ()]


def release_of(answers: Answers) -> Version | None:
    """The release of the first node."""
    versions = [version.version for version in _own_versions(answers) if version.version]
    return versions[0] if versions else None


@judge("L10")
def spelling(answers: Answers) -> Verdict:
    rows = answers.to("show system software available")
    if not rows:
        return not_shown("not asked")
    offered = read_available(response_of(rows[0]))
    if offered is None:
        return different(f"{quoted(rows[0])}; no version can be read")
    own = _own_versions(answers)
    if not own or any(version.version is None for version in own):
        asked = answers.to("show system version")
        return different(f"{quoted(asked[0]) if asked else 'no version'}; no version can be read")
    assets: list[Asset] = answers.assets or []
    strange = [asset.version_text for asset in assets if asset.version_text and not asset.version and not asset.away]
    if strange:
        return different(f"'show assets' spells versions {listed(strange)}")
    texts = listed((asset.version_text for asset in assets if asset.version_text), 4)
    seen = f"'show assets': {texts or 'none'}; 'show system version': {listed((each.text for each in own), 3)}"
    if not offered:
        return not_shown(f"nothing is offered; {seen}")
    missing = [asset.version_text for asset in assets if asset.version and asset.version.build is None]
    if missing:
        return different(f"'show assets' leaves out the build: {listed(missing)}; offered: {listed(offered, 4)}")
    return confirmed(f"offered: {listed(offered, 4)}; {seen}")


@judge("L13")
def downloads(answers: Answers) -> Verdict:
    rows = answers.to("show assets software")
    if not rows:
        return not_shown("not asked")
    response = response_of(rows[0])
    shown = read_downloads(response)
    if shown is None:
        return different(quoted(rows[0]))
    if not any(table.has("Downloaded") and table.has("Downloading") for table in response.tables):
        return different(f"{quoted(rows[0])}; it has no columns for downloads")
    there = [version for lists in shown.values() for version in (*lists.downloaded, *lists.downloading)]
    if not there:
        return not_shown(f"columns for downloads, and nothing in them, of {len(shown)} nodes")
    return confirmed(f"downloaded or being so: {listed(there, 6)}")


@judge("L15")
def sequenced(answers: Answers) -> Verdict:
    rows = answers.to(_DOWNLOAD)
    usage = response_of(rows[0]).usage if rows else None
    release = release_of(answers)
    if usage is None or release is None:
        return not_shown("no usage of the download was printed, or the release is not known")
    offered, expected = "sequenced" in usage.arguments, release.at_least(7, 1, 3)
    seen = f"'{release.text}' {'has' if offered else 'has no'} sequenced"
    return confirmed(seen) if offered == expected else different(f"{seen}: {listed(sorted(usage.arguments), 20)}")


@judge("L18")
def volumes(answers: Answers) -> Verdict:
    rows = [row for row in answers.beginning("show system version ") if row.command.endswith(" detail")]
    if not rows:
        return not_shown("not asked")
    read = [version for row in rows for version in read_versions(response_of(row)) or ()]
    if any(version.prints_volumes for version in read):
        return confirmed(quoted(next(row for row in rows if _prints(row)), 8))
    if not read:
        return different(f"{quoted(rows[0])}; no version can be read")
    types = {asset.install_type for asset in answers.assets or () if asset.install_type}
    if types == {"package"}:
        return not_shown("all nodes are package-based, which have no volumes")
    return different(f"{quoted(rows[0], 6)}; no volumes are printed")


def _prints(row: Row) -> bool:
    return any(version.prints_volumes for version in read_versions(response_of(row)) or ())

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks, by name. A check registers itself where it stands; nothing else keeps a list of them.

To add one: write a function in the file of its family (or in a new file that ``checks.families`` imports), decorate
it with :func:`check`, and give it a scenario in which it fires and one in which it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

from ..pcli.errors import DeviceError, NoPrompt, PcliError
from .context import Context

STAGES = ("pre", "post")


@dataclass(frozen=True)
class CheckResult:
    """What one check says of one target. ``state``: pass, warn, fail or skipped; ``reason`` is one sentence."""

    name: str
    target: str
    state: str
    severity: str
    reason: str
    evidence: str = ""

    @property
    def blocks(self) -> bool:
        """Does it stop what was to come?"""
        return self.state == "fail" and self.severity == "block"

    def as_data(self) -> dict:
        """Plain data, for Ansible."""
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """What a check function returns: the framework adds its name, target and severity."""

    state: str
    reason: str
    evidence: str = ""


def passed(reason: str, evidence: str = "") -> Finding:
    """All is well."""
    return Finding("pass", reason, evidence)


def warned(reason: str, evidence: str = "") -> Finding:
    """Worth knowing, stops nothing."""
    return Finding("warn", reason, evidence)


def failed(reason: str, evidence: str = "") -> Finding:
    """Not well; stops what was to come if the severity is ``block``."""
    return Finding("fail", reason, evidence)


def skipped(reason: str, evidence: str = "") -> Finding:
    """Does not apply here, or cannot be told on this release."""
    return Finding("skipped", reason, evidence)


@dataclass(frozen=True)
class Check:
    """A named check. ``stages``: before (``pre``) or after (``post``) an operation, or both."""

    name: str
    description: str
    severity: str
    stages: tuple[str, ...]
    function: Callable[[Context], Finding] = field(repr=False)


CHECKS: dict[str, Check] = {}


class UnknownCheck(ValueError):
    """A check that does not exist was asked for. Its text lists the known ones."""


def check(name: str, description: str, *, severity: str = "block", stages: tuple[str, ...] = STAGES):
    """Register the decorated function as a check."""

    def register(function: Callable[[Context], Finding]) -> Callable[[Context], Finding]:
        CHECKS[name] = Check(name, description, severity, stages, function)
        return function

    return register


def select(wanted: Sequence[str | dict], stage: str) -> list[Check]:
    """The checks that a user's list means: names, ``all``, ``!name``, or mappings with ``name`` and ``severity``.

    Raises UnknownCheck with the known names.
    """
    known = {name: one for name, one in CHECKS.items() if stage in one.stages}
    chosen: dict[str, Check] = {}
    for entry in wanted:
        if not isinstance(entry, (str, dict)):
            raise UnknownCheck(f"{entry!r} names no check. Give a name, or a mapping of 'name' and 'severity'.")
    entries = [{"name": entry} if isinstance(entry, str) else dict(entry) for entry in wanted] or [{"name": "all"}]
    if all(str(entry.get("name", "")).startswith("!") for entry in entries):
        entries.insert(0, {"name": "all"})
    for entry in entries:
        name = str(entry.get("name", ""))
        plain = name.lstrip("!")
        if plain != "all" and plain not in known:
            raise UnknownCheck(f"There is no check '{plain}' here. Known are: all, {', '.join(sorted(known))}.")
        severity = entry.get("severity")
        if severity not in (None, "block", "warn"):
            raise UnknownCheck(f"The severity of check '{plain}' is '{severity}'; it can be 'block' or 'warn'.")
        if plain == "all":
            chosen.update({key: replace(one, severity=severity or one.severity) for key, one in known.items()})
        elif name.startswith("!"):
            chosen.pop(plain, None)
        else:
            chosen[plain] = replace(known[plain], severity=severity or known[plain].severity)
    return list(chosen.values())


def run_checks(checks: Iterable[Check], context: Context) -> list[CheckResult]:
    """Run checks one after the other. What the device refuses is a finding of that check; a lost session is raised."""
    return [_run(one, context) for one in checks]


def _run(one: Check, context: Context) -> CheckResult:
    try:
        finding = one.function(context)
    except (DeviceError, NoPrompt) as error:
        words = getattr(error, "words", str(error))
        finding = failed(f"it could not be told: {error}", words)
    except PcliError as error:
        if error.connection:
            raise
        finding = failed(f"it could not be told: {error}")
    reason = finding.reason[:1].upper() + finding.reason[1:]
    return CheckResult(one.name, context.target, finding.state, one.severity, reason, finding.evidence)


def table(results: Sequence[CheckResult]) -> list[str]:
    """For a terminal: a row for each check that fails or warns, and a count of the others."""
    shown = [one for one in results if one.state in ("fail", "warn")]
    rest = {state: sum(one.state == state for one in results) for state in ("pass", "skipped")}
    width = max((len(one.name) for one in shown), default=0)
    lines = [f"{one.state.upper():<5} {one.name:<{width}}  {one.target}: {one.reason}" for one in shown]
    return [*lines, f"{rest['pass']} passed, {rest['skipped']} skipped, {len(shown)} to look at"]

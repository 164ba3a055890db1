# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry of checks. A check registers itself where it is defined; nothing else keeps a list of them.

To add a check: write a function in the file of its family (or in a new file that ``checks.families`` imports), decorate
it with :func:`check`, and add a scenario in which it fires and one in which it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from ..clock import Clock
from ..pcli.waiting import Steps, Waiting
from .check_context import CheckContext
from .parameters import REQUIRED, BadParameter, Parameter, Times
from .unknown_check import UnknownCheck

STAGES = ("pre", "post")
KINDS = ("conductor", "router")
PER = ("node", "router", "authority")


@dataclass(frozen=True)
class CheckResult:
    """The result of one check on one target. ``state``: pass, warn, fail or skipped; ``reason`` is one sentence."""

    name: str
    target: str
    state: str
    severity: str
    reason: str
    evidence: str = ""
    #: True if it may pass by itself, so that it is waited for while there is time.
    pending: bool = False
    #: True if the check could not be made: what it says is about the answer, and no fault of the target.
    undetermined: bool = False
    #: True if it would stop the operation, and only what an earlier run began and what is resumed explains it.
    excused: bool = False

    @property
    def blocks(self) -> bool:
        """True if it stops the operation or the run that follows."""
        return self.state == "fail" and self.severity == "block"

    @property
    def waits(self) -> bool:
        """True if it is worth waiting for in a check that stops the run."""
        return self.pending and self.severity == "block"

    def as_data(self) -> dict:
        """Plain data, for Ansible."""
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """What a check function returns: the framework adds its name, target and severity."""

    state: str
    reason: str
    evidence: str = ""
    pending: bool = False
    undetermined: bool = False
    excused: bool = False


def passed(reason: str, evidence: str = "") -> Finding:
    """The check holds."""
    return Finding("pass", reason, evidence)


def warned(reason: str, evidence: str = "", *, pending: bool = False, undetermined: bool = False) -> Finding:
    """Worth knowing, but stops nothing. ``pending``: it may pass by itself, and is waited for while there is time.

    ``undetermined``: the check could not be made.
    """
    return Finding("warn", reason, evidence, pending, undetermined)


def failed(reason: str, evidence: str = "", *, undetermined: bool = False) -> Finding:
    """The check does not hold, or could not be made; this stops the run if the severity is ``block``."""
    return Finding("fail", reason, evidence, undetermined=undetermined)


def skipped(reason: str, evidence: str = "") -> Finding:
    """The check does not apply to the target, or cannot be made on this release."""
    return Finding("skipped", reason, evidence)


@dataclass(frozen=True)
class Check:
    """A named check. ``stages``: before (``pre``) or after (``post``) an operation, or both.

    ``applies``: to conductors, to routers, or to both. ``per``: made for each node, for each router, or once for the
    authority. ``since``: the release of the conductor below which it cannot be made. ``probes_target``: the target
    itself must answer, so the check is skipped where it is disconnected. ``unknown_targets``: made for names that the
    conductor does not know, too. ``prefetch``: run once with all contexts before the first, where the check waits, or
    where asking several targets in parallel saves time. ``fails_in_restart``: it may fail only because a node of its
    target restarts, so it blocks nothing where an operation of ours explains that. ``given``: the values of the user's
    parameters.
    """

    name: str
    description: str
    severity: str
    stages: tuple[str, ...]
    function: Callable[..., Finding] = field(repr=False)
    applies: tuple[str, ...] = KINDS
    per: str = "node"
    since: tuple[int, int, int] | None = None
    probes_target: bool = False
    unknown_targets: bool = False
    fails_in_restart: bool = False
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    prefetch: Callable[[Sequence[CheckContext], Waiting], Steps[None]] | None = field(default=None, repr=False)
    given: Mapping[str, object] = field(default_factory=dict)

    @property
    def incomplete(self) -> list[str]:
        """The required parameters that are not set."""
        required = [name for name, parameter in self.parameters.items() if parameter.default is REQUIRED]
        return [name for name in required if self.given.get(name) is None]


CHECKS: dict[str, Check] = {}


def check(
    name: str, description: str, *, severity: str = "block", stages: tuple[str, ...] = STAGES, **more: object
) -> Callable:
    """Register the decorated function as a check; ``more``: the other fields of :class:`Check`."""

    def register(function: Callable[..., Finding]) -> Callable[..., Finding]:
        CHECKS[name] = Check(name, description, severity, stages, function, **more)
        return function

    return register


# -- selection ----------------------------------------------------------------------------------------------------


def select(wanted: Sequence[str | dict], stage: str, now: datetime | None = None) -> list[Check]:
    """The checks that a user's list selects: names, ``all``, ``!name``, or mappings with ``name``.

    A mapping may hold ``severity`` and the parameters of that check. ``all`` leaves out checks with a required
    parameter. ``now``: what times are relative to. Raises UnknownCheck with the known names.
    """
    known = {name: known_check for name, known_check in CHECKS.items() if stage in known_check.stages}
    chosen: dict[str, Check] = {}
    for entry in _entries(wanted):
        name = str(entry.pop("name", ""))
        plain = name.lstrip("!")
        if plain != "all" and plain not in known:
            raise UnknownCheck(f"There is no check '{plain}'. Known are: all, {', '.join(sorted(known))}.")
        severity = entry.pop("severity", None)
        if severity not in (None, "block", "warn"):
            raise UnknownCheck(f"The severity of check '{plain}' is '{severity}'; it can be 'block' or 'warn'.")
        if name.startswith("!"):
            chosen.pop(plain, None)
        elif plain == "all":
            _parameters("all", {}, entry, now)
            candidates = [_with_options(known_check, severity, {}) for known_check in known.values()]
            chosen.update({candidate.name: candidate for candidate in candidates if not candidate.incomplete})
        else:
            given = _parameters(plain, known[plain].parameters, entry, now)
            candidate = _with_options(known[plain], severity, given)
            if not set(candidate.incomplete) <= set(given):
                raise UnknownCheck(
                    f"The check '{plain}' needs {', '.join(candidate.incomplete)}: give a mapping of 'name' and that."
                )
            chosen.pop(plain, None)
            if not candidate.incomplete:  # a required parameter that is set to none turns the check off
                chosen[plain] = candidate
    return list(chosen.values())


def _entries(wanted: Sequence[str | dict]) -> list[dict]:
    """The user's list as mappings. A list that is empty, or only leaves out checks, begins with all of them."""
    for entry in wanted:
        if not isinstance(entry, (str, dict)):
            raise UnknownCheck(f"{entry!r} names no check. Give a name, or a mapping of 'name' and 'severity'.")
    entries = [{"name": entry} if isinstance(entry, str) else dict(entry) for entry in wanted] or [{"name": "all"}]
    if all(str(entry.get("name", "")).startswith("!") for entry in entries):
        entries.insert(0, {"name": "all"})
    return entries


def _with_options(known_check: Check, severity: str | None, given: Mapping[str, object]) -> Check:
    return replace(known_check, severity=severity or known_check.severity, given=given)


def _parameters(
    name: str, known: Mapping[str, Parameter], given: Mapping[str, object], now: datetime | None
) -> dict[str, object]:
    unknown = sorted(str(key) for key in given if key not in known)
    if unknown:
        raise UnknownCheck(
            f"The check '{name}' takes no '{unknown[0]}'. It takes: {', '.join(['name', 'severity', *known])}."
        )
    times = Times(now or Clock().wall(), given.get("time_zone"))
    try:
        return {key: known[key].read(value, f"The {key} of check '{name}'", times) for key, value in given.items()}
    except BadParameter as error:
        raise UnknownCheck(str(error)) from error


def documentation(stage: str) -> list[str]:
    """The checks of a stage as lines for the option ``checks`` of a module, with their parameters."""
    lines = []
    for name, known in sorted(CHECKS.items()):
        if stage in known.stages:
            lines.append(f"V({name}) - {known.description}")
            lines += [f"V({name}) takes V({key}), {parameter.about}" for key, parameter in known.parameters.items()]
    return lines


# -- for a terminal ---------------------------------------------------------------------------------------------------

#: Rows of a table: a thousand routers with the same problem are read in the result, not on a screen.
MOST_ROWS = 60
#: Targets that a row names, where several have the same to say.
_NAMED = 5


def table(results: Sequence[CheckResult], most: int = MOST_ROWS) -> list[str]:
    """For a terminal: a row for each check that fails or warns, failures first, and a count of the results.

    Targets for which a check says the same share its row: a fleet often has one reason for hundreds of routers.
    """
    rows: dict[tuple[str, str, str], list[str]] = {}
    for state in ("fail", "warn"):
        for result in results:
            if result.state == state:
                rows.setdefault((state, result.name, result.reason), []).append(result.target)
    shown = list(rows.items())[:most]
    width = max((len(name) for (_state, name, _reason), _targets in shown), default=0)
    lines = [
        f"{state.upper():<5} {name:<{width}}  {_targets_of(targets)}: {reason}"
        for (state, name, reason), targets in shown
    ]
    if hidden := sum(map(len, rows.values())) - sum(len(targets) for _row, targets in shown):
        lines.append(f"\u2026 and {hidden} more, see the result")
    return [*lines, _counted(results)]


def _targets_of(targets: Sequence[str]) -> str:
    more = f" and {len(targets) - _NAMED} more" if len(targets) > _NAMED else ""
    return ", ".join(targets[:_NAMED]) + more


def _counted(results: Sequence[CheckResult]) -> str:
    passed, skipped, warned, failed = (
        sum(result.state == state for result in results) for state in ("pass", "skipped", "warn", "fail")
    )
    return f"{passed} passed, {skipped} skipped, {warned} warned, {failed} failed"

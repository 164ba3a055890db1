# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a release onto one node and see it arrive. Downloads disturb nobody: one follows the other."""

from __future__ import annotations

from dataclasses import replace

from ..clock import spoken, stamp
from ..conductor import NotOffered, Request
from ..pcli.errors import DeviceError, NoPrompt
from ..pcli.session import Pending
from ..software import report
from ..software.versions import Version, satisfies, try_parse
from .engine import Abandoned, Engine
from .journal import JournalError
from .verdicts import NodeResult, Step


def _holds(texts: list[str], wanted: Version) -> bool:
    """Is the wanted version among these? A list may show less of a version than the wish holds."""
    return any(one and satisfies(one, wanted) is not False for one in map(try_parse, texts))


def stage_node(
    engine: Engine, request: Request, timeout: float, installation_service: bool, check_mode: bool
) -> NodeResult:
    """Download a version to one node, unless it runs it or has it. Raises the errors of the session."""
    conductor, wanted = engine.conductor, try_parse(request.version)
    place = (request.router, request.node)
    running = _running(engine, place)
    result = NodeResult(*place, to_version=request.version, from_version=running, running_version=running)
    if running and satisfies(try_parse(running), wanted):
        result.state, result.reason = "up_to_date", f"runs {running} already"
        return result
    if place == conductor.here() and _holds(conductor.downloaded(), wanted):
        result.state, result.reason = "up_to_date", f"{request.version} is on the node already"
        return result
    if check_mode:
        result.state, result.reason = "planned", f"would download {request.version}"
        return result
    _with_installer(engine, request, result, installation_service)
    before = _told(engine, place)
    try:
        command = conductor.command_for(request)
        record = engine.journal.intend(*place, "download", command, (running, request.version))
        pending = conductor.send(request)
    except (NotOffered, DeviceError, JournalError) as error:
        result.reason = f"nothing was sent: {error}"
        return result
    result.command, result.started, result.accepted = command, stamp(engine.clock.wall()), True
    engine.tell(f"{place[1]}: sent: {command}")
    _follow(engine, pending, result, wanted, before, timeout)
    result.ended = stamp(engine.clock.wall())
    engine.journal.outcome(record, result.state, result.reason)
    return result


def _running(engine: Engine, place: tuple[str, str]) -> str | None:
    conductor = engine.conductor
    if place == conductor.here():
        own = conductor.own_version()
        return own.text if own else None
    return next((one.version_text for one in conductor.assets() if (one.router, one.node) == place), None)


def _told(engine: Engine, place: tuple[str, str]) -> list[str]:
    where = place if engine.conductor.release().at_least(6, 3, 0) else ()
    return report.told(engine.conductor.status("download", *where))


def _with_installer(engine: Engine, request: Request, result: NodeResult, wanted: bool) -> NodeResult:
    """Upgrade the installer first, which release notes ask of offline conductors from 6.3.x to 6.3.y."""
    if wanted:
        try:
            pending = engine.conductor.send(replace(request, operation="installer", cohort_id=None))
            engine.tell(f"{result.node}: sent: {pending.command}")
            words = engine.conductor.session.result(_waited(engine, pending)).text
            result.steps.append(Step(stamp(engine.clock.wall()), pending.command, words))
        except NotOffered as error:
            result.warnings.append(str(error))
    return result


def _waited(engine: Engine, pending: Pending) -> Pending:
    limit = engine.limits.upgrade_timeout
    if not engine.conductor.session.wait(pending, limit):
        raise NoPrompt(
            f"'{pending.command}' has not come back within {spoken(limit)}. It may still be running: look at the node, "
            "then run again."
        )
    return pending


def _follow(engine: Engine, pending, result: NodeResult, wanted: Version, before: list[str], timeout: float) -> None:
    """Wait for the version to be on the node; refusals and failures in words end it, silence ends in ``unknown``."""
    conductor, clock = engine.conductor, engine.clock
    place = (result.router, result.node)
    deadline, pause, last = clock.now() + timeout, engine.limits.poll_min, None
    session = conductor.session
    session.wait(pending, engine.limits.poll_min)
    while True:
        if pending.over and pending.error is None and pending.reply.error:
            result.state = "failed"
            result.reason = f"the conductor refused: {pending.reply.error}"
            result.accepted = False
            return
        fresh = report.since(before, _told(engine, place))
        named = [line for line in fresh if result.node in line or str(wanted.release) in line] or fresh
        hint = report.hint(named)
        if fresh and fresh != last:
            last = fresh
            result.steps.append(Step(stamp(clock.wall()), "download", "\n".join(fresh)))
            engine.tell(f"{result.node}: {named[-1]}")
        if (place == conductor.here() and _holds(conductor.downloaded(), wanted)) or hint == "ended":
            result.state, result.reason = "done", f"{result.to_version} is on the node"
            return
        if hint == "failed":
            result.state, result.reason = "failed", f"the download failed: {'; '.join(named)}"
            return
        if clock.now() >= deadline:
            result.state = "unknown"
            result.reason = (
                f"{result.to_version} is not seen on the node after {spoken(timeout)}; last: {last or 'nothing'}"
            )
            return
        if not engine.alive():
            raise Abandoned("Nobody waits for this task any more. The download goes on.")
        clock.sleep(pause)
        session.poll(pending)
        pause = min(engine.limits.poll_max, pause * 1.3)

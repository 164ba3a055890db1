# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock, and times as text. Code that waits or compares times gets a clock, so that tests run in virtual time."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import time
from datetime import datetime, timedelta, timezone


@functools.lru_cache(maxsize=1)
def boot_of_machine() -> str | None:
    """Which boot of this machine it is: as long as it is the same, so is what ``now`` counts from. None: not known."""
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id", encoding="ascii") as stream:
        return stream.read().strip() or None
    return None


def process_age(pid: int) -> float:
    """For how many seconds a process of this machine has been running; 0 where that cannot be learned."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stream:
            ticks = int(stream.read().rpartition(")")[2].split()[19])  # starttime: since the system was booted
        with open("/proc/uptime", encoding="ascii") as stream:
            return max(0.0, float(stream.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK"))
    return _age_from_ps(pid)


def process_name(pid: int) -> str:
    """Which process of this machine this is: its number, and when it began, so that a number used again is another."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stream:
            begun = stream.read().rpartition(")")[2].split()[19]  # starttime: ticks since the system was booted
    except (OSError, IndexError):
        begun = ""  # not Linux
    return f"{pid}-{begun}"


def process_space() -> str:
    """Within which space the numbers of processes are told apart: each container has its own. Empty: not known."""
    try:
        return os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return ""  # not Linux


def process_began(pid: int, now: datetime) -> datetime:
    """When a process of this machine has begun; ``now`` where that cannot be learned."""
    return now - timedelta(seconds=process_age(pid))


def _age_from_ps(pid: int) -> float:
    """The same where there is no /proc: ``ps`` prints days, hours, minutes and seconds as 1-02:03:04."""
    with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
        command = ["ps", "-o", "etime=", "-p", str(pid)]
        printed = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
        days, _dash, rest = printed.rpartition("-")
        seconds = 0
        for part in rest.split(":"):
            seconds = seconds * 60 + int(part)
        return float(int(days or 0) * 86400 + seconds)
    return 0.0


class Clock:
    """The controller's own clock."""

    def now(self) -> float:
        """Seconds that never go backwards, for deadlines and durations."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The current date and time, aware, in UTC, for records."""
        return datetime.now(timezone.utc)

    def stamp(self) -> str:
        """The current date and time as text, for records: see :func:`format_timestamp`."""
        return format_timestamp(self.wall())

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))


def format_timestamp(moment: datetime) -> str:
    """A point in time as written to results and records: ISO 8601 to the second, in UTC.

    A time without a zone is the local time of a device in an unknown zone; it stays as it is.
    """
    if moment.tzinfo is None:
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_record_timestamp(text: str) -> datetime:
    """The time that :func:`format_timestamp` wrote. Raises ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def format_duration(seconds: float) -> str:
    """A duration for people: ``42 s``, ``6 min 05 s``, ``2 h 10 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


#: How a user writes that there is no time, and no limit.
NO_LIMIT = "none"


def parse_timestamp(text: object, field: str) -> datetime:
    """An aware point in time. Raises ValueError with a clear message for anything but ISO 8601 with a zone."""
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(str(text).strip().replace("Z", "+00:00"))
        if moment.tzinfo is not None:
            return moment
    raise ValueError(
        f"{field} is '{text}'. Give a date and a time with a zone, such as 2026-03-02T04:30:00+01:00 or "
        "2026-03-02T03:30:00Z. Nothing was sent."
    )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of the SSR software: every spelling that the vendor uses, their order, and what a requested version matches.

Spellings (upgrade_ibu_conductor, upgrade_restricted_access, cc_fips, the release notes and the REST interface):
`6.3.0-107.r1.el7`, `128T-6.2.3-14.r2.el7 (package based)`, `SSR-7.1.0-50`, `6.3.6-1`, `6.2.5-5r2`, `7.0.5-7-lts`,
`6.1.10-8.lts.el7`, `4.1.1-1.el7.centos`, `SSR-7.1.5-r2` (a milestone and no build), `4.4.0-0.202004021313.release.el7`
(a build that is named by its time), and the names of image files.

Two versions can be the same in three strengths, and each is a function of its own: :func:`patch_equal` (what the vendor
compares a router with its conductor by), :func:`build_equal` (whether there is anything to do: two builds of
one patch were published, such as 7.0.5-7 and 7.0.5-14), and :func:`package_equal`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering

ACCEPTED = (
    "a release such as 6.3.5, a build such as 6.3.5-37, or a full version such as 6.3.5-37.r1.el7 or SSR-7.1.0-50 "
    "(letters, digits, '.', '-' and '_' only)"
)

_VERSION = re.compile(
    r"(?:(?P<package>SSR|128T)[-_ ])?"
    r"v?(?P<major>[0-9]{1,4})\.(?P<minor>[0-9]{1,4})(?:\.(?P<patch>[0-9]{1,6}))?"
    r"(?:-(?P<build>[0-9]{1,9})(?:r(?P<rebuild>[0-9]{1,6}))?)?"
    r"(?P<rest>(?:[.\-_+~][A-Za-z0-9]+)*)",
    re.IGNORECASE,
)
_INSTALL_TYPE = re.compile(r"\s*\(\s*(?P<type>[A-Za-z]+)[ -]?based\s*\)\s*\Z", re.IGNORECASE)
_REQUESTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_REBUILD = re.compile(r"(r?)([0-9]{1,6})\Z", re.IGNORECASE)
# 20200402, 202004021313 or 20200326163206: the time of a build that has no number of its own.
_STAMP = re.compile(r"20[0-9]{6}(?:[0-9]{4}|[0-9]{6})?\Z")
_DISTRIBUTION = re.compile(r"el[0-9]+\Z", re.IGNORECASE)
#: A fleet runs a handful of versions, and each poll reads the text of every node.
_KEPT = 1024
_PRERELEASE = re.compile(r"(snapshot|alpha|beta|rc|dev|pre)([0-9]*)\Z", re.IGNORECASE)
_CHANNELS = frozenset(("lts", "sts"))
# An SSR400 or SSR440 is aarch64, all others are x86_64 (upgrade_ssr_4x0_manual). An underscore parts a name here.
_MACHINES = {"aarch64": "aarch64", "arm64": "aarch64", "x86": "x86_64"}
# Parts of package and file names that say nothing about the version.
_IGNORED = re.compile(
    r"centos|x86|64|aarch64|arm64|noarch|otp|ibu|v[0-9]+|release|iso|tar|gz|rpm|sha256sum|asc", re.IGNORECASE
)


@total_ordering
@dataclass(frozen=True, eq=False)
class Version:
    """A version, in its parts. A part that the text does not show is None.

    `build` and `rebuild` are 107 and 1 in `6.3.0-107.r1.el7`; `stamp` is the time in `4.4.0-0.202004021313`. The
    milestone (`rebuild`, or `channel`: `lts`, `sts`), `distribution` (`el7`), `machine` and the package's name say
    where a version comes from and never decide the order. `prerelease` does (`3.0.1-snapshot1` comes before `3.0.1`).
    Equal are two versions of the same build.
    """

    major: int
    minor: int
    patch: int | None = None
    build: int | None = None
    rebuild: int | None = None
    channel: str | None = None
    distribution: str | None = None
    prerelease: str | None = None
    text: str = ""
    stamp: int | None = None
    machine: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What versions are ordered and compared by. A missing part comes before any number."""
        final = (1, "", 0) if self.prerelease is None else (0, *_split_number(self.prerelease))
        return (self.major, self.minor, _low(self.patch), final, _low(self.build), _low(self.stamp))

    @property
    def milestone(self) -> str | None:
        """`r1`, `sts`, `lts` or `snapshot1`, as the vendor calls the stage of a patch; None where it is not shown."""
        return self.channel or self.prerelease or (None if self.rebuild is None else f"r{self.rebuild}")

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self.key < other.key if isinstance(other, Version) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.text

    @property
    def release(self) -> str:
        """The release without its build: `6.3.5`."""
        parts = (self.major, self.minor, self.patch)
        return ".".join(str(part) for part in parts if part is not None)

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Major, minor and patch, with 0 for a patch that the text does not show."""
        return (self.major, self.minor, self.patch or 0)

    def at_least(self, major: int, minor: int = 0, patch: int = 0) -> bool:
        """Whether this is the given release or a later one, whatever its build."""
        return self.numbers >= (major, minor, patch)


def _low(part: int | None) -> int:
    return -1 if part is None else part


def _split_number(text: str) -> tuple[str, int]:
    name = text.rstrip("0123456789")
    return (name, int(text[len(name) :] or 0))


def parse(text: str) -> Version:
    """Read a version in any spelling of the vendor. ValueError names what is accepted."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a version text; write it in quotes. Accepted: {ACCEPTED}.")
    return _parse(text)


@lru_cache(maxsize=_KEPT)
def _parse(text: str) -> Version:
    shown = text.strip()
    match = _VERSION.fullmatch(_INSTALL_TYPE.sub("", shown))
    if match is None:
        raise ValueError(f"{text!r} is not an SSR version. Accepted: {ACCEPTED}.")
    build = match["build"]
    parts = _read_rest(match["rest"], match["rebuild"], build is not None)
    if parts is None:
        raise ValueError(f"{text!r} is not an SSR version that can be compared. Accepted: {ACCEPTED}.")
    return Version(
        major=int(match["major"]),
        minor=int(match["minor"]),
        patch=None if match["patch"] is None else int(match["patch"]),
        build=None if build is None else int(build),
        text=shown,
        **parts,
    )


def _read_rest(rest: str, rebuild: str | None, has_build: bool) -> dict[str, object] | None:
    """The parts behind the build. None if a number is left that would make two builds look alike."""
    parts: dict[str, object] = {"rebuild": None if rebuild is None else int(rebuild)}
    for token in re.split(r"[.\-_+~]", rest):
        low = token.lower()
        number = _REBUILD.match(low)
        prerelease = _PRERELEASE.match(low)
        if low in _MACHINES:
            parts["machine"] = _MACHINES[low]
        if not low or _IGNORED.fullmatch(low):
            continue
        if has_build and _STAMP.match(low) and "stamp" not in parts:
            parts["stamp"] = int(low.ljust(14, "0"))  # a day, a minute or a second
        elif number:
            # A milestone may stand without a build (SSR-7.1.5-r2), a number without one names nothing.
            if parts["rebuild"] is not None or not (has_build or number[1]):
                return None
            parts["rebuild"] = int(number[2])
        elif prerelease:
            parts["prerelease"] = low
        elif _DISTRIBUTION.match(low):
            parts["distribution"] = low
        elif has_build or low in _CHANNELS:
            parts.setdefault("channel", low)
        else:
            return None
    return parts


def try_parse(text: str | None) -> Version | None:
    """The version that `text` names, or None (`none`, `unknown`, an empty cell)."""
    try:
        return parse(text) if text else None
    except ValueError:
        return None


@lru_cache(maxsize=_KEPT)
def spelled(text: str | None) -> str:
    """The one spelling of a version in texts for people: `6.3.5-39.r1` for `SSR-6.3.5-39.r1` and `6.3.5-39.r1.el7`.

    A node prints the distribution, the conductor offers a release with the name of its package; both are one release.
    Results, commands and what the conductor says keep the spelling of the device. What is no version stays as it is.
    """
    if not text or try_parse(text) is None:
        return text or ""
    bare = _INSTALL_TYPE.sub("", text.strip())
    bare = re.sub(r"\A(?:SSR|128T)[-_ ]", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\.el[0-9]+(?:\.centos)?(?:[._](?:x86_64|aarch64))?\Z", "", bare, flags=re.IGNORECASE)
    return re.sub(r"(-[0-9]+)(r[0-9]+)\Z", r"\1.\2", bare)


def install_type_of(text: str) -> str | None:
    """`image` or `package` where a version text says so, as in `128T-6.2.3-14.r2.el7 (package based)`."""
    match = _INSTALL_TYPE.search(text)
    kind = match["type"].lower() if match else ""
    return kind if kind in ("image", "package") else None


def satisfies(running: Version, requested: Version) -> bool | None:
    """Whether `running` is what was requested: every part of the requested version must be equal.

    None if `running` does not show one of these parts (6.3.5 if 6.3.5-37 was requested).
    """
    if (running.major, running.minor) != (requested.major, requested.minor):
        return False
    incomplete = False
    for name in ("patch", "build", "stamp", "rebuild"):
        wanted, shown = getattr(requested, name), getattr(running, name)
        if wanted is None:
            continue
        if shown is None:
            incomplete = True
        elif shown != wanted:
            return False
    # A snapshot of a release is not that release. The channel is only a label, and most spellings leave it out.
    if running.prerelease != requested.prerelease:
        return False
    if requested.channel and running.channel and requested.channel != running.channel:
        return False
    return None if incomplete else True


def patch_equal(first: Version, second: Version) -> bool:
    """The same major.minor.patch, whatever the build. A text that shows no patch (`3.1`) stands for each of them."""
    if (first.major, first.minor) != (second.major, second.minor):
        return False
    return first.patch is None or second.patch is None or first.patch == second.patch


def build_equal(first: Version, second: Version) -> bool | None:
    """The same build of the same patch. None where one of them does not show its patch or its build."""
    if not patch_equal(first, second) or first.prerelease != second.prerelease:
        return False
    parts = [(first.patch, second.patch), (first.build, second.build), (first.stamp, second.stamp)]
    if any(None not in pair and pair[0] != pair[1] for pair in parts):
        return False
    return None if None in (*parts[0], *parts[1]) else first.stamp == second.stamp


def package_equal(first: Version, second: Version) -> bool | None:
    """The same build and milestone, whatever the distribution and the machine. None where one shows too little."""
    same = build_equal(first, second)
    stages = {version.milestone for version in (first, second)} - {None}
    if same is False or len(stages) > 1:
        return False
    return same if first.milestone == second.milestone else None


def fits(running: Version, requested: Version) -> bool:
    """Whether `running` may be the requested version as far as its build shows: some lists leave out the rebuild.

    Such as `SSR-7.1.0-50` if `7.1.0-50.r1.el9` was requested. A release without a build (`7.1.0`) is not enough.
    """
    satisfied = satisfies(running, requested)
    return satisfied is True or (satisfied is None and running.build is not None)


def parse_requested_version(text: str) -> Version:
    """Parse a version from a user, which needs at least three numbers. Raises ValueError with a sentence.

    `6.3` would be any 6.3.x, and which of them is meant is not guessed.
    """
    version = parse(check_version(text))
    if version.patch is None:
        raise ValueError(
            f"{text!r} names no release: give three numbers, such as {text}.5 for any build of it, or a full version "
            f"such as {text}.5-37.r1.el7."
        )
    return version


def check_version(text: str) -> str:
    """Return `text` if it may stand in a command line as a version. ValueError names what is accepted."""
    if not isinstance(text, str):
        raise ValueError(f"The version {text!r} is a {type(text).__name__}, not a text; write it in quotes: '6.3.5'.")
    if not _REQUESTED.fullmatch(text):
        raise ValueError(f"The version {text!r} cannot be used. Accepted: {ACCEPTED}.")
    parse(text)
    return text

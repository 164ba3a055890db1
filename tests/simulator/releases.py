# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSR releases as the simulated conductor knows them: spellings, order and generation.

Spellings come from the public pages: `6.3.0-107.r1.el7` (show assets), `128T-6.2.3-14.r2.el7 (package based)`
(show system version), `SSR-7.1.0-50` (show system software available).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_FORM = re.compile(r"^(\d+)\.(\d+)\.(\d+)(?:-(\d+))?(?:\.?r(\d+))?(?:\.(el\d+))?$")


@dataclass(frozen=True)
class Release:
    """One build. `name` is the spelling of `show assets`, `offered` that of `show system software available`."""

    name: str
    offered: str
    channel: str = "release"
    source: str = "artifactory"
    build_date: str = "2025-01-15T16:51:25Z"

    @cached_property
    def key(self) -> tuple[int, int, int, int, int]:
        match = _FORM.match(self.name)
        assert match, self.name
        return tuple(int(part or 0) for part in match.groups()[:5])  # type: ignore[return-value]

    @cached_property
    def patch(self) -> str:
        """`6.3.0` of `6.3.0-107.r1.el7`."""
        return ".".join(map(str, self.key[:3]))

    @cached_property
    def minor(self) -> str:
        return ".".join(map(str, self.key[:2]))

    @property
    def rebuild(self) -> str:
        """The Status column of `show system version`, e.g. `r2`; blank when the build has none."""
        return f"r{self.key[4]}" if self.key[4] else ""

    @cached_property
    def generation(self) -> str:
        if self.key[:2] < (6, 3):
            return "pre-6.3"
        return "6.3" if self.key[0] < 7 else "7.x"

    def package(self, install_type: str, form: str = "dotted") -> str:
        """Cell of `show system version`; the spelling for image-based nodes is a guess (not documented).

        `tight` writes `5r2` as the FIPS page of 6.2.5 does, `image` the name of a draft of upgrade_restricted_access.
        """
        if form == "image" and install_type == "image":
            return self.image
        prefix = "128T" if install_type == "package" else "SSR"
        name = re.sub(r"\.(r\d+)", r"\1", self.name) if form == "tight" else self.name
        return f"{prefix}-{name} ({install_type} based)"

    @property
    def image(self) -> str:
        """`SSR-6.3.0-107.r1.el7.x86_64.ibu-v1`, the line `SSR-IMG-release` of a draft."""
        return f"SSR-{self.name}.x86_64.ibu-v1"

    @property
    def without_rebuild(self) -> str:
        """`5.6.9-3.el7`, as some samples of `show assets` have it."""
        return re.sub(r"\.r\d+", "", self.name)

    def spellings(self, form: str = "dotted") -> set[str]:
        """What the request commands take for this build; the manual shows `6.3.6-1` and `SSR-7.0.1-1`.

        Also the name of its package in the form in which `show system version` prints it.
        """
        bare = re.sub(r"\.el\d+$", "", self.name)
        short = bare.partition(".r")[0]
        return {
            self.name,
            bare,
            f"SSR-{bare}",
            f"128T-{self.name}",
            f"SSR-{self.name}",
            self.offered,
            short,
            f"SSR-{short}",
            self.package("package", form).partition(" ")[0],
        }


def is_release(name: str) -> bool:
    """Whether this is the full name of a release."""
    return bool(_FORM.match(name))


def default_offered(name: str, spelling: str = "prefixed") -> str:
    """`SSR-7.1.0-50` for images (documented), `4.3.0-1.el7` as it stands for packages (documented).

    `full` writes every release as packages are, `short` images without the rebuild, as the only sample does.
    """
    match = _FORM.match(name)
    assert match, name
    if (int(match.group(1)), int(match.group(2))) < (6, 3):
        return name
    if spelling == "full":
        return name
    bare = re.sub(r"\.el\d+$", "", name)
    return "SSR-" + (bare.partition(".r")[0] if spelling == "short" else bare)

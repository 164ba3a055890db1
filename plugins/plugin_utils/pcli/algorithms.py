# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ciphers, MACs and key exchanges a connection offers, as ~/.ssh/config says. Pure."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from .errors import PcliError

#: The options of ssh_config, and the names that paramiko has for what they choose.
CHOOSE_ALGORITHMS = {"ciphers": "ciphers", "macs": "digests", "kexalgorithms": "kex"}


def offered(option: str, known: Sequence[str], patterns: str) -> list[str]:
    """Those of the ``known`` algorithms that ``patterns`` leave, in the order of the patterns.

    What begins with ``-`` is taken away, with ``^`` preferred. With ``+`` nothing is left out; more than the known ones
    there are not. Raises PcliError if nothing is left.
    """
    sign = patterns[0] if patterns[:1] in ("+", "-", "^") else ""
    named: list[str] = []
    for pattern in patterns.removeprefix(sign).split(","):
        named += [name for name in known if name not in named and fnmatch.fnmatchcase(name, pattern.strip())]
    others = [name for name in known if name not in named]
    left = {"+": list(known), "-": others, "^": [*named, *others]}.get(sign, named)
    if not left:
        raise PcliError(
            f"{option} '{patterns}' in the configuration of OpenSSH leaves none that this connection knows. It knows "
            f"{', '.join(known)}. Name one of them there, or set ansible_pcli_ssh_config to an empty text."
        )
    return left

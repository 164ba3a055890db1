# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks: the layout of 'show platform disk' is not documented, so several are read, and the rest tells nothing."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.disks import Disk, read_disks
from hypothesis import given
from hypothesis import strategies as st

# The frame of CLI-6.0 (memory and CPU are from there); the section about disks is a guess at one.
SECTIONS = """Mon 2017-02-27 16:00:20 EST

========================================================
 labsystem1
========================================================

------------------
 Memory Information
------------------
 Memory:

---------------
 CPU Information
---------------
 Type:            Pentium (Fill By OEM)
 Cores:           4

----------------
 Disk Information
----------------
 Mount:           /
 Size:            100 GB
 Used:            92%
 Mount:           /boot
 Size:            1 GB
 Free:            250 MB
"""

TABLE = """
============ ========= ======== ======== =======
 Node         Mount     Size     Avail    Use%
============ ========= ======== ======== =======
 labsystem1   /         100G     8G       92%
"""


def test_sections_of_a_node_are_read() -> None:
    assert read_disks(read(SECTIONS)) == [
        Disk("labsystem1", "/", 92.0, 8_000_000_000, 100_000_000_000),
        Disk("labsystem1", "/boot", 75.0, 250_000_000, 1_000_000_000),
    ]


def test_other_sections_are_no_disks() -> None:
    text = SECTIONS.replace(" Memory:\n", " Device: dimm0\n Used: 40%\n")
    assert [disk.mount for disk in read_disks(read(text))] == ["/", "/boot"]


def test_a_table_is_read() -> None:
    assert read_disks(read(TABLE)) == [Disk("labsystem1", "/", 92.0, 8 * 1024**3, 100 * 1024**3)]


def test_a_table_with_a_disk_whose_use_cannot_be_read_is_not_read() -> None:
    """It may be the full one."""
    whole = TABLE + " labsystem1   /data     100G              much\n"
    assert read_disks(read(whole)) is None
    assert len(read_disks(read(TABLE + " labsystem1   /proc     0G                -\n"))) == 1


def test_the_use_follows_from_what_is_free() -> None:
    (disk,) = read_disks(read(TABLE.replace("92%", "much")))
    assert disk.used == 92.0


@pytest.mark.parametrize("text", ["", "% Error: no such category", SECTIONS.partition(" Mount:")[0]])
def test_where_no_use_is_shown_nothing_is_known(text) -> None:
    assert read_disks(read(text)) is None


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text) -> None:
    assert read_disks(read(text)) is None or isinstance(read_disks(read(text)), list)

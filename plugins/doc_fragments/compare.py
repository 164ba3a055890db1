# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a router is compared with the time before, and how much of it may be lost."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  compare_areas:
    description:
      - The areas to compare, of V(versions), V(assets), V(services), V(alarms), V(connectivity), V(processes),
        V(primaries), V(peers), V(interfaces), V(bgp) and V(totals). All of them, when it is empty, as far as they were
        looked at before.
      - Name fewer where an area is known to tell too much, or to cost too much.
    type: list
    elements: str
    default: []
  compare_thresholds:
    description:
      - How much may be lost in an area, by its name, as a number (V(2)) or as a share of what was there before
        (V("10%")). Nothing may where nothing is said; V(versions) and V(totals) never count unless a threshold is set.
      - Set one for hubs, on which some peer paths are always about to change.
    type: dict
    default: {}
  compare_include:
    description:
      - Regular expressions. Only entries of which one matches the area and the entry's name, such as
        V(peers:.*hub), are compared. All, when it is empty.
      - Give it where only certain paths matter.
    type: list
    elements: str
    default: []
  compare_exclude:
    description:
      - Regular expressions. Entries of which one matches the area and the entry's name are not compared.
      - Give for instance V(peers:.*lab-) for paths that nobody relies on.
    type: list
    elements: str
    default: []
  compare_grace:
    description:
      - Seconds for which what is known to come back after a boot may be away, such as peer paths and the alarms about
        them. When not given, each has its own (300 for paths, sessions and connections; those of alarms are listed on
        the page Checks).
      - Raise it where paths take long to come up, lower it for rehearsals.
    type: float
"""

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
        V(primaries), V(peers), V(interfaces), V(bgp) and V(totals). If empty, all areas that were recorded before.
      - Name fewer if an area is known to be too noisy or too expensive.
    type: list
    elements: str
    default: []
  compare_thresholds:
    description:
      - How many entries of an area may regress, by the name of the area, as a number (V(2)) or as a share of what was
        there before (V("10%")). Without a threshold none may; V(versions) and V(totals) are only judged if a threshold
        is set.
      - Set one for hubs, where some peer paths are always changing.
    type: dict
    default: {}
  compare_include:
    description:
      - Regular expressions. Only entries whose area and name match one of them, such as V(peers:.*hub), are compared.
        If empty, all are.
      - Use it if only certain paths matter.
    type: list
    elements: str
    default: []
  compare_exclude:
    description:
      - Regular expressions. Entries whose area and name match one of them are not compared.
      - For instance V(peers:.*lab-), for paths that nobody relies on.
    type: list
    elements: str
    default: []
  compare_grace:
    description:
      - How long things that are known to recover after a boot, such as peer paths and their alarms, may be down, in
        seconds. If not set, each kind has its own grace period (300 for paths, sessions and connections; those of
        alarms are listed on the page Checks).
      - Raise it if paths take long to come up; lower it for rehearsals.
    type: float
"""

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option that names what an operation is done to."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  targets:
    description:
      - What the operation is done to, in this order. Each entry is the name of a router, which means all of its nodes,
        or a mapping with the keys V(router) and V(node), which means that node alone.
      - The names are those of the SSR, as C(show assets) prints them in the columns Router and Node. A conductor is
        named like any other router.
      - An empty list, a name that the conductor does not know, and a node that is named twice are errors, and nothing
        is sent.
      - Put names that look like numbers or booleans in quotes.
    type: list
    elements: raw
    required: true
"""

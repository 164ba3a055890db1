# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which conditions a person has lifted by name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  override:
    description:
      - Conditions that do not count for single routers, as a list of mappings with exactly the keys V(router),
        V(condition) and V(reason). Each names one router; patterns are not accepted.
      - V(peer_not_well) lets one node of a pair be handled although the other one is disconnected, not settled or bad.
        So a half-done pair with a dead node can be finished or reverted. Its router is dark while the node restarts.
      - V(peer_end_unknown) lets an operation count as ended that was begun at the other node by an earlier run, if its
        time is over and nothing shows that it runs. Use it with V(peer_not_well) for a node that died in its upgrade.
      - V(group_member_not_well) lets a router be handled although another one of its exclusive group is not well.
      - The checks V(pair_connected), V(pair_in_sync), V(same_install_type), V(mismatch_alarm), V(critical_alarms) and
        V(asset_errors) of M(sessionsmart.ssr.precheck) only warn about that router.
      - The result shows it, and so do the plan and the journal of an operation, with the reason and with the user who
        has started the task. Nothing else can be lifted; an operation that runs, a version that is not offered, and a
        changed candidate configuration always stop a router.
      - Give the checks before and after an operation the same as the operation itself.
    type: list
    elements: raw
"""

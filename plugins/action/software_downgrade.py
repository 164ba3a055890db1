# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take nodes to an older release: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.upgrade import UpgradeAction


class ActionModule(UpgradeAction):
    operation = "downgrade"

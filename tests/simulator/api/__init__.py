# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web interface of the simulated conductor: HTTPS, tokens, REST, GraphQL and the stream of events.

Written from what public code sends and public pages say, named in each file by their short names: BU
(majes-git/t128-bulk-upgrade), SCR (majes-git/128t-scripts), SC (128technology/stage_check), MCP (laneshields/ssr-mcp),
SALT (128technology/salt-states), SWG (api_rest_4.2.0 of 128technology/docs). Where they leave a choice there is a habit
(habits/web.py); what none of them shows is invented, and README.md says so.
"""

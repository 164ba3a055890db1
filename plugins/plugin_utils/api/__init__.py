# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web API of a conductor as a second witness. It is only read, but for an export of the configuration.

Which calls there are, and what their answers look like, is known from public code and a few pages of the vendor; no
schema is published. So fields are asked for only where introspection shows them, and what is missing is *not known*.
"""

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the report of a run is written."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  report:
    description:
      - A folder on the controller for the report of the run. While the task runs, and at its end, C(report.json),
        C(report.html), C(report.md) and C(junit.xml) are written there, and a case file for each router that comes to a
        bad end. C(index.html) in the folder above has a line for each run. See
        L(Reports,https://github.com/sessionsmart/sessionsmart.ssr/blob/main/docs/reports.md).
      - Tasks of one C(ansible-playbook) that name the same folder write one report. If another run has left its report
        there, a folder with a number behind its name is used.
      - The files are written at most every ten seconds. What cannot be written is a warning, and stops nothing.
        In check mode nothing is written.
      - Set it to a folder of its own for each run, such as C(reports/{{ run_id }}). If not set or empty, no report is
        written.
    type: path
"""

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at a conductor without changing anything: the behaviour of the module of the same name."""

from __future__ import annotations

import json
import os
import re

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.schema import LONG, SHORT
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.files import prepare_folder, replace_file
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe import bundle, report
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.known import (
    tell_what_is_known,
    version_of_collection,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.looking import MOST_ROUTERS, Look, Probe
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import Scrubber
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused, check_word

_FILES = "the report, the suggested settings, and the bundle"


class ActionModule(PcliAction):
    def act(self, args):
        routers = tuple(dict.fromkeys(check_word(router, "routers") for router in args["routers"]))
        if len(routers) > MOST_ROUTERS:
            raise BadInput(f"routers has {len(routers)} names. Give at most {MOST_ROUTERS}. Nothing was sent.")
        made = self.clock.stamp()
        folder = self._folder(args["dest"], made)
        probe = Probe(
            self.clock,
            Look(routers, args["looks"], args["look_interval"], args["command_timeout"], (LONG, SHORT), self.tell),
        )
        asked = [self.conductor]
        self._ask(probe, self.conductor)
        for host in args["other_nodes"]:
            try:
                other = self.conductor_of(host)
                asked.append(other)
                self._ask(probe, other)
            except (PcliError, NameRefused) as error:
                self.warn(f"{host} was not asked: {error}")
        unsent = probe.about_unsent()
        if unsent:
            self.warn(unsent)
        scrubber = Scrubber()
        probe.learn_nodes(scrubber)
        tell_what_is_known(scrubber, [node.session for node in asked], self._vars.get("groups") or {})
        probe.learn_answers(scrubber)
        rows, files = self._write(folder, made, probe, scrubber)
        counts = report.counts(rows)
        numbers = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        return {
            "changed": False,
            "folder": folder,
            "files": sorted(files),
            "rows": rows,
            "counts": counts,
            "table": report.table(rows),
            "commands": sorted({row.command for row in probe.rows if row.command}),
            "msg": " ".join(filter(None, (f"{numbers}.", unsent, f"{folder} has {_FILES}."))),
        }

    def _folder(self, dest, made):
        """The folder of this probe, proven to be writable before anything is asked."""
        folder = dest or os.path.join("~", "sessionsmart", "reports", f"ssr-probe-{re.sub(r'[-:]', '', made)}")
        folder = os.path.abspath(os.path.expanduser(folder))
        try:
            prepare_folder(folder)
        except OSError as error:
            raise BadInput(f"dest {folder} cannot be written: {error.strerror or error}. Nothing was sent.") from error
        return folder

    def _ask(self, probe, conductor):
        """One node of the conductor. Names of routers are those of its list of assets."""
        conductor.require_first_node()
        node_id = conductor.local_node()
        self.tell(f"asking {node_id.node}: only what shows something is sent")
        probe.ask(conductor.session, node_id, conductor.web.look)
        if node_id in probe.broken_off:
            self.warn(
                f"{node_id} was not asked to the end: {probe.broken_off[node_id]} The files hold what it had answered."
            )

    @staticmethod
    def _write(folder, made, probe, scrubber):
        """Write the files. Returns the rows of the report, without names, and the names of the files."""
        lines = probe.report(scrubber)
        rows = [line.as_data(scrubber.clean) for line in lines]
        about = bundle.manifest(made, version_of_collection(), list(probe.nodes()), scrubber)
        files = {
            "probe.md": report.page(rows, about),
            "probe.json": json.dumps(rows, indent=2, ensure_ascii=False) + "\n",
            "probe_settings.yml": report.settings(lines),
            "bundle.zip": bundle.packed(about, bundle.as_lines(probe.rows, scrubber), rows),
        }
        files["names.json"] = json.dumps(scrubber.names.table(), indent=2, ensure_ascii=False) + "\n"
        try:
            for name, data in files.items():
                replace_file(os.path.join(folder, name), data)
        except OSError as error:
            raise BadInput(f"{folder} cannot be written: {error.strerror or error}. Make room first.") from error
        return rows, list(files)

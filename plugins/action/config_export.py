# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back up the running configuration: the behaviour of the module of the same name."""

from __future__ import annotations

import os

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils import backup
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.action_base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.files import check_folder


class ActionModule(PcliAction):
    def act(self, args):
        if args["name"] is not None:
            backup.check_name(args["name"], "name")
        if not args["methods"]:
            raise BadInput("methods is empty. Accepted: sftp, shell, text.")
        dest = os.path.abspath(os.path.expanduser(args["dest"]))
        check_folder(dest)
        if args["any_node"]:
            self.conductor.follow_fallback()
        router, node = self.conductor.here()
        moment = self.clock.wall().strftime("%Y%m%dT%H%M%SZ")
        name = (args["name"] or f"{router}-{node}-{moment}").removesuffix(".gz")
        facts = {"router": router, "node": node, "name": name, "not_in_export": list(backup.NOT_IN_EXPORT)}
        if self.check_mode:
            there = backup.exported_as(name, self.conductor.exports())
            return {**facts, "changed": not there, "msg": f"Check mode: would export {name} and save it in {dest}."}
        found = backup.save(self.conductor, name, dest, args["methods"], self._connection.sftp_login(), self.tell)
        result = {
            **facts,
            "changed": found.exported or found.saved,
            "name": found.name,
            "remote_path": found.remote_path,
            "path": found.path,
            "checksum": found.checksum,
            "size": found.size,
            "method": found.method,
            "restorable": found.restorable,
            "notes": list(found.notes),
        }
        if found.path is None:
            result["msg"] = (
                f"The configuration is exported on the conductor as {found.name}, but no copy could be brought to the "
                f"controller: {'; '.join(found.notes)}."
            )
            result["failed"] = args["require_copy"]
            if not args["require_copy"]:
                self.warn(result["msg"])
            return result
        kind = "restorable" if found.restorable else "NOT restorable: text for people, no conductor imports it"
        result["msg"] = f"Saved to {found.path} by {found.method} ({kind}; sha256 {found.checksum})."
        if not found.restorable:
            self.warn(result["msg"] + f" The export itself is still on the conductor as {found.name}.")
        return result

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back up the running configuration: the behaviour of the module of the same name."""

from __future__ import annotations

import os

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import backup
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.files import check_folder


class ActionModule(PcliAction):
    def act(self, args):
        dest = self._checked(args)
        if args["any_node"]:
            self.conductor.follow_fallback()
        router, node = self.conductor.local_node()
        name = (args["name"] or backup.generated_name(router, node, self.clock.wall())).removesuffix(".gz")
        facts = {"router": router, "node": node, "name": name, "not_in_export": list(backup.NOT_IN_EXPORT)}
        if self.check_mode:
            return self._forecast(args, dest, facts)
        saved = backup.save(self.conductor, name, dest, args["methods"], self.tell)
        facts["name"] = saved.name
        result = {
            **facts,
            "changed": saved.exported or saved.saved,
            "remote_path": saved.remote_path,
            "path": saved.path,
            "checksum": saved.checksum,
            "size": saved.size,
            "method": saved.method,
            "restorable": saved.restorable,
            "notes": list(saved.notes),
        }
        if saved.path is None:
            return {**result, **self._without_copy(saved, args["require_copy"])}
        pruned = self._prune(args, dest, facts, saved.name, os.path.basename(saved.path))
        result["notes"] += pruned.pop("notes", [])
        result.update(pruned, changed=result["changed"] or any(pruned["pruned"].values()))
        kind = "restorable" if saved.restorable else "NOT restorable: text for people, no conductor imports it"
        result["msg"] = f"Saved to {saved.path} by {saved.method} ({kind}; sha256 {saved.checksum})."
        if not saved.restorable:
            self.warn(result["msg"] + f" The export itself is still on the conductor as {saved.name}.")
        result["msg"] += _deleted(pruned, "are")
        return result

    def _forecast(self, args, dest, facts) -> dict:
        """What a run outside check mode would do."""
        name = facts["name"]
        exported = backup.exported_as(name, self.conductor.configuration.exports())
        ending = ".txt" if args["methods"][0] == "text" else ".gz"
        pruned = self._prune(args, dest, facts, name, f"{name}{ending}")
        msg = f"Check mode: would export {name} and save it in {dest}.{_deleted(pruned, 'would be')}"
        return {**facts, **pruned, "changed": not exported or any(pruned["pruned"].values()), "msg": msg}

    def _without_copy(self, saved, required) -> dict:
        """The part of the result that says that the export has no copy on the controller."""
        msg = (
            f"The configuration is exported on the conductor as {saved.name}, but no copy could be brought to the "
            f"controller: {'; '.join(saved.notes)}."
        )
        if not required:
            self.warn(msg)
        # No old backup goes before the new one is whole.
        return {"msg": msg, "failed": required, "pruned": {"exports": [], "copies": []}}

    @staticmethod
    def _checked(args) -> str:
        """The folder for copies, once the arguments make sense. Raises BadInput, NameRefused, FileProblem."""
        if args["name"] is not None:
            backup.check_name(args["name"], "name")
        if not args["methods"]:
            raise BadInput("methods is empty. Accepted: sftp, shell, api, text.")
        for option in ("keep_exports", "keep_copies"):
            if args[option] is not None and args[option] < 1:
                raise BadInput(f"{option} is {args[option]}, but the newest backup always stays. Give 1 or more.")
        dest = os.path.abspath(os.path.expanduser(args["dest"]))
        check_folder(dest)
        return dest

    def _prune(self, args, dest, facts, export, copy) -> dict:
        """Delete old backups where the user asks for it, and return the part of the result about them."""
        pruned = {"exports": backup.Pruned(), "copies": backup.Pruned()}
        node_id = (facts["router"], facts["node"])
        if args["keep_exports"] is not None:
            pruned["exports"] = backup.prune_exports(
                self.conductor, *node_id, args["keep_exports"], export, self.check_mode, self.tell
            )
        if args["keep_copies"] is not None:
            pruned["copies"] = backup.prune_copies(
                dest, *node_id, args["keep_copies"], copy, self.check_mode, self.tell
            )
        result = {"pruned": {what: list(deletion.deleted) for what, deletion in pruned.items()}}
        notes = [note for deletion in pruned.values() for note in deletion.notes]
        for note in notes:
            self.warn(note)
        if notes:
            result["notes"] = notes
        if self.diff_mode:
            result["diff"] = {
                "before": {what: list(deletion.before) for what, deletion in pruned.items()},
                "after": {what: list(deletion.after) for what, deletion in pruned.items()},
            }
        return result


def _deleted(pruned: dict, verb: str) -> str:
    """How many old backups have gone, for the message."""
    counts = {what: len(names) for what, names in pruned["pruned"].items() if names}
    if not counts:
        return ""
    return f" Old ones {verb} deleted: {', '.join(f'{number} {what}' for what, number in counts.items())}."

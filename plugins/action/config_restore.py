# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a configuration back: the behaviour of the module of the same name."""

from __future__ import annotations

import os
import re

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.backup import (
    FOLDER,
    check_name,
    exported_as,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import ConnectFailed, DeviceError, PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.files import check_gzip, checksum, send_by_sftp

# "# No differences" (CLI-5.x)
_SAME = re.compile(r"no differences", re.I)


class ActionModule(PcliAction):
    relations = {"required_one_of": [["src", "name"]], "mutually_exclusive": [["src", "name"]]}

    def act(self, args):
        data = self._read(args["src"]) if args["src"] else None
        field = "the file name of src" if args["src"] else "name"
        name = check_name(os.path.basename(args["src"]) if args["src"] else args["name"], field)
        conductor = self.conductor
        self._log_in()
        self._refuse_unequal(args["commit"])
        conductor.refresh_prompt()
        if conductor.dirty:
            raise BadInput(
                "The candidate configuration has changes that are not committed (the prompt shows '*'), and an import "
                "would replace them. Commit them, or throw them away with 'restore config running'."
            )
        listed = exported_as(name, conductor.configuration.exports())
        if data is None and not listed:
            raise BadInput(
                f"The conductor lists no export '{name}'; it lists: "
                f"{', '.join(conductor.configuration.exports()) or 'none'}."
            )
        if data is not None and listed:
            raise BadInput(
                f"The conductor lists an export '{listed}' already, and it is not overwritten. Restore that one by "
                f"'name: {listed}', or rename the file."
            )
        if self.check_mode:
            return self._preview(name, listed)
        if data is None:
            return self._restore(listed, args["commit"], args["keep_candidate"])
        send_by_sftp(conductor.session, data, f"{FOLDER}/{name}")
        self.tell(f"sent as {name} ({len(data)} bytes, sha256 {checksum(data)})")
        try:
            return self._restore(name, args["commit"], args["keep_candidate"])
        finally:
            self._take_away(name)

    def _log_in(self):
        """Only to the named node: what the other one has as an export or as a candidate may be something else."""
        try:
            self.conductor.local_node()
        except ConnectFailed as error:
            others = [fallback.name for fallback in self._connection.fallbacks]
            if not others:
                raise
            raise ConnectFailed(
                f"{error} A configuration is only restored through the conductor node that is named, {self._host}, and "
                f"nothing was sent to {others[0]}. To restore it through that node, put it first in the group of "
                "the conductors, or name it in your own play; an export that is named must be on that node."
            ) from error

    def _take_away(self, name):
        """We brought it and it is loaded: left there it would stand in the way of the next restore."""
        try:
            self.conductor.configuration.delete_export(name)
        except PcliError as error:  # says nothing about the configuration, and must not hide what became of that
            self.warn(f"The file that was sent stays on the conductor as export {name}: {error}")

    @staticmethod
    def _read(src):
        path = os.path.abspath(os.path.expanduser(src))
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError as error:
            raise BadInput(f"src {path} cannot be read: {error.strerror}.") from error
        if not path.endswith(".gz"):
            raise BadInput(
                f"src {path} is not an exported configuration (.gz). Text of 'show config running' cannot be imported."
            )
        check_gzip(data, path)
        return data

    def _refuse_unequal(self, commit):
        """A commit is only safe while both nodes run the same version (intro_upgrade_considerations)."""
        router = self.conductor.local_node()[0]
        versions = {asset.node: asset.version_text for asset in self.conductor.assets() if asset.router == router}
        if commit and len(set(versions.values())) > 1:
            told = ", ".join(f"{node} {version}" for node, version in versions.items())
            raise BadInput(
                f"The nodes of {router} run different versions ({told}); nothing may be committed until they agree."
            )

    def _preview(self, name, listed):
        if not listed:
            return {"changed": True, "name": name, "msg": f"Check mode: would send {name} and load it."}
        text = self.conductor.configuration.compare("running", listed).text.strip()
        same = bool(_SAME.search(text))
        return self._with_diff({"changed": not same, "name": listed, "differences": text, "msg": "Check mode."}, text)

    def _restore(self, name, commit, keep):
        conductor = self.conductor
        conductor.configuration.import_export(name)
        try:
            conductor.configuration.validate()
        except DeviceError as error:
            conductor.configuration.discard()
            return {
                "failed": True,
                "changed": False,
                "name": name,
                "msg": f"{name} is not valid on this conductor, and the candidate was thrown away. {error}",
            }
        text = conductor.configuration.compare("running", "candidate").text.strip()
        same = bool(_SAME.search(text))
        result = {"changed": False, "name": name, "differences": text, "committed": False}
        if commit and not same:
            try:
                conductor.configuration.commit()
            except DeviceError as error:
                conductor.configuration.discard()
                msg = f"The commit failed, the candidate was thrown away, and nothing is changed. {error}"
                return {**result, "failed": True, "msg": msg}
            result.update(changed=True, committed=True, msg=f"{name} is committed.")
        elif same:
            conductor.configuration.discard()
            result["msg"] = f"The running configuration is the same as {name} already."
        elif keep:
            result.update(changed=True, msg=f"{name} is in the candidate configuration, valid and not committed.")
        else:
            conductor.configuration.discard()
            result["msg"] = f"{name} is valid. It was not committed (commit: false), and the candidate was thrown away."
        return self._with_diff(result, text)

    def _with_diff(self, result, text):
        if self.diff_mode:
            result["diff"] = {"prepared": text + "\n"}
        return result

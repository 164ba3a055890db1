# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the login in an inventory file, and the variables of the connection that they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: The options of the login, and the variable of the connection that each of them becomes.
VARIABLES = {
    "user": "ansible_user",
    "password": "ansible_password",
    "private_key_file": "ansible_private_key_file",
    "private_key_passphrase": "ansible_private_key_passphrase",
    "host_keys": "ansible_pcli_host_keys",
    "host_key_checking": "ansible_host_key_checking",
    "known_hosts_files": "ansible_pcli_known_hosts_files",
    "connect_timeout": "ansible_connect_timeout",
    "login_timeout": "ansible_pcli_login_timeout",
    "command_timeout": "ansible_command_timeout",
    "enter_command": "ansible_pcli_enter_command",
}
#: Never a variable of a host.
SECRETS = ("password", "private_key_passphrase")
#: A variable of a host only as plain text: in a job another credential counts than for the inventory.
IDENTITY = ("user", "private_key_file")

SECRET_VARIABLE = re.compile(r"pass$|passw(or)?d$|passphrase$|secret$|token$", re.I)
#: What anybody can read in a file: what comes from a vault is none of these.
_READABLE = (str, int, float, list, dict)
#: What the connection calls by its own names in a sentence, and this file by others.
_OTHER_NAMES = {
    **{variable: option for option, variable in VARIABLES.items()},
    "ansible_ssh_private_key_file": "private_key_file",
    "ansible_ssh_private_key_passphrase": "private_key_passphrase",
    "ansible_host": "conductors",
    "ansible_port": "port",
    "ansible_pcli_node": "node of conductors",
}


class OptionError(ValueError):
    """An option that cannot be used as it is written. Its text says why, and never shows a secret."""


@dataclass(frozen=True)
class ConnectionVariables:
    """The variables of the connection, from an inventory file and the environment.

    ``written``: the options as the file has them; ``value_of``: the value of an option, from wherever it comes;
    ``origin_of``: where that is; ``evaluate``: a value with its templates evaluated.
    """

    written: Mapping[str, object]
    value_of: Callable[[str], object]
    origin_of: Callable[[str], object]
    evaluate: Callable[[str, object], object]

    def of_query(self) -> dict[str, object]:
        """All that the query of the inventory itself needs: secrets as well. Raises OptionError."""
        variables = {
            str(name): self.evaluate(f"variable {name}", entry) for name, entry in self._user_variables().items()
        }
        for option, variable in VARIABLES.items():
            value = self.value_of(option)
            if value not in (None, "", []) and (variables.get(variable) in (None, "", []) or self._is_ours(option)):
                variables[variable] = value
        return variables | self._key_checking()

    def of_hosts(self) -> dict[str, object]:
        """Those of every conductor node: nothing secret, and what the file says rather than the environment.

        Raises OptionError.
        """
        shown: dict[str, object] = {}
        for option, variable in VARIABLES.items():
            written = self.written.get(option)
            vaulted = written is not None and not isinstance(written, _READABLE)
            plain = not vaulted and not _is_template(written)
            if option in self.written and option not in SECRETS and (plain or option not in IDENTITY):
                value = self.value_of(option)
                if value not in (None, "", []):
                    shown[variable] = written if vaulted else value
        return {**shown, **self._key_checking(), **self._user_variables()}

    def _key_checking(self) -> dict[str, object]:
        """Pinned keys are checked whatever the environment says; only the file itself can turn that off."""
        pinned = self.value_of("host_keys") and "host_key_checking" not in self.written
        return {"ansible_host_key_checking": True} if pinned else {}

    def _is_ours(self, option: str) -> bool:
        """True if it was set for this inventory. What holds for all of Ansible does not undo the file's variables.

        AWX turns the checking of host keys off, and ansible.cfg may have a user for other machines.
        """
        return option in self.written or "SSR_CONDUCTOR" in str(self.origin_of(option))

    def _user_variables(self) -> Mapping[str, object]:
        """The user's own variables, as written. Raises OptionError for a secret that everybody could read."""
        variables = self.written.get("variables") or {}
        for name, value in variables.items():
            if SECRET_VARIABLE.search(str(name)) and isinstance(value, _READABLE) and not _is_template(value):
                raise OptionError(
                    f"variables holds {name} as plain text, and everybody who lists the inventory would read it. Give "
                    "a template with a lookup, or a value from a vault."
                )
        return variables


def checked_value(name: str, value: object) -> object:
    """The value of an option in the form that Ansible takes without changing it. Raises OptionError."""
    if name in SECRETS and value is not None:
        if isinstance(value, (bool, list, dict)):
            raise OptionError(f"Option {name} must be text.")  # Ansible's own words would show the value
        return str(value)
    if name == "variables" and value is not None and not isinstance(value, dict):
        raise OptionError("Option variables must be a mapping of names and values.")  # as above
    if name == "filters" and isinstance(value, str):
        return [value]  # Ansible would cut it at its commas
    if name == "host_keys" and value:
        lines = value.splitlines() if isinstance(value, str) else value
        if not isinstance(lines, (list, tuple)):
            raise OptionError("Option host_keys must be a list, or a text with a line for each key.")
        return [str(line) for line in lines if str(line).strip() and not str(line).lstrip().startswith("#")]
    return value


def in_option_names(text: str) -> str:
    """A sentence of the connection, with the names that its variables have as options of an inventory file."""
    return re.sub(r"\bansible_\w+", lambda match: _OTHER_NAMES.get(match[0], match[0]), text)


def _is_template(value: object) -> bool:
    return isinstance(value, str) and ("{{" in value or "{%" in value)

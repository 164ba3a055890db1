# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that find all mistakes in the variables of a playbook, before any login.

A survey of AWX and ``-e name=value`` pass text, whatever the type of a variable.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.module_utils.common.validation import check_type_dict
from ansible.module_utils.parsing.convert_bool import BOOLEANS
from ansible.plugins.test.core import vault_encrypted
from ansible_collections.sessionsmart.ssr.plugins.filter.play import serial_batches, tasks_file, text_list
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import NO_LIMIT, Clock, process_began
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.bounds import number_wanted
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.overrides import OverrideError, read_overrides
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.user_times import (
    ACCEPTED,
    parse_duration,
    parse_user_time,
    parse_zone,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.levels import LEVELS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.notice_post import BadDestination, destination
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import some
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import decrypted
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse_requested_version

ROLES = Path(__file__).resolve().parents[2] / "roles"

#: The variables of the playbooks themselves, and what each contains. An empty variable counts as not set.
PLAYBOOK_VARIABLES = {
    "ssr_approved_plan": "str",
    "ssr_backup_dir": "folder",
    "ssr_backup_hook": "tasks",
    "ssr_backup_methods": "list",
    "ssr_backup_name": "str",
    "ssr_backup_required": "bool",
    "ssr_bake": "float",
    "ssr_change_reason": "str",
    "ssr_compare_plan": "str",
    "ssr_journal_dir": "folder",
    "ssr_max_fail_percentage": "percent",
    "ssr_metrics_file": "str",
    "ssr_override": "overrides",
    "ssr_planned_begin": "str",
    "ssr_probe_dir": "folder",
    "ssr_probe_interval": "int",
    "ssr_probe_looks": "int",
    "ssr_probe_routers": "list",
    "ssr_rehearsal": "str",
    "ssr_progress": "progress",
    "ssr_report_dir": "folder",
    "ssr_report_failure": "bool",
    "ssr_restore_commit": "bool",
    "ssr_restore_file": "str",
    "ssr_restore_name": "str",
    "ssr_serial": "batches",
    "ssr_time_zone": "zone",
    "ssr_version": "version",
    "ssr_webhook_url": "str",
}
#: Variables of roles with a more precise meaning than the type in their spec, by the last part of their names.
_MEANT = {
    "after": "tasks",
    "alarms": "patterns",
    "before": "tasks",
    "deadline": "moment",
    "dir": "folder",
    "end": "moment",
    "grace": "float",
    "exclude": "patterns",
    "hook": "tasks",
    "include": "patterns",
    "override": "overrides",
    "percentage": "percent",
    "zone": "zone",
}
#: Variables of playbooks of which an empty text is a mistake, with what it is without them: nobody may take a limit
#: for none because what should have named it came out empty.
_NEVER_EMPTY = {"ssr_max_fail_percentage": "0"}
#: What ssr_version is for.
_REQUESTED = "Give the requested release, for instance -e ssr_version=6.3.5."
_PREVIOUS = (
    "Give the version to go back to, the one that ran before the last upgrade, for instance "
    "-e ssr_version=6.3.0-107.r1.el7."
)


def input_mistakes(
    conductors: Sequence[str],
    version: object,
    needs_version: bool = False,
    routers: Sequence[str] | None = None,
    reverts: bool = False,
) -> list[str]:
    """A sentence for each mistake; empty if there is none.

    ``routers`` None: no routers are needed. ``reverts``: the version is the one to go back to.
    """
    version = decrypted(version)
    mistakes = []
    if not conductors:
        mistakes.append(
            "The inventory has no host in the group ssr_conductors. Put the one or two nodes of your conductor there."
        )
    if routers is not None and not routers:
        mistakes.append(
            "The inventory has no host in the group ssr_routers. Put the names of your routers there, as 'show assets' "
            "prints them; they need no variables."
        )
    if needs_version and version in ("", None):
        mistakes.append(f"ssr_version is not set. {_PREVIOUS if reverts else _REQUESTED}")
    elif version in ("", None):
        pass
    elif not isinstance(version, str):
        mistakes.append(f"ssr_version is {version!r}, which is not text. Put it in quotes: -e ssr_version='6.3.5'.")
    else:
        try:
            parse_requested_version(str(version))
        except ValueError as error:
            mistakes.append(f"ssr_version: {error}")
    return mistakes


# -- settings ---------------------------------------------------------------------------------------------------------


def setting_mistakes(hostvars: Mapping, hosts: Sequence[str], base: str = "") -> list[str]:
    """A sentence for each variable of the playbooks and roles with an invalid value.

    ``hosts``: whose variables are checked; every host has those that a survey or -e sets. ``base``: the folder that
    file names may be relative to, besides the current one.
    """
    given: dict[str, object] = {}
    for variables in [hostvars[host] for host in hosts if host in hostvars]:
        for name in [*PLAYBOOK_VARIABLES, *role_options()]:
            if name not in given and name in variables:
                given.update(plain_value(variables, name))
    zone = given.get("router_upgrade_time_zone") or given.get("ssr_time_zone")
    mistakes = []
    for name, value in given.items():
        if name.endswith("_webhook_url"):
            mistake = _webhook(name, decrypted(value), given)
        else:
            mistake = mistake_of(name, decrypted(value), base, decrypted(zone))
        if mistake and vault_encrypted(value):
            mistake = f"{name} is encrypted, so its value is not shown: give {_wanted(*_kind_of(name))}."
        mistakes += [mistake] if mistake else []
    return mistakes


def plain_value(variables: Mapping, name: str) -> dict[str, object]:
    """The value of a variable; empty if it depends on something that is known only later."""
    try:
        value = variables[name]
    except Exception:  # a template with a variable that only the play has; the role checks it again
        return {}
    return {} if type(value).__name__.endswith(("Undefined", "Marker")) else {name: value}


def mistake_of(name: str, value: object, base: str = "", zone: object = None) -> str:
    """The mistake in one variable; empty if there is none. ``zone``: of times that have none."""
    kind, option = _kind_of(name)
    if kind == "version":  # see input_mistakes
        return ""
    if value is None or str(value).strip() == "":  # Ansible turns an empty text from a survey into None
        if _may_be_empty(kind, option):
            return ""
        return f"{name} is empty. Leave it out for {option.get('default')}, or give {_wanted(kind, option)}."
    if option.get("default") == NO_LIMIT == str(value).strip():
        return ""
    if kind == "moment":
        return _moment(name, value, zone)
    reason = _CHECKS.get(kind, _no_check)(value, base) or _not_offered(value, option) or _not_within(name, kind, value)
    reason = reason.replace("{wanted}", _wanted(kind, option))
    # An address of a webhook is a secret, and comes easily into the variable beside its own.
    said = name if "_webhook_" in name else f"{name} is {value!r}"
    return f"{said}: {reason}" if reason else ""


def _webhook(name: str, value: object, given: Mapping[str, object]) -> str:
    """The mistake in the address of a webhook, which is never shown; empty if there is none."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        return f"{name} is no text. Give the address that begins with https://, or the path of a file that holds it."
    role = name.removesuffix("webhook_url")
    # The variable of all playbooks serves both roles; a role that may not use http refuses it before it begins.
    roles = ("router_upgrade_", "conductor_upgrade_") if role == "ssr_" else (role,)
    http = any(_is_true(given.get(f"{each}webhook_allow_http")) for each in roles)
    try:
        destination(value, allow_http=http)
        return ""
    except BadDestination as error:
        needed = " or ".join(f"{each}webhook_allow_http" for each in roles)
        return str(error).replace("webhook_url", name).replace("webhook_allow_http", needed)


def _is_true(value: object) -> bool:
    """Whether a variable is what Ansible takes for true."""
    return str(decrypted(value)).strip().lower() in ("true", "yes", "on", "1", "y", "t")


def _kind_of(name: str) -> tuple[str, Mapping]:
    """What a variable contains, and its option."""
    if name in PLAYBOOK_VARIABLES:
        return PLAYBOOK_VARIABLES[name], {"default": _NEVER_EMPTY.get(name, "")}
    option = role_options()[name]
    kind = option.get("type", "str")
    return _MEANT.get(name.rpartition("_")[2], kind) if kind in ("str", "path", "list") else kind, option


def _may_be_empty(kind: str, option: Mapping) -> bool:
    """Whether an empty text equals the default. For a list, only if the default is an empty list."""
    return option.get("default") == "" or (kind in ("list", "overrides", "patterns") and option.get("default") == [])


def _wanted(kind: str, option: Mapping) -> str:
    if not option.get("choices"):
        return _WANTED.get(kind, "a text")
    several = ", or several with commas between them" if kind == "list" else ""
    return f"one of {', '.join(map(str, option['choices']))}{several}"


def _not_offered(value: object, option: Mapping) -> str:
    choices = option.get("choices")
    values = [value]
    if option.get("type") == "list":
        # As Ansible reads it, since it checks the choices of a role before any filter of ours: commas only.
        values = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    return "give {wanted}." if choices and any(choice not in choices for choice in values) else ""


def _not_within(name: str, kind: str, value: object) -> str:
    """The mistake of a number that its option cannot have."""
    if kind not in ("float", "int"):
        return ""
    option = name
    for prefix in ("conductor_upgrade_", "router_upgrade_", "ssr_"):
        option = option.removeprefix(prefix)
    wanted = number_wanted(option, float(str(value).strip()))
    return f"give {wanted}." if wanted else ""


def _no_check(_value: object, _base: str) -> str:
    return ""


def _number(convert: Callable) -> Callable[[object, str], str]:
    def check(value: object, _base: str) -> str:
        try:
            return "give {wanted}." if isinstance(value, bool) else (convert(str(value).strip()), "")[1]
        except ValueError:
            return f"give {{wanted}}.{_in_seconds(value)}"

    return check


def _in_seconds(value: object) -> str:
    """All durations that are numbers count in seconds."""
    duration = parse_duration(value)
    return f" {str(value).strip()} is {duration.total_seconds():g} seconds." if duration else ""


def _bool(value: object, _base: str) -> str:
    known = value.lower().strip() if isinstance(value, str) else value
    return "" if isinstance(known, (str, bool, int, float)) and known in BOOLEANS else "give {wanted}."


def _list(value: object, _base: str) -> str:
    return "" if isinstance(value, (str, list, tuple)) else "give {wanted}."


def _patterns(value: object, base: str) -> str:
    for pattern in [] if _list(value, base) else text_list(value):
        try:
            re.compile(str(pattern))
        except re.error as error:
            return f"'{pattern}' is not a regular expression ({error})."
    return _list(value, base)


def _moment(name: str, value: object, zone: object) -> str:
    """Times count from the start of ansible-playbook, so that every batch of a run reads the same."""
    parent = multiprocessing.parent_process()
    began = process_began(parent.pid if parent else os.getpid(), Clock().wall())
    try:
        parse_user_time(value, name, began, zone)
        return ""
    except ValueError as error:
        return str(error).removesuffix(" Nothing was sent.")


def _zone(value: object, _base: str) -> str:
    try:
        parse_zone(value)
        return ""
    except ValueError as error:
        return str(error)


def _dict(value: object, _base: str) -> str:
    try:
        check_type_dict(value)
        return ""
    except (TypeError, ValueError):
        return "give {wanted}."


def _percent(value: object, _base: str) -> str:
    good = re.fullmatch(r"\d+(\.\d+)?%?", str(value).strip()) and float(str(value).strip().rstrip("%")) <= 100
    return "" if good and not isinstance(value, bool) else "give {wanted}."


def _progress(value: object, _base: str) -> str:
    return "" if str(value).strip() in LEVELS else "give {wanted}."


def _batches(value: object, _base: str) -> str:
    try:
        serial_batches(value)
        return ""
    except AnsibleFilterError:
        return "give {wanted}."


def _tasks(value: object, base: str) -> str:
    try:
        tasks_file(value, base)
        return ""
    except AnsibleError as error:
        return str(error)


def _overrides(value: object, _base: str) -> str:
    try:
        read_overrides(value)
        return ""
    except OverrideError as error:
        return str(error)


def _folder(value: object, _base: str) -> str:
    """The mistake if nothing can be written there. The folder may be missing: it will be created."""
    if not isinstance(value, str):
        return "give {wanted}."
    folder = Path(os.path.expanduser(value)).absolute()
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return (
            f"nothing can be written at {folder} ({error.strerror}). Name a folder that this account may write to; in "
            "AWX, one that is mounted into the container of the job."
        )


_WANTED = {
    "batches": "batches such as 1, or 10%, or several with commas between them: 1,10%,100%",
    "bool": "true or false",
    "dict": "a mapping",
    "float": "a number",
    "folder": "the name of a folder",
    "int": "a whole number",
    "list": "a list, or a text with commas or line breaks between its entries",
    "overrides": "a list of mappings with router, condition and reason",
    "moment": ACCEPTED,
    "patterns": "regular expressions: a list, or a text with commas or line breaks between them",
    "percent": "a number from 0 to 100",
    "progress": f"one of {', '.join(LEVELS)}",
}
_CHECKS: dict[str, Callable[[object, str], str]] = {
    "batches": _batches,
    "bool": _bool,
    "dict": _dict,
    "float": _number(float),
    "folder": _folder,
    "int": _number(int),
    "list": _list,
    "overrides": _overrides,
    "patterns": _patterns,
    "percent": _percent,
    "progress": _progress,
    "tasks": _tasks,
    "zone": _zone,
}


@functools.cache
def role_options() -> dict[str, dict]:
    """Every variable of the roles with its spec, from the first entry point that has it."""
    return dict(_options_of(ROLES))


def _options_of(folder: Path) -> Iterator[tuple[str, dict]]:
    known = set()
    for path in sorted(folder.glob("*/meta/argument_specs.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            for name, option in entry["options"].items():
                if name not in known and not name.endswith("_version"):  # the playbooks set it from ssr_version
                    known.add(name)
                    yield name, option


# -- limits and slices ------------------------------------------------------------------------------------------------


def limit_mistakes(played: Sequence[str], needed: Sequence[str], group: str) -> list[str]:
    """A sentence if a limit leaves no host to work on; otherwise empty.

    Ansible would skip the play and report success, and a pipeline would take that for an upgrade. ``needed``: the hosts
    of the ``group``, at least one of which must be in ``played``.
    """
    if not needed or set(needed) & set(played):
        return []
    return [
        f"The limit leaves out {some(needed)}, so there is nothing to work on: this playbook is for {group}. Name at "
        "least one of them in the limit, or leave the limit out."
    ]


def slice_mistakes(variables: Mapping) -> list[str]:
    """A sentence if AWX has split the inventory of this job into slices; otherwise empty.

    AWX does not tell a job about its slice. But it starts slices as a workflow with the name of the job template
    (docs/job_slicing.md of AWX), which no other job has.
    """
    for tool in ("awx", "tower"):
        template, workflow = variables.get(f"{tool}_job_template_name"), variables.get(f"{tool}_workflow_job_name")
        if template and template == workflow:
            return [
                f"This job is one slice of '{template}': it sees only every n-th host, so the conductor or one of its "
                "nodes may be missing, and several slices would work on one conductor at once without knowing of each "
                "other. Set the template's job slices to 1; one job upgrades many routers at once anyway "
                "(router_upgrade_in_flight). To split the work, run one job for each authority. If the job is not "
                "sliced, give the workflow a name that differs from the template's."
            ]
    return []


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "input_mistakes": input_mistakes,
            "limit_mistakes": limit_mistakes,
            "setting_mistakes": setting_mistakes,
            "slice_mistakes": slice_mistakes,
        }

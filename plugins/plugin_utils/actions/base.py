# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every action of this collection has in common: arguments from the documentation, one call, errors as results.

This is private to the collection. An action states its relations between options, takes its arguments as a plain
mapping, and returns a result; whatever goes wrong on the way becomes a failed result with a sentence.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import multiprocessing
import os
import re
import sys
import traceback
from collections.abc import Sequence

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import connection_loader, fragment_loader
from ansible.utils.display import Display
from ansible.utils.plugin_docs import get_docstring

from ..checks.registry import UnknownCheck
from ..clock import Clock
from ..conductor.client import Conductor
from ..pcli.errors import PcliError
from ..rollout.broken_off import results_after, words_of
from ..rollout.join_text import sentences
from ..rollout.journal import Journal, JournalError
from ..rollout.listeners.ledger import NodeLedger
from ..rollout.loop import Abandoned, Loop
from ..rollout.node_progress import Limits
from ..rollout.results import NodeResult, summary
from ..software.names import NameRefused
from ..software.targets import TargetError
from ..software.version_resolution import RequestedVersionError
from ..software.versions import Version, parse_requested_version

COLLECTION = "sessionsmart.ssr"
TRANSPORT = f"{COLLECTION}.pcli"

#: A user's mistake or a device's mood, already told in a sentence.
EXPECTED_ERRORS = (
    PcliError,
    NameRefused,
    RequestedVersionError,
    TargetError,
    UnknownCheck,
    JournalError,
    Abandoned,
    AnsibleError,
)

display = Display()


class BadInput(AnsibleError):
    """An argument that cannot be what the user meant. Raised before anything is changed."""


def spec_from_options(options: dict) -> dict:
    """An argument spec from the options of a DOCUMENTATION: the two have one source."""
    spec = {}
    for name, option in (options or {}).items():
        entry = {key: option[key] for key in ("type", "elements", "required", "default", "aliases") if key in option}
        if "choices" in option:
            entry["choices"] = list(option["choices"])
        if "suboptions" in option:
            entry["options"] = spec_from_options(option["suboptions"])
        spec[name] = entry
    return spec


@functools.cache
def documented_spec(module_file: str) -> dict:
    """The argument spec of a module file, from its documentation with all fragments."""
    documentation = get_docstring(
        module_file, fragment_loader, verbose=False, collection_name=COLLECTION, plugin_type="module"
    )
    return spec_from_options(documentation[0]["options"])


def task_arguments(action: ActionBase) -> dict:
    """The arguments of an action's task, validated against the documentation of its module. Raises BadInput."""
    file = sys.modules[type(action).__module__].__file__
    name = os.path.splitext(os.path.basename(file))[0]
    spec = documented_spec(os.path.join(os.path.dirname(file), "..", "modules", f"{name}.py"))
    validation = ArgumentSpecValidator(spec, **action.relations).validate(dict(action._task.args))
    if validation.error_messages:
        raise BadInput(f"{COLLECTION}.{name}: " + "; ".join(validation.error_messages))
    return validation.validated_parameters


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, EXPECTED_ERRORS) else words_of(error)


def prints_json(callback: str | None) -> bool:
    """Does this callback write JSON to the standard output, which a line of progress would spoil?"""
    return "json" in str(callback or "").rpartition(".")[2].lower()


def requested_version(text: str, field: str = "version") -> Version:
    """A version of a user. Raises BadInput with what is accepted."""
    try:
        return parse_requested_version(text)
    except ValueError as error:
        raise BadInput(f"{field}: {error}") from error


def patterns(texts: list[str], option: str) -> tuple[re.Pattern, ...]:
    """Regular expressions of a user. Raises BadInput with the one that is none.

    An empty one says nothing, and would match everything: a survey that was left empty makes one.
    """
    compiled = []
    for text in filter(None, texts or []):
        try:
            compiled.append(re.compile(text, re.I))
        except re.error as error:
            raise BadInput(f"{option} holds '{text}', which is not a regular expression: {error}.") from error
    return tuple(compiled)


class PcliAction(ActionBase):
    """Base of the actions. Subclasses implement :meth:`act` and may set :attr:`relations`."""

    TRANSFERS_FILES = False
    #: mutually_exclusive, required_if and the like, as ArgumentSpecValidator takes them.
    relations: dict = {}
    clock_class = Clock
    #: The main process of ansible-playbook.
    _parent = 0
    #: The engines of this task, which know what they have sent.
    _loops: tuple[Loop, ...] = ()

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        # Known since the fork: a main process that dies before this line must not be taken for another one's.
        parent = multiprocessing.parent_process()
        self._parent = parent.pid if parent else os.getppid()
        self._vars = task_vars or {}
        # Whoever is talked to: of a task that serves a batch of routers that is the conductor.
        self._host = self._task.delegate_to or self._vars.get("inventory_hostname", "")
        self._also_open = []
        self.clock = self.clock_class()
        try:
            args = task_arguments(self)
            self._quiet = not args.get("progress", True)
            result.update(self.act(args))
        except Exception as error:  # pylint: disable=broad-exception-caught
            if isinstance(error, Abandoned) and not self.alive():
                # Nobody reads the result any more, and a worker that waits for somebody to do so never ends.
                self._connection.close()
                os._exit(1)
            result.update(self._failure(error))
        except KeyboardInterrupt:
            self.tell("Stopped watching. What was sent to the conductor goes on; run the same again to take it up.")
            raise
        finally:
            for connection in self._also_open:
                with contextlib.suppress(Exception):  # it must not replace the result
                    connection.close()
        return result

    def act(self, args: dict) -> dict:
        """Do it. Whatever is raised becomes a failed result."""
        raise NotImplementedError

    def _failure(self, error: Exception) -> dict:
        """The failed result of an error; what was sent to nodes that have no result yet is in it."""
        failure = {"failed": True, "msg": _words(error)}
        if not isinstance(error, EXPECTED_ERRORS):
            failure["exception"] = traceback.format_exc()
        kind = getattr(error, "connection", None)
        if kind:
            failure["connection"] = kind
        results = [result for result in self.broken_off([], error) if result.state != "not_started"]
        for loop in self._loops:  # where only the result of the task could not be put together
            results += itertools.chain(*loop.events.listener(NodeLedger).ended.values())
        if results:
            failure |= summary(getattr(self, "operation", "command"), results)
            failure["msg"] = sentences(_words(error), failure["msg"])
            failure["broke_off"] = True
            del failure["ok"]
        return failure

    def broken_off(
        self, left: list[NodeResult], error: Exception, concluded: Sequence[NodeResult] = ()
    ) -> list[NodeResult]:
        """The results of nodes whose work ended with an error, beside those that have theirs.

        ``left``: nodes of which there must be a result, as if nothing was done with them.
        """
        entries = {}
        for loop in self._loops:
            entries |= loop.events.listener(NodeLedger).entries()
        return results_after(left, concluded, entries, _words(error))[len(concluded) :]

    # -- what actions need ------------------------------------------------------------------------------------

    @property
    def check_mode(self) -> bool:
        """Does the task run with --check?"""
        return bool(self._task.check_mode)

    @property
    def diff_mode(self) -> bool:
        """Does the task run with --diff?"""
        return bool(self._task.diff)

    @property
    def session(self):
        """The PCLI session of this task's host. Raises BadInput where the host has another connection."""
        if getattr(self._connection, "transport", None) != TRANSPORT:
            raise BadInput(
                f"{self._host} has the connection '{self._play_context.connection}'. A conductor is talked to with "
                f"'connection: {TRANSPORT}' in the play, or 'ansible_connection: {TRANSPORT}' in the inventory."
            )
        return self._connection.session

    @functools.cached_property
    def conductor(self) -> Conductor:
        """The conductor of this task's host."""
        session = self.session
        return Conductor(session, self._connection.get_option("node"), self._connection.get_option("router"))

    def conductor_of(self, host: str) -> Conductor:
        """The conductor of another inventory host, over a connection of its own. Raises BadInput for an unknown one."""
        variables = self._vars.get("hostvars", {})
        if host not in variables:
            raise BadInput(f"'{host}' is not a host of the inventory.")
        stdin = getattr(self._connection, "_new_stdin", None)  # asked for up to ansible-core 2.18
        extra = () if stdin is None else (stdin,)
        connection = connection_loader.get(TRANSPORT, self._play_context, *extra)
        # Ansible knows the options by the name of the file and not by that of the plugin.
        names = C.config.get_plugin_vars("connection", connection._load_name)
        own = {name: variables[host][name] for name in names if name in variables[host]}
        given = {
            "password": self._play_context.password,
            "remote_user": self._task.remote_user,
            "port": self._task.port,
        }
        keywords = {name: value for name, value in given.items() if value}
        connection.set_options(task_keys=keywords, var_options=own)
        self._also_open.append(connection)
        return Conductor(connection.session, connection.get_option("node"), connection.get_option("router"))

    def tell(self, line: str) -> None:
        """One line of progress while the task runs."""
        if not getattr(self, "_quiet", False) and self.alive():
            # The engine names the node; where the host is called like it, once is enough.
            words = f"[{self._host}] {line.removeprefix(f'{self._host}: ')}"
            display.display(words, stderr=prints_json(C.DEFAULT_STDOUT_CALLBACK))

    def warn(self, line: str) -> None:
        """A warning for people, in Ansible's own way."""
        display.warning(line)

    @property
    def process(self) -> str:
        """Which ansible-playbook this task is of, so that a number that the system uses again is another process."""
        try:
            with open(f"/proc/{self._parent}/stat", encoding="utf-8") as stream:
                begun = stream.read().rpartition(")")[2].split()[19]  # starttime: ticks since the system was booted
        except (OSError, IndexError):
            begun = ""  # not Linux
        return f"{self._parent}-{begun}"

    def alive(self) -> bool:
        """Does the main process still wait for us? A killed ansible-playbook leaves its workers running."""
        return os.getppid() == self._parent

    def loop(self, args: dict) -> Loop:
        """An engine with the limits, the journal and the voice of this task."""
        fields = Limits.__dataclass_fields__
        limits = Limits(**{name: args[name] for name in fields if args.get(name) is not None})
        loop = Loop(self.conductor, self.clock, limits, self.journal(args), self.tell, self.alive)
        self._loops = (*self._loops, loop)
        return loop

    def journal(self, args: dict) -> Journal:
        """The journal of this task, in the folder that the user named."""
        return Journal(args.get("journal") or None, args.get("run_id") or "", self.clock, self._host)

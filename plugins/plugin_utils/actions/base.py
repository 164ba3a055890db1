# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every action of this collection has in common: arguments from the documentation, one call, errors as results.

The engine, the checks and the client of a conductor are imported where they are used: every action imports this module,
and few need all of them. Ansible compiles what it imports in every run anew.

This is private to the collection. An action states its relations between options, takes its arguments as a plain
mapping, and returns a result; whatever goes wrong on the way becomes a failed result with a sentence.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import multiprocessing
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import fragment_loader
from ansible.utils.display import Display
from ansible.utils.plugin_docs import get_docstring

from ..checks.unknown_check import UnknownCheck
from ..clock import Clock, process_name
from ..pcli.errors import PcliError
from ..planning.bounds import number_wanted
from ..rollout.abandoned import Abandoned
from ..rollout.join_text import sentences
from ..rollout.journal import Journal, JournalError
from ..rollout.levels import ALL, NONE
from ..rollout.report_texts import clean_text, cleaned, cleaner
from ..software.names import NameRefused
from ..software.node_id import NodeId
from ..software.targets import TargetError
from ..software.version_resolution import RequestedVersionError
from ..software.versions import Version, parse_requested_version
from .hidden_results import formats_output
from .last_words import before_the_end
from .other_nodes import TRANSPORT, connection_to, fallbacks_of
from .play_variables import with_play_variables
from .report_options import secrets_of_connection
from .secret_options import SECRET_OPTIONS, hide_secrets, show_secrets
from .unknown_options import options_of_defaults, unknown_options

if TYPE_CHECKING:
    from ..conductor.client import Conductor
    from ..rollout.loop import Loop
    from ..rollout.results import NodeResult

COLLECTION = "sessionsmart.ssr"

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

_MODULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "modules")

display = Display()
#: A shorter password of a connection is a part of many words that are none.
_SHORTEST_SECRET = 6


def parent_of_task() -> int:
    """The number of the process that has started this one: the main process of ansible-playbook."""
    parent = multiprocessing.parent_process()
    return parent.pid if parent else os.getppid()


def _task_timeout() -> tuple[type[BaseException], ...]:
    """What Ansible raises in a task whose time is over; its module depends on the release of ansible-core."""
    for name in ("ansible._internal._errors._task_timeout", "ansible.executor.task_executor"):
        with contextlib.suppress(ImportError, AttributeError):
            return (importlib.import_module(name).TaskTimeoutError,)
    return ()


TASK_TIMEOUT = _task_timeout()


class BadInput(AnsibleError):
    """An argument that cannot be what the user meant. Raised before anything is changed."""


class TaskTimedOut(AnsibleError):
    """Ansible's own limit of time for a task has ended this one.

    ``of_sent``, ``of_unsent``: that in the results of nodes to which something was sent, and of all others.
    """

    def __init__(self, seconds: object):
        cause = (
            f"Ansible ended this task after {seconds} s (task_timeout in ansible.cfg, ANSIBLE_TASK_TIMEOUT, or the "
            "keyword timeout)"
        )
        again = "Remove that limit, and run the same again"
        follow = f"{again}: it takes up what is running"
        self.of_unsent = f"{cause}. {again}"
        self.of_sent = f"{cause}, and nobody watches any more. What was sent goes on there. {follow}"
        super().__init__(
            f"{cause}, and nobody watches any more. If something was sent to the conductor, it goes on there. {follow}."
        )


def spec_from_options(options: dict) -> dict:
    """An argument spec from the options of a DOCUMENTATION: the two have one source."""
    spec = {}
    for name, option in (options or {}).items():
        entry = {key: option[key] for key in ("type", "elements", "required", "default", "aliases") if key in option}
        if "choices" in option:
            entry["choices"] = list(option["choices"])
        if name in SECRET_OPTIONS:
            entry["no_log"] = True
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


def module_options(name: str) -> dict:
    """The argument spec of a module of this collection by its short name."""
    return documented_spec(os.path.join(_MODULES, f"{name}.py"))


def task_arguments(action: ActionBase) -> dict:
    """The arguments of an action's task, validated against the documentation of its module. Raises BadInput."""
    name = os.path.splitext(os.path.basename(sys.modules[type(action).__module__].__file__))[0]
    spec = module_options(name)
    unknown = set(action._task.args) - set(spec)
    if unknown:
        defaults = options_of_defaults(name, action._task, action._templar)
        raise BadInput(unknown_options(name, unknown, module_options, defaults))
    given = dict(action._task.args)
    if spec["progress"]["type"] == "str" and isinstance(given.get("progress"), bool):
        # As module_defaults of the group of all modules set it, most of which only know on and off.
        given["progress"] = spec["progress"]["default"] if given["progress"] else NONE
    validation = ArgumentSpecValidator(spec, **action.relations).validate(given)
    if validation.error_messages:
        raise BadInput(f"{COLLECTION}.{name}: " + "; ".join(validation.error_messages))
    _check_numbers(validation.validated_parameters)
    return validation.validated_parameters


def _check_numbers(args: dict) -> None:
    """Raise BadInput for a number that its option cannot have."""
    for option, value in args.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            wanted = number_wanted(option, value)
            if wanted:
                raise BadInput(f"{option} is {value}: give {wanted}. Nothing was sent.")


def words_of_action(error: Exception) -> str:
    if isinstance(error, EXPECTED_ERRORS):
        return str(error)
    from ..rollout.broken_off import words_of

    return words_of(error)


def words_for_nodes(error: Exception) -> tuple[str, str]:
    """What an error says in the results of nodes to which something was sent, and of those to which nothing was."""
    words = words_of_action(error)
    return getattr(error, "of_sent", words), getattr(error, "of_unsent", words)


def level_of(args: dict) -> str:
    """How much a task prints while it runs. Most modules only know whether they do."""
    level = args.get("progress", True)
    return level if isinstance(level, str) else ALL if level else NONE


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
    #: How much this task prints while it runs.
    _progress = ALL
    #: The main process of ansible-playbook.
    _parent = 0
    #: The engines of this task, which know what they have sent.
    _loops: tuple[Loop, ...] = ()
    #: The nodes that this task is about, once they are known: where it fails, each has a result.
    nodes: tuple[NodeId, ...] = ()

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        # Known since the fork: a main process that dies before this line must not be taken for another one's.
        self._parent = parent_of_task()
        self._vars = with_play_variables(task_vars or {}, self._task)
        # Whoever is talked to: of a task that serves a batch of routers that is the conductor.
        self._host = self._task.delegate_to or self._vars.get("inventory_hostname", "")
        self._also_open = []
        self.clock = self.clock_class()
        show_secrets(self)
        try:
            args = task_arguments(self)
            self._progress = level_of(args)
            result.update(self.act(args))
        except Exception as error:  # pylint: disable=broad-exception-caught
            if isinstance(error, Abandoned) and not self.alive():
                # Nobody reads the result any more, and a worker that waits for somebody to do so never ends.
                self._connection.close()
                os._exit(1)
            result.update(self._failure(error))
        except KeyboardInterrupt:
            self.tell("Stopped watching. What was sent to the conductor goes on; run the same again to take it up.")
            self._interrupted()
            raise
        except TASK_TIMEOUT:  # no Exception, in any release
            result.update(self._failure(TaskTimedOut(self._task.timeout)))
        finally:
            hide_secrets(self)
            for connection in self._also_open:
                with contextlib.suppress(Exception):  # it must not replace the result
                    connection.close()
        if isinstance(result.get("msg"), str):
            result["msg"] = clean_text(result["msg"])
        # What the operations say of devices is printed, published and written by others.
        return cleaned(result, clean_text) if self._loops else result

    def act(self, args: dict) -> dict:
        """Do it. Whatever is raised becomes a failed result."""
        raise NotImplementedError

    def _failure(self, error: Exception) -> dict:
        """The failed result of an error; what was sent to nodes that have no result yet is in it."""
        failure = {"failed": True, "msg": words_of_action(error)}
        if not isinstance(error, EXPECTED_ERRORS):
            failure["exception"] = traceback.format_exc()
        kind = getattr(error, "connection", None)
        if kind:
            failure["connection"] = kind
        try:
            self.end_what_is_left(error)
            for loop in self._loops:
                loop.tell_failure(words_of_action(error))
        except Exception as another:  # pylint: disable=broad-exception-caught
            self.warn(f"Not all was recorded of what this task has done: {words_of_action(another).rstrip('.')}.")
        results = self._results_so_far(error)
        if results:
            from ..rollout.results import summary

            failure |= summary(getattr(self, "operation", "command"), results)
            if not any(words.rstrip(".") in failure["msg"] for words in words_for_nodes(error)):
                failure["msg"] = sentences(words_of_action(error), failure["msg"])
            failure["broke_off"] = True
            del failure["ok"]
        return failure

    def end_what_is_left(self, error: Exception) -> None:
        """For actions with work that must come to an end where the task ends with an error."""

    def _results_so_far(self, error: Exception) -> list[NodeResult]:
        """The results of all nodes that the task is about, once it has begun with any of them; else none."""
        if not self._loops:
            return []
        from ..rollout.broken_off import not_begun
        from ..rollout.listeners.ledger import NodeLedger

        ledgers = [loop.events.listener(NodeLedger) for loop in self._loops]
        ended = [result for ledger in ledgers for results in ledger.ended.values() for result in results]
        routers = {result.router for result in ended}
        begun = any(entry.sent or entry.adopted for ledger in ledgers for entry in ledger.entries().values())
        if not begun and not ended:
            return []
        left = not_begun([node_id for node_id in self.nodes if node_id.router not in routers], "")
        return [*self.broken_off(left, error), *ended]

    def broken_off(
        self, left: list[NodeResult], error: Exception, concluded: Sequence[NodeResult] = ()
    ) -> list[NodeResult]:
        """The results of nodes whose work ended with an error, beside those that have theirs.

        ``left``: nodes of which there must be a result, as if nothing was done with them.
        """
        from ..rollout.broken_off import results_after
        from ..rollout.listeners.ledger import NodeLedger

        entries = {}
        for loop in self._loops:
            entries |= loop.events.listener(NodeLedger).entries()
        words, unsent = words_for_nodes(error)
        return results_after(left, concluded, entries, words, unsent=unsent)[len(concluded) :]

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
        self._connection.host_name = self._host
        self._connection.fallbacks = fallbacks_of(self, self._host, self._vars)
        self._connection.groups = self._vars.get("groups") or {}
        session = self._connection.session
        session.tell = self.tell
        return session

    @functools.cached_property
    def conductor(self) -> Conductor:
        """The conductor of this task's host."""
        from ..conductor.client import Conductor

        conductor = Conductor(self.session, self._connection.get_option("node"), self._connection.get_option("router"))
        conductor.tell = self.tell
        return conductor

    def conductor_of(self, host: str) -> Conductor:
        """The conductor of another inventory host, over a connection of its own. Raises BadInput for an unknown one."""
        variables = self._vars.get("hostvars", {})
        if host not in variables:
            raise BadInput(f"'{host}' is not a host of the inventory.")
        from ..conductor.client import Conductor

        connection = connection_to(self, variables[host])
        self._also_open.append(connection)
        conductor = Conductor(connection.session, connection.get_option("node"), connection.get_option("router"))
        conductor.tell = lambda line: self.tell(f"{host}: {line}")
        return conductor

    def tell(self, line: str) -> None:
        """One line of progress while the task runs."""
        if self._progress != NONE and self.alive():
            # The engine names the node; where the host is called like it, once is enough.
            words = f"[{self._host}] {self._clean(line.removeprefix(f'{self._host}: '))}"
            display.display(words, stderr=formats_output(C.DEFAULT_STDOUT_CALLBACK))

    def warn(self, line: str) -> None:
        """A warning for people, in Ansible's own way."""
        display.warning(self._clean(line))

    @functools.cached_property
    def _clean(self) -> Callable[[str], str]:
        """Makes a line fit for the screen, as texts are made fit for files."""
        known = secrets_of_connection(getattr(self, "_connection", None))
        return cleaner(secret for secret in known if len(secret) >= _SHORTEST_SECRET)

    @property
    def process(self) -> str:
        """Which ansible-playbook this task is of, so that a number that the system uses again is another process."""
        return process_name(self._parent)

    def alive(self) -> bool:
        """Does the main process still wait for us? A killed ansible-playbook leaves its workers running."""
        return os.getppid() == self._parent

    def loop(self, args: dict) -> Loop:
        """An engine with the limits, the journal and the voice of this task."""
        from ..rollout.loop import Loop
        from ..rollout.node_progress import Limits

        fields = Limits.__dataclass_fields__
        limits = Limits(**{name: args[name] for name in fields if args.get(name) is not None})
        loop = Loop(self.conductor, self.clock, limits, self.journal(args), self.tell, self.alive)
        loop.progress, loop.hosts_of_run = self._progress, len(self._vars.get("ansible_play_hosts_all") or ())
        if not self._loops:
            before_the_end(self._interrupted, self._tell_interrupted)
        self._loops = (*self._loops, loop)
        return loop

    def _interrupted(self) -> None:
        """The files of this task say one last time what it knows: nobody follows what was sent any more."""
        for loop in self._loops:
            loop.interrupt()

    def _tell_interrupted(self) -> None:
        for loop in self._loops:
            loop.tell_interrupted()

    def require_witness(self, journal: Journal, node_ids: Iterable[NodeId]) -> None:
        """Raise WitnessMissing where the web API is required and does not answer, unless something is to be taken up.

        What an earlier run began on these nodes is followed without it. A record that cannot be read stops its router
        later, in the words of the journal.
        """
        if not self.conductor.second.required:
            return
        with contextlib.suppress(JournalError):
            records = [journal.last(*node_id) for node_id in node_ids]
            if not any(record is not None and record.open for record in records):
                self.conductor.second.require()

    def journal(self, args: dict) -> Journal:
        """The journal of this task, in the folder that the user named."""
        return Journal(args.get("journal") or None, args.get("run_id") or "", self.clock, self._host, self.process)

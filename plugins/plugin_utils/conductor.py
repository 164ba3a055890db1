# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor and what it can be asked. The only file that knows which PCLI command does what, and since when.

Sources of the grammar: the command references of the vendor's documentation (CLI-6.0, CLI-6.3, CLI-7.2) and the help
that is quoted in upgrade_ibu_conductor. Where they contradict each other, the box is asked (see :meth:`usage`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .pcli.errors import AskedInstead, DeviceError, PcliError, WrongNode
from .pcli.prompt import Prompt
from .pcli.reply import Reply
from .pcli.session import Pending, Session
from .pcli.shell import YES
from .software import assets, report, system
from .software.health import Health, read_health
from .software.names import check_word
from .software.versions import Version

#: Our name of an argument, and the names that releases and documents give it (facts differ: the in-box help quoted in
#: upgrade_ibu_conductor says skip-pre-check, the references from 6.3 on say skip-pre-health-check).
ARGUMENTS = {
    "router": ("router",),
    "resource_group": ("resource-group",),
    "simultaneous": ("simultaneous",),
    "skip_package_transfer": ("skip-package-transfer",),
    "skip_pre_check": ("skip-pre-check", "skip-pre-health-check"),
    "skip_health_check": ("skip-health-check", "skip-post-health-check"),
    "no_revert": ("no-revert",),
    "sequenced": ("sequenced",),
    "cohort_id": ("cohort-id",),
    "force": ("force",),
    "node": ("node",),
    "version": ("version",),
}

_LOCAL = frozenset({"version"})
_WHERE = frozenset({"router", "resource-group", "node", "force"})
_CHANGE = _WHERE | {"simultaneous", "skip-package-transfer", "skip-pre-check", "skip-health-check", "cohort-id"}


@dataclass(frozen=True)
class Grammar:
    """One row: what a request looks like from a release on. ``asks_safely``: without arguments it only prints usage."""

    operation: str
    since: tuple[int, int, int]
    command: str
    arguments: frozenset[str]
    asks_safely: bool = False


#: The newest row that is not newer than the conductor's own release counts. A bare 'revert' or 'health-check' has no
#: missing argument and would be carried out, so only commands that need a version may be asked for their usage.
GRAMMAR = (
    Grammar("upgrade", (6, 0, 0), "request system software upgrade", _LOCAL, True),
    Grammar("upgrade", (6, 3, 0), "request system software upgrade", _CHANGE | {"version"}, True),
    Grammar("download", (6, 0, 0), "request system software download", _LOCAL, True),
    Grammar("download", (6, 3, 0), "request system software download", _WHERE | {"cohort-id", "version"}, True),
    Grammar("downgrade", (6, 3, 3), "request system software downgrade", _CHANGE | {"version"}, True),
    Grammar("revert", (6, 3, 0), "request system software revert", _WHERE | {"simultaneous", "cohort-id"}),
    Grammar("health-check", (6, 3, 0), "request system software health-check", _WHERE),
    Grammar("remove", (6, 0, 0), "delete system software", _LOCAL),
    Grammar("remove", (6, 3, 0), "delete system software", _WHERE | {"version"}),
    Grammar("installer", (6, 3, 0), "request system software upgrade installation-service", _WHERE | {"version"}),
)


@dataclass(frozen=True)
class Request:
    """A lifecycle request with every argument that the vendor's commands know."""

    operation: str
    router: str | None = None
    resource_group: str | None = None
    node: str | None = None
    version: str | None = None
    simultaneous: bool = False
    skip_package_transfer: bool = False
    skip_pre_check: bool = False
    skip_health_check: bool = False
    no_revert: bool = False
    sequenced: bool = False
    cohort_id: str | None = None
    force: bool = True
    target: str | None = None


class NotOffered(PcliError):
    """This release does not have the command, or not with that argument."""


def grammar_for(operation: str, release: Version) -> Grammar:
    """The row of :data:`GRAMMAR` for a release. Raises NotOffered below the first release that has it."""
    rows = [row for row in GRAMMAR if row.operation == operation]
    fitting = [row for row in rows if release.at_least(*row.since)]
    if not fitting:
        first = ".".join(str(part) for part in rows[0].since)
        raise NotOffered(f"The {operation} command exists from release {first} on; this conductor runs {release.text}.")
    return fitting[-1]


def build(request: Request, grammar: Grammar, here: tuple[str | None, str | None]) -> str:
    """The command line for a request.

    ``here`` is the (router, node) of the session. A release whose command takes neither router nor node can only
    mean the node of the session itself; anything else is refused. Raises NotOffered, NameRefused.
    """
    wanted = replace(request)
    if "router" not in grammar.arguments:
        asked = (request.router or here[0], request.node or here[1])
        if request.resource_group or asked != here:
            raise NotOffered(
                f"On this release '{grammar.command}' means the node of the session itself ({_where(here)}) and takes "
                f"no router or node, so {_where(asked)} must be reached by a session of its own."
            )
        wanted = replace(wanted, router=None, node=None)
    elif not (request.router or request.resource_group):
        raise NotOffered(f"'{grammar.command}' without a router would mean the conductor itself. Name the router.")
    if "force" not in grammar.arguments:
        wanted = replace(wanted, force=False)  # the question is answered instead
    words = [grammar.command]
    for field, names in ARGUMENTS.items():
        value = getattr(wanted, field)
        if not value:
            continue
        offered = next((name for name in names if name in grammar.arguments), None)
        if offered is None:
            raise NotOffered(
                f"This conductor's '{grammar.command}' has no {names[0]}. It offers: "
                f"{', '.join(sorted(grammar.arguments))}. Leave {field} out."
            )
        words += [offered] if value is True else [offered, check_word(value, field)]
    if wanted.target:
        words.append(check_word(wanted.target, "target"))
    return " ".join(words)


def _names(text: str, name: str) -> bool:
    """Does the text hold this name, and not only as a part of another one?"""
    return re.search(rf"(?<![\w\-]){re.escape(name)}(?![\w\-])", text) is not None


def _where(pair: tuple[str | None, str | None]) -> str:
    router, node = pair
    return f"node {node} of router {router}" if node else f"router {router}"


class Conductor:
    """A PCLI on a conductor node, asked in our words. Raises the errors of the session and DeviceError."""

    def __init__(self, session: Session, expected_node: str | None = None, expected_router: str | None = None):
        self.session = session
        self.clock = session.clock
        self._expected = (expected_router, expected_node)
        self._here: tuple[str, str] | None = None
        self._usage: dict[str, frozenset[str] | None] = {}

    # -- where we are -----------------------------------------------------------------------------------------

    def here(self) -> tuple[str, str]:
        """(router, node) that the session is on, from its prompt. Raises WrongNode where another was expected."""
        if self._here is None:
            prompt = self.session.open()
            router, node = self._place(prompt)
            for what, is_it, expected in (("router", router, self._expected[0]), ("node", node, self._expected[1])):
                if expected and is_it and expected != is_it:
                    raise WrongNode(
                        f"The session at {self.session.login.address} is on {what} {is_it}, not on {expected}. "
                        "Check the address, or ansible_pcli_node and ansible_pcli_router. Nothing was sent."
                    )
            self._here = (router or self._expected[0] or "", node or self._expected[1] or "")
        return self._here

    def _place(self, prompt: Prompt) -> tuple[str | None, str | None]:
        """A dot may be part of a name, so the list of assets decides where the node ends and the router begins."""
        if prompt.where and prompt.where.count(".") > 1:
            for asset in self.assets():
                if f"{asset.node}.{asset.router}" == prompt.where:
                    return asset.router, asset.node
        if prompt.node:
            return prompt.router, prompt.node
        if all(self._expected):
            return self._expected
        return self._place_from_system()

    def _place_from_system(self) -> tuple[str, str]:
        """A prompt of the user's own making: a node that it names, else the only one that ``show system`` shows.

        Of several nodes none is guessed: commands for one node must not go to the other.
        """
        text, known = self.session.prompt.text, self.assets()
        named = {(one.router, one.node) for one in known if one.router and one.node and _names(text, one.node)}
        if len(named) > 1:  # the same name of a node in several routers
            named = {place for place in named if _names(text, place[0])}
        titles = {one.node for one in system.read_system(self.session.run("show system")) if one.node}
        shown = {(one.router, one.node) for one in known if one.node in titles or f"{one.node}.{one.router}" in titles}
        for places in (named, shown):
            if len(places) == 1:
                return places.pop()
        raise WrongNode(
            f"The prompt '{text.strip()}' does not tell which node this is, and neither does 'show system'. Set "
            "ansible_pcli_node and ansible_pcli_router for this host."
        )

    def reopen(self) -> None:
        """Log in again after the session was lost, and make sure that it is the same node."""
        before = self._here
        self.session.reopen()
        self._here, self._usage = None, {}
        if before and self.here() != before:
            raise WrongNode(
                f"After reconnecting, {self.session.login.address} leads to {_where(self._here)} instead of "
                f"{_where(before)}. An address that floats between two nodes cannot be used here."
            )

    def refresh_prompt(self) -> None:
        """Have the prompt printed anew: its star tells whether the candidate configuration is dirty."""
        self.session.run("show system", check=False)

    def configuration_hints(self) -> str:
        """What the conductor shows of other users and of configurations out of sync; for people to read.

        The layouts are documented nowhere, so only names of other users and lines that are not plainly empty count.
        """
        own = self.session.prompt.user if self.session.prompt else None
        found = []
        for words in ("show user activity", "show config out-of-sync", "show config locally-modified"):
            reply = self.session.run(words, check=False)
            rows = [row for table in reply.tables for row in table.rows]
            if words == "show user activity":
                rows = [row for row in rows if own not in row.values()]
            found += [f"{words}: " + ", ".join(cell for cell in row.values() if cell) for row in rows]
        return "\n".join(found)

    @property
    def dirty(self) -> bool:
        """Does the prompt's leading star say that this user's candidate configuration is not committed?"""
        return bool(self.session.prompt and self.session.prompt.dirty)

    # -- what runs --------------------------------------------------------------------------------------------

    def assets(self) -> list[assets.Asset]:
        """Every node of the authority (``show assets``)."""
        return assets.read_assets(self.session.run("show assets"))

    def asset_detail(self, asset_id: str) -> assets.Asset | None:
        """One asset with its service and connectivity (``show assets <id>``, ts_ap_salt_minion)."""
        return assets.read_asset_detail(self.session.run(f"show assets {check_word(asset_id, 'asset id')}"))

    def system(self) -> system.SystemStatus | None:
        """This node's own ``show system``."""
        found = system.read_system(self.session.run("show system"))
        mine = [one for one in found if one.node in (self.here()[1], ".".join(reversed(self.here())))]
        return (mine or found or [None])[0]

    def system_of(self, router: str, node: str) -> system.SystemStatus | None:
        """``show system`` of another node. None where it cannot be asked."""
        words = f"show system router {check_word(router, 'router')} node {check_word(node, 'node')}"
        found = system.read_system(self.session.run(words, check=False))
        return next((one for one in found if one.node in (node, f"{node}.{router}")), found[0] if found else None)

    def own_version(self) -> system.NodeVersion | None:
        """This node's own ``show system version``, else the version that ``show system`` names."""
        found = system.read_versions(self.session.run("show system version", check=False))
        mine = [one for one in found if one.node in (None, self.here()[1])]
        if mine:
            return mine[0]
        status = self.system()
        if status is None or not status.version:
            return None
        return system.NodeVersion(*self.here(), status.version, system.try_parse(status.version), None)

    def release(self) -> Version:
        """The release that this conductor node runs. Raises PcliError where it cannot be read."""
        found = self.own_version()
        if found is None or found.version is None:
            raise PcliError(
                "The release of this conductor cannot be read from 'show system version' or 'show system', so nobody "
                "knows which commands it has. Run both by hand and report what they print."
            )
        return found.version

    def available(self) -> list[str]:
        """The versions that are offered to this node (``show system software available``)."""
        return system.read_available(self.session.run("show system software available", timeout=300))

    def downloaded(self) -> list[str]:
        """The versions that ``show assets software`` or the status of downloads call downloaded, for this node."""
        here = self.here()
        found: list[str] = []
        for table in self.session.run("show assets software", check=False).tables:
            if table.has("Downloaded") and table.has("Node"):
                for row in table.filled("Router", "Node").rows:
                    if table.cell(row, "Node") == here[1] and table.cell(row, "Downloaded"):
                        found.append(table.cell(row, "Downloaded"))
        for line in self.status("download").text.splitlines():
            if re.search(r"complete|downloaded|finished", line, re.I) and not re.search(r"incomplete|not ", line, re.I):
                found += [word for word in line.split() if system.try_parse(word) and word.count(".") > 1]
        for table in self.session.run("show system software available", timeout=300, check=False).tables:
            # An image that lies on the box is offered from the channel 'downloads' (upgrade_restricted_access).
            found += [
                table.cell(row, "Version")
                for row in table.rows
                if "downloads" in (table.cell(row, "Channel"), table.cell(row, "Source")) and table.cell(row, "Version")
            ]
        return list(dict.fromkeys(found))

    def plugins(self) -> dict[str, str] | None:
        """The plugin packages of this node, version by name; None where that cannot be read."""
        return system.read_plugins(self.session.run("show plugins installed", check=False))

    def alarms(self) -> list[system.Alarm]:
        """The alarms of the whole authority that are not shelved."""
        return system.read_alarms(self.session.run("show alarms"))

    def connectivity(self) -> list[system.Link]:
        """The connections between this router's nodes and to other routers."""
        return system.read_connectivity(self.session.run("show system connectivity"))

    def processes(self) -> list[system.Process]:
        """The processes of every node of this router, with the one that leads."""
        router = self.here()[0]
        return system.read_processes(self.session.run(f"show system processes router {router} force", timeout=120))

    def status(self, operation: str, router: str | None = None, node: str | None = None) -> Reply:
        """``show system software upgrade|download|revert``: layout undocumented, so it is evidence and no verdict."""
        words = f"show system software {operation}"
        if router:
            words += f" router {check_word(router, 'router')}" + (f" node {check_word(node, 'node')}" if node else "")
        return self.session.run(words, check=False)

    # -- lifecycle requests -----------------------------------------------------------------------------------

    def usage(self, operation: str) -> frozenset[str] | None:
        """The argument names that this release prints for a command; None where it prints no usage.

        Only for commands that cannot run without an argument. Raises DeviceError where the command does not exist
        for this user: the account lacks the capability 'provisioning' (config_RBAC), or the release is older.
        """
        if operation not in self._usage:
            grammar = grammar_for(operation, self.release())
            if not grammar.asks_safely:
                return None
            try:
                reply = self.session.run(grammar.command, check=False)
            except AskedInstead:  # it asks for what is missing, which was declined: the command is there
                self._usage[operation] = None
                return None
            if reply.denied:
                raise DeviceError(grammar.command, reply.error or reply.text, denied=True)
            # Other words, such as a missing argument, prove that the command is there, and tell no names.
            self._usage[operation] = reply.usage.arguments if reply.usage else None
        return self._usage[operation]

    def command_for(self, request: Request) -> str:
        """The command line for a request, in the words of this release. Raises NotOffered, DeviceError."""
        grammar = grammar_for(request.operation, self.release())
        printed = self.usage(request.operation)
        if printed and "version" in printed:
            grammar = replace(grammar, arguments=printed)
        return build(request, grammar, self.here())

    def send(self, request: Request) -> Pending:
        """Send a lifecycle request; a question without ``force`` is answered with yes. Does not wait for the answer."""
        return self.session.begin(self.command_for(request), [YES])

    def health_check(self, request: Request, timeout: float) -> Health:
        """Run the vendor's own health check, on a router or a node. What it prints is documented nowhere."""
        return read_health(self.session.run(self.command_for(request), timeout=timeout, answers=[YES], check=False))

    def vendor_health(self, timeout: float, target: str | None = None) -> Health:
        """The vendor's own health check of the node that the session is on."""
        router, node = self.here()
        return self.health_check(Request("health-check", router=router, node=node, target=target), timeout)

    def running_operation(self, operation: str) -> str | None:
        """The line that says that an operation runs on this router, where the conductor says so."""
        router = self.here()[0] if self.release().at_least(6, 3, 0) else None
        return report.runs_now(report.told(self.status(operation, router)))

    # -- configuration ----------------------------------------------------------------------------------------

    def export(self, name: str) -> Reply:
        """Export the running configuration on the conductor (CLI-6.0)."""
        return self.session.run(f"export config running {check_word(name, 'name')}", timeout=300)

    def exports(self) -> list[str]:
        """The names of exported configurations, as the conductor lists them (with .gz)."""
        return system.read_names(self.session.run("show config exports"), "Name")

    def delete_export(self, name: str) -> Reply:
        """Delete an exported configuration."""
        return self.session.run(f"delete config exported force {check_word(name, 'name')}")

    def running_config(self) -> str:
        """The running configuration as flat text: for people, since no conductor imports it."""
        return self.session.run("show config running flat", timeout=600).text

    def import_config(self, name: str) -> Reply:
        """Load an exported configuration into this user's candidate."""
        return self.session.run(f"import config force {check_word(name, 'name')}", timeout=300)

    def validate(self) -> Reply:
        """Validate the candidate configuration."""
        return self.session.run("validate", timeout=600)

    def compare(self, old: str, new: str) -> Reply:
        """The differences of two configurations: running, candidate, or the name of an export (since 5.1.0)."""
        words = f"compare config {check_word(old, 'old')} {check_word(new, 'new')}"
        return self.session.run(words, timeout=300)

    def commit(self) -> Reply:
        """Commit the candidate configuration. Never called during an upgrade."""
        return self.session.run("commit force", timeout=900)

    def discard(self) -> Reply:
        """Throw this user's candidate away."""
        return self.session.run("restore config running force", timeout=120)

    def shell(self, command: str, timeout: float = 120) -> Reply:
        """One Linux command through the PCLI's own shell (for administrators, where it is allowed)."""
        return self.session.run(f"shell {command}", timeout=timeout)

    def import_iso(self, path: str | None) -> Reply:
        """Import a software image: the one at ``path`` on the node, or every one that is found (hunt)."""
        what = f"filepath {check_word(path, 'iso')}" if path else "hunt"
        return self.session.run(f"import iso force {what}", timeout=3600, answers=[YES])

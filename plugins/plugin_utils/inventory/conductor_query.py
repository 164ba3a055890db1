# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries the nodes of a conductor for the assets of an inventory, one after the other, each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..conductor.client import Conductor
from ..pcli.errors import ConnectFailed, HostKeyRefused, LoginRefused, PcliError
from ..pcli.session import UNREACHABLE
from .addresses import ConductorAddress
from .cached_answer import CachedAnswer, plain, rows_of, shows_version
from .connection_variables import in_option_names

#: Passwords that were refused in this process, by a hash of all that was tried: none is tried again.
REFUSED: dict[int, LoginRefused] = {}


class Unreachable(ConnectFailed):
    """None of the conductor nodes can be reached at the moment."""


class NothingListed(PcliError):
    """A conductor that lists not even itself: nothing is known, which is not the same as no routers."""


@dataclass(frozen=True)
class ConductorQuery:
    """Who is asked, and how. ``variables``: those of the connection, without an address.

    ``connect`` makes a connection of variables, ``warn`` shows a warning, ``wall`` is the time in seconds since 1970.
    """

    addresses: Sequence[ConductorAddress]
    variables: Mapping[str, object]
    connect: Callable[[dict[str, object]], Any]
    warn: Callable[[str], None]
    wall: Callable[[], float]

    @property
    def asked(self) -> tuple[str, ...]:
        """What is asked, and as whom: an answer to something else is none to this."""
        return (*(address.address for address in self.addresses), str(self.variables.get("ansible_user") or ""))

    def answer(self) -> CachedAnswer:
        """The answer of the first node that gives one. Raises PcliError, and Unreachable where none answers."""
        problems: list[tuple[ConductorAddress, PcliError]] = []
        for address in self.addresses:
            try:
                answer = self._answer_of(address)
            except (LoginRefused, HostKeyRefused) as error:
                if not problems:
                    raise
                problems.append((address, error))
                break  # no password is tried on yet another node
            except PcliError as error:
                # The class itself is for a wrong setting, which is the same for every node.
                if error.__class__ is PcliError:
                    raise
                problems.append((address, error))
            else:
                for other, error in problems:
                    self.warn(
                        f"Conductor node {other.name} could not be asked, {address.name} was: "
                        f"{in_option_names(str(error))}"
                    )
                return answer
        reasons = " ".join(f"{address.name}: {error}" for address, error in problems)
        if len(problems) > 1:
            reasons = f"None of the {len(problems)} conductor nodes can be asked. {reasons}"
        reached = [error for _address, error in problems if not isinstance(error, UNREACHABLE)]
        raise (PcliError if reached else Unreachable)(reasons) from problems[0][1]

    def _answer_of(self, address: ConductorAddress) -> CachedAnswer:
        """One login, and one list of assets. Raises PcliError."""
        own = {**self.variables, "ansible_host": address.host, "ansible_port": address.port}
        if address.node:
            own["ansible_pcli_node"] = address.node
        passwords = [str(own.get(name) or "") for name in ("ansible_password", "ansible_pcli_jump_password")]
        attempt = hash((address.address, str(own.get("ansible_user")), *passwords))
        if attempt in REFUSED:
            raise REFUSED[attempt]
        connection = self.connect(own)
        try:
            conductor = Conductor(connection.session, connection.get_option("node"), connection.get_option("router"))
            conductor.tell = lambda line: self.warn(f"{address.name}: {line}")
            return self._read(conductor, address)
        except LoginRefused as error:
            if any(passwords):
                REFUSED[attempt] = error
            raise
        finally:
            connection.close()

    def _read(self, conductor: Conductor, address: ConductorAddress) -> CachedAnswer:
        router, node = conductor.local_node()
        assets = conductor.assets()
        if not assets:
            raise NothingListed(
                f"'show assets' at {address.address} shows no asset that can be read, not even the conductor's own. "
                "Run it by hand with this account; an account may be limited to resource groups."
            )
        version = None if shows_version(assets, router, node) else conductor.own_version()
        if version is not None:
            version = replace(version, router=router, node=node)  # 'show system' names no router
        return CachedAnswer(self.asked, address.address, router, plain(node), rows_of(assets, version), self.wall())

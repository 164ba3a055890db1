# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: conductor
short_description: Conductor nodes and routers from a Session Smart (SSR) conductor
version_added: 0.2.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Logs in to a conductor over SSH, asks C(show assets), and makes hosts of the conductor's own nodes and of the
    routers that it manages. The playbooks of this collection run with it as it is.
  - The file is called C(ssr.yml) or ends in C(.ssr.yml), C(-ssr.yml) or C(_ssr.yml) (or C(.yaml)).
  - Conductor nodes are in the group C(ssr_conductors), with the variables that the connection
    P(sessionsmart.ssr.pcli#connection) needs. Routers are in C(ssr_routers); nothing ever connects to them, and they
    have no variables of a connection.
  - Routers are also grouped by state (C(ssr_state_synchronized)), install type (C(ssr_install_type_image),
    C(ssr_install_type_package)), version (C(ssr_version_6_3_5_39_r1_el7), C(ssr_release_6_3_5)) and nodes
    (C(ssr_pairs), C(ssr_singles)). A router whose nodes differ is in the group of each of them, and in
    C(ssr_state_mixed) and the like; what the conductor does not say is C(unknown). Conductor nodes are in none of
    these.
  - "Every host has: C(ssr_role) (V(conductor) or V(router)), C(ssr_router) (the SSR's name of the router),
    C(ssr_conductor) (the host of the first conductor node), C(ssr_nodes) (a list with C(node), C(version),
    C(install_type), C(state), C(status) as printed, C(settled), C(errors) and C(asset_id)), C(ssr_ha) (more than one
    node), C(ssr_running_version) and C(ssr_release) (null where the nodes differ), C(ssr_versions),
    C(ssr_install_type) and C(ssr_state) (V(mixed) where they differ), C(ssr_settled) (every node is) and
    C(ssr_asset_ids)."
  - Conductor hosts have C(ssr_node), too, and C(ssr_unassigned_assets), the assets that belong to no router yet.
  - A host is called like its router. What Ansible would take for something else (a colon, a bracket, C(all),
    C(localhost)) is replaced or prefixed; C(ssr_router) holds the SSR's own name.
  - The password that this file names is used for the query of the inventory only. It is neither a variable of a host
    nor in the cache; plays get theirs from a credential, C(--ask-pass), C(group_vars), or O(variables).
requirements:
  - paramiko 3.4 or newer, netaddr, and jmespath (for O(filters)) on the controller
notes:
  - An inventory that fails is only a warning to Ansible, and a play without hosts ends well. Set
    C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true) for unattended runs. The playbooks of this collection refuse to run
    without a conductor.
  - One file is one authority; two authorities are two inventories.
extends_documentation_fragment:
  - constructed
  - inventory_cache
options:
  plugin:
    description: Marks a file as one for this plugin.
    type: str
    required: true
    choices: [sessionsmart.ssr.conductor]
  conductors:
    description:
      - The one or two nodes of the conductor, in the order in which to upgrade them. The second is asked where the
        first cannot be.
      - Each is an address (V(192.0.2.11), V(conductor-1.example.net:2222), V(2001:db8::1), V([2001:db8::1]:22)), or a
        mapping of C(address), C(name) and C(node). C(name) is the inventory host, made of the address when not set.
        C(node) is the SSR's name of the node that must be there; it is found out when not set.
      - This option, like O(user), O(port), O(password), O(private_key_file) and the others of the connection, may hold
        templates with lookups.
    type: list
    elements: raw
    required: true
  port:
    description: Port of the SSH servers, where O(conductors) names none.
    type: int
    default: 22
  user:
    description:
      - User to log in as.
      - It becomes C(ansible_user) of the conductor nodes only if the file holds it as plain text. From the environment
        or a template it is for the query of the inventory alone, so that a job's own credential counts later.
    type: str
    env:
      - name: ANSIBLE_REMOTE_USER
      - name: SSR_CONDUCTOR_USER
    ini:
      - section: defaults
        key: remote_user
  password:
    description:
      - Password of the user. Give it by a lookup, from a vault, or in the environment.
      - It is tried once, and never again after it was refused, also not on the other node, since six failures lock an
        account.
    type: str
    env:
      - name: SSR_CONDUCTOR_PASSWORD
  private_key_file:
    description:
      - Private key to log in with. Without it and without a password, the ssh-agent and the keys in C(~/.ssh) are
        tried.
      - It becomes C(ansible_private_key_file) of the conductor nodes only if the file holds it as plain text.
    type: str
    env:
      - name: ANSIBLE_PRIVATE_KEY_FILE
      - name: SSR_CONDUCTOR_PRIVATE_KEY_FILE
    ini:
      - section: defaults
        key: private_key_file
  private_key_passphrase:
    description: Passphrase of the private key; see O(password) on where to have it from.
    type: str
    env:
      - name: SSR_CONDUCTOR_PRIVATE_KEY_PASSPHRASE
  host_keys:
    description:
      - Host keys of the conductor nodes, as C(ssh-keyscan) prints them; a list, or a text with a line for each. When
        set, known_hosts files are not read, and keys are checked whatever the environment says.
      - They become C(ansible_pcli_host_keys) of the conductor nodes.
    type: raw
  host_key_checking:
    description:
      - Whether the host key must be known.
      - What the file says wins over the environment, and becomes C(ansible_host_key_checking) of the conductor nodes,
        so that keys stay checked where AWX turns checking off.
    type: bool
    default: true
    env:
      - name: ANSIBLE_HOST_KEY_CHECKING
    ini:
      - section: defaults
        key: host_key_checking
  known_hosts_files:
    description:
      - Files with known host keys, for the query of the inventory and for the conductor nodes.
        C(~/.ssh/known_hosts) and C(/etc/ssh/ssh_known_hosts) when not set.
    type: list
    elements: str
  connect_timeout:
    description:
      - Seconds until an address that does not answer, or a login that does not end, is given up. The default of the
        connection is 30.
    type: int
  login_timeout:
    description: Seconds until the first prompt must have come after the login. The default of the connection is 60.
    type: int
  command_timeout:
    description:
      - Seconds until C(show assets) must have come back. The default of the connection is 120; raise it for very large
        authorities.
    type: int
  enter_command:
    description: The command that leads from a Linux shell into the PCLI, for accounts that land in Linux.
    type: str
  variables:
    description:
      - More variables of the conductor nodes, such as C(ansible_pcli_prompt). The query of the inventory uses them,
        too, where neither the file nor an C(SSR_CONDUCTOR_...) of the environment has the option of the same meaning.
      - They are passed on as they are written, and a template is evaluated by the play that needs it. A password is
        taken only as a template or from a vault, since everybody who lists the inventory would read it.
    type: dict
    default: {}
  filters:
    description:
      - JMESPath expressions over the C(ssr_*) variables of a router. Only routers for which all of them are true become
        hosts. Conductor nodes always do.
      - A mistake in an expression is reported with its position, before the login.
    type: list
    elements: str
    default: []
  unreachable_cache_age:
    description:
      - Where no conductor node can be reached, go on with what was learned no longer ago than so many seconds, with a
        warning. Older knowledge is not fresh, and then, as with V(0), it is an error.
      - The age counts from the answer of the conductor. It needs O(cache) and a O(cache_plugin) that outlives the run.
      - "It never replaces a refused login or a wrong host key, nor an inventory that is to be asked anew
        (C(--flush-cache), C(meta: refresh_inventory))."
      - Younger than O(cache_timeout), the cache is used without asking anybody, as everywhere in Ansible.
    type: int
    default: 0
"""

EXAMPLES = r"""
# my.ssr.yml: two conductor nodes, the password from the environment, pinned host keys.
plugin: sessionsmart.ssr.conductor
conductors:
  - address: 192.0.2.11
    name: conductor-1
  - address: "[2001:db8::12]:22"
    name: conductor-2
user: admin
password: "{{ lookup('ansible.builtin.env', 'SSR_PASSWORD') }}"
host_keys:
  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEexampleexampleexampleexampleexampleexamplex
  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEanotheranotheranotheranotheranotheranotherx

# Another file: the password from a vault, also for the plays; routers of one kind, with groups and waves of one's own.
# plugin: sessionsmart.ssr.conductor
# conductors: [conductor-1.example.net, conductor-2.example.net]
# user: admin
# variables:
#   ansible_password: "{{ lookup('ansible.builtin.file', '/run/secrets/ssr') }}"
# filters:
#   - starts_with(ssr_router, 'store-')
#   - ssr_nodes[?state != 'disconnected']
# keyed_groups:
#   - key: ssr_router.split('-')[1]
#     prefix: region
# groups:
#   lagging: ssr_release is none or ssr_release is ansible.builtin.version('6.3.5', '<')
# compose:
#   ssr_wave: 2 if ssr_ha else 1

# Another file: a cache for an hour; for a day, should the conductor be away.
# plugin: sessionsmart.ssr.conductor
# conductors: [192.0.2.11, 192.0.2.12]
# cache: true
# cache_plugin: ansible.builtin.jsonfile
# cache_connection: ~/.cache/ssr-inventory
# cache_timeout: 3600
# unreachable_cache_age: 86400
"""

import difflib
import inspect
import time

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.helpers import get_group_vars
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.playbook.play_context import PlayContext
from ansible.plugins.connection import ConnectionBase
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.plugins.loader import connection_loader
from ansible.utils.vars import combine_vars
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.addresses import AddressError, read_addresses
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.cached_answer import (
    from_data,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.conductor_query import (
    ConductorQuery,
    Unreachable,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.connection_variables import (
    SECRET_VARIABLE,
    VARIABLES,
    ConnectionVariables,
    OptionError,
    checked_value,
    in_option_names,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.filters import BadFilter, Filters
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.hosts import (
    CONDUCTORS,
    InventoryHosts,
    InventoryHostsError,
    make_hosts,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused

TRANSPORT = "sessionsmart.ssr.pcli"

_NAMES = ("ssr.yml", "ssr.yaml")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Hosts and groups from what a conductor knows."""

    NAME = "sessionsmart.ssr.conductor"
    # No text of the conductor's own that holds braces comes through (see cached_answer.py and hosts.py), so none can be
    # a template. Without this, ansible-inventory of 2.19 and later prints every text as a mapping.
    trusted_by_default = True

    def verify_file(self, path):
        """Whether the name of the file is one for this plugin."""
        name = path.replace("\\", "/").rpartition("/")[2]
        ours = name in _NAMES or (name.endswith(_NAMES) and name[: name.rindex("ssr.")].endswith((".", "-", "_")))
        return ours and super().verify_file(path)

    def parse(self, inventory, loader, path, cache=True):
        """Read the file, ask the conductor (or the cache), and add the hosts."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        try:
            addresses = read_addresses(self.get_option("conductors"), self.get_option("port"))
            filters = Filters(self.get_option("filters"))
            variables = self._connection_variables(config)
            query = ConductorQuery(addresses, variables.of_query(), _connection, self.display.warning, time.time)
            inventory_hosts = make_hosts(self._answer(path, query, cache), addresses, filters.keep)
            shared = {"ansible_connection": TRANSPORT, "ansible_facts_modules": [], **variables.of_hosts()}
        except OptionError as error:
            raise AnsibleParserError(str(error)) from None
        except (PcliError, AddressError, NameRefused, BadFilter, InventoryHostsError) as error:
            # Ansible prints the causes of an error behind it, and the sentence would come twice, in other words.
            raise AnsibleParserError(in_option_names(str(error))) from None
        self._add(inventory_hosts, shared)

    # -- options ----------------------------------------------------------------------------------------------

    def set_options(self, task_keys=None, var_options=None, direct=None):
        """Ansible's own, with templates evaluated before the types are checked."""
        if direct:
            direct = {name: self._resolved(name, value) for name, value in direct.items()}
            # An empty value, such as an environment variable that is not set, leaves room for the default.
            direct = {name: value for name, value in direct.items() if name not in VARIABLES or value not in ("", None)}
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        if direct:
            self._refuse_unknown(direct)

    def _refuse_unknown(self, config):
        """Ansible passes over options that it does not know, and a mistyped one would be a setting that is not made."""
        for name in config:
            if name not in self._options:
                close = difflib.get_close_matches(str(name), list(self._options), 1)
                hint = (
                    f" Is {close[0]} meant?" if close else " See: ansible-doc -t inventory sessionsmart.ssr.conductor"
                )
                raise AnsibleParserError(f"There is no option '{name}'.{hint}")

    def _resolved(self, name, value):
        """The value of an option that may be a template. Raises AnsibleParserError."""
        if name in ("port", "conductors") or name in VARIABLES:
            value = self._evaluated(f"option {name}", value)
        if name == "host_key_checking" and value not in ("", None):
            try:
                return boolean(value)
            except TypeError:  # Ansible itself would take every such word for a no
                raise AnsibleParserError("Option host_key_checking must be true or false.") from None
        try:
            return checked_value(name, value)
        except OptionError as error:
            raise AnsibleParserError(str(error)) from None

    def _evaluated(self, what, value):
        """A value with its templates evaluated, with what --extra-vars defines. Raises AnsibleParserError."""
        self.templar.available_variables = self._vars or {}
        # Before ansible-core 2.19 a text that looks like a list would become one, and a password may look so.
        older = not hasattr(self.templar, "evaluate_expression") and isinstance(value, str)
        try:
            return self.templar.template(value, **({"convert_data": False} if older else {}))
        except AnsibleError as error:
            # Before 2.19 Ansible's words repeat the text, and a password may hold braces.
            secret = SECRET_VARIABLE.search(what) and not hasattr(self.templar, "evaluate_expression")
            why = "it is secret, so it is not shown" if secret else error
            raise AnsibleParserError(f"The template in {what} cannot be evaluated: {why}") from None

    def _connection_variables(self, config):
        return ConnectionVariables(
            config, self.get_option, lambda option: self.get_option_and_origin(option)[1], self._evaluated
        )

    # -- the answer of the conductor --------------------------------------------------------------------------

    def _answer(self, path, query, use_cache):
        """From the cache while that is young, else from the conductor, else from the cache while that is allowed."""
        timeout, longest = self._cache_ages()
        key = self.get_cache_key(path)
        kept = self._cached_answer(key, query.asked) if use_cache and self.get_option("cache") else None
        age = kept.age(query.wall()) if kept else None
        if age is not None and (age <= timeout or not timeout):
            return kept
        try:
            answer = query.answer()
        except Unreachable as error:
            if age is None or age > longest:
                raise
            self.display.warning(
                f"{in_option_names(str(error))} The inventory is what {kept.address} said {format_duration(age)} ago "
                "(unreachable_cache_age): states and versions may be others by now."
            )
            return kept
        if self.get_option("cache"):
            self._cache[key] = answer.as_data()
        return answer

    def _cache_ages(self):
        """How old a cache may be, in seconds: to ask nobody (0: any age), and to go on where nobody answers."""
        timeout, longest = self.get_option("cache_timeout"), self.get_option("unreachable_cache_age")
        if longest <= 0:
            return timeout, 0
        if not self.get_option("cache") or self.get_option("cache_plugin") in ("memory", "ansible.builtin.memory"):
            raise AnsibleParserError(
                "unreachable_cache_age needs a cache that outlives the run. Set cache: true, a cache_plugin such as "
                "ansible.builtin.jsonfile, and its cache_connection."
            )
        if 0 < timeout < longest:  # the cache itself must not forget before that
            self.set_option("cache_timeout", longest)
            self.load_cache_plugin()
        return timeout, longest

    def _cached_answer(self, key, asked):
        """What the cache holds; None where it holds nothing that can be used."""
        try:
            return from_data(self._cache[key], asked)
        except KeyError:
            return None
        except (AnsibleError, TypeError, ValueError) as error:  # what a damaged file makes of the cache plugin
            self.display.warning(f"The cache of the inventory cannot be read, so the conductor is asked. ({error})")
            return None

    # -- the inventory ----------------------------------------------------------------------------------------

    def _add(self, inventory_hosts: InventoryHosts, shared):
        """Add hosts and groups, and what the user constructs of them."""
        self._warn_of_another(inventory_hosts)
        for group in inventory_hosts.groups:
            self.inventory.add_group(group)
        for name, value in shared.items():
            self.inventory.set_variable(CONDUCTORS, name, value)
        hosts = {**inventory_hosts.conductors, **inventory_hosts.routers}
        for host, variables in hosts.items():
            self.inventory.add_host(host)
            for name, value in variables.items():
                self.inventory.set_variable(host, name, value)
        for group, members in inventory_hosts.groups.items():
            for host in members:
                self.inventory.add_child(group, host)
        for host in hosts:
            self._construct(host)
        if inventory_hosts.left_out and not inventory_hosts.routers:
            self.display.warning(f"The filters leave out every one of {len(inventory_hosts.left_out)} routers.")
        self.display.vv(f"{len(inventory_hosts.routers)} routers, {len(inventory_hosts.left_out)} left out by filters")

    def _warn_of_another(self, inventory_hosts):
        """Playbooks ask the first host of ssr_conductors, whoever's it is (rule A8: one inventory is one authority)."""
        group = self.inventory.groups.get(CONDUCTORS)
        others = (
            [host.name for host in group.get_hosts() if host.name not in inventory_hosts.conductors] if group else []
        )
        if others:
            self.display.warning(
                f"The group {CONDUCTORS} holds {', '.join(others)} of another source, too. One inventory is one "
                "authority: routers would be searched at the wrong conductor. Use an inventory for each."
            )

    def _construct(self, host):
        """Variables and groups that the user makes of ours: compose, groups, keyed_groups."""
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), self._variables_of(host), host, strict=strict)
        variables = self._variables_of(host)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)

    def _variables_of(self, host):
        inventory_host = self.inventory.get_host(host)
        return combine_vars(get_group_vars(inventory_host.get_groups()), inventory_host.get_vars())


def _connection(variables):
    """The collection's own connection, with the same variables that a host would have."""
    needs_stdin = "new_stdin" in inspect.signature(ConnectionBase.__init__).parameters  # up to ansible-core 2.18
    connection = connection_loader.get(TRANSPORT, PlayContext(), *(("/dev/null",) if needs_stdin else ()))
    connection.set_options(var_options=variables)
    return connection

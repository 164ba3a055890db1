# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin through the real ``ansible-inventory``, against a simulated conductor over SSH."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.harness import AUTHORITY, ROOT, Bench
from tests.integration.routers import NEW, OLD, messages_of, play

PASSWORD = "demo-admin-password"
REFERENCE = "{{ lookup('ansible.builtin.env', 'TEST_PASSWORD') }}"


@dataclass
class Listed:
    """What one ``ansible-inventory`` said."""

    code: int
    output: str
    words: str

    @property
    def data(self) -> dict:
        return json.loads(self.output)

    @property
    def hosts(self) -> dict:
        return self.data["_meta"]["hostvars"]

    def group(self, name: str) -> list[str]:
        return self.data.get(name, {}).get("hosts", [])


class Source:
    """An inventory file of ours, and the simulated conductor that it leads to."""

    def __init__(self, bench: Bench):
        self.bench = bench
        self.file = bench.folder / "my.ssr.yml"
        self.settings = {"TEST_PASSWORD": PASSWORD}
        self.write()

    def write(self, **changes) -> Source:
        """The file, with these options changed; one that is None is left out."""
        nodes = self.bench.simulator.nodes
        options = {
            "plugin": "sessionsmart.ssr.conductor",
            "conductors": [
                {"address": f"{node.host}:{node.port}", "name": f"conductor-{number}"}
                for number, node in enumerate(nodes.values(), 1)
            ],
            "user": "admin",
            "password": REFERENCE,
            "host_keys": list(self.bench.simulator.host_keys.values()),
            **changes,
        }
        options = {name: value for name, value in options.items() if value is not None}
        self.file.write_text(yaml.safe_dump(options, sort_keys=False), encoding="utf-8")
        return self

    def run(self, *words: str, source: Path | None = None, program: str = "ansible-inventory") -> Listed:
        done = subprocess.run(
            [str(Path(sys.executable).with_name(program)), "--inventory", str(source or self.file), *words],
            env={**self.bench.environment, **self.settings},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        everything = done.stdout + done.stderr
        assert "Traceback" not in everything and PASSWORD not in everything, everything
        # Ansible breaks lines at hyphens, too.
        return Listed(done.returncode, done.stdout, " ".join(re.sub(r"-\n", "-", done.stderr).split()))

    def list(self, *words: str, **more) -> Listed:
        listed = self.run("--list", *words, **more)
        assert listed.code == 0, listed.words
        return listed

    def refused(self) -> str:
        """What is said where there can be no inventory."""
        self.settings["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
        listed = self.run("--list")
        assert listed.code != 0, listed.output
        return listed.words

    def anew(self) -> Listed:
        """What a playbook sees that does not want what is kept (ansible-inventory learned this after 2.16)."""
        playbook = self.bench.folder / "nothing.yml"
        playbook.write_text("[{hosts: ssr_routers, gather_facts: false, tasks: []}]\n")
        return self.run("--list-hosts", "--flush-cache", str(playbook), program="ansible-playbook")

    def events(self, kind: str) -> list[str]:
        """The nodes at which this happened, in order."""
        return [event["node"].partition(".")[0] for event in self.bench.simulator.log if event["event"] == kind]

    def away(self, number: int) -> dict:
        """The first or second entry of conductors, at a port where nobody listens."""
        return {"address": "127.0.0.1:1", "name": f"conductor-{number}"}


@pytest.fixture
def source(bench):
    return Source(bench(AUTHORITY))


# -- what is listed ---------------------------------------------------------------------------------------------------


def test_hosts_and_groups_of_an_authority(source):
    listed = source.list()
    assert listed.words == ""
    assert listed.group("ssr_conductors") == ["conductor-1", "conductor-2"]
    assert listed.group("ssr_routers") == ["hub", "branch"]
    assert listed.group("ssr_pairs") == ["hub"] and listed.group("ssr_singles") == ["branch"]
    assert listed.group("ssr_install_type_package") == ["branch"]
    assert listed.group("ssr_version_6_3_0_107_r1_el7") == ["hub", "branch"] == listed.group("ssr_release_6_3_0")
    first, second = listed.hosts["conductor-1"], listed.hosts["conductor-2"]
    port = source.bench.simulator.nodes["c1"].port
    assert (first["ansible_host"], first["ansible_port"], first["ansible_user"]) == ("127.0.0.1", port, "admin")
    assert first["ansible_connection"] == "sessionsmart.ssr.pcli" and first["ansible_facts_modules"] == []
    assert (first["ansible_pcli_node"], second["ansible_pcli_node"]) == ("c1", "c2")
    assert (first["ssr_running_version"], first["ssr_router"]) == (NEW, "Conductor")
    hub = listed.hosts["hub"]
    assert [(node["node"], node["version"], node["settled"]) for node in hub["ssr_nodes"]] == [
        ("hub-1", OLD, True),
        ("hub-2", OLD, True),
    ]
    assert hub["ssr_conductor"] == "conductor-1"
    assert not [name for name in hub if name.startswith("ansible_")], "nothing ever connects to a router"
    assert not any("password" in name for host in listed.hosts.values() for name in host)
    assert "__ansible_unsafe" not in listed.output
    assert source.events("login") == ["c1"] and source.bench.sent == []


def test_a_list_that_cannot_be_read_is_that_of_the_web_api_and_that_is_a_warning(bench):
    fault = {"type": "strange_line", "command": "show assets", "text": "1 asset could not be read"}
    listed = Source(bench(AUTHORITY, faults=[fault], api={"enabled": True})).list()
    assert listed.group("ssr_routers") == ["hub", "branch"] and listed.group("ssr_pairs") == ["hub"]
    assert "conductor-1: " in listed.words
    assert "Until it can be, the list of assets of the web API counts." in listed.words


def test_graph_and_one_host(source):
    graph = source.run("--graph").output
    assert "@ssr_conductors:" in graph and "|  |--hub" in graph
    assert json.loads(source.run("--host", "branch").output)["ssr_install_type"] == "package"


def test_variables_are_handed_on_as_written_and_used_for_the_login_too(source):
    vault = VaultLib([("default", VaultSecret(b"vault-password"))]).encrypt(PASSWORD).decode()
    (source.bench.folder / "vault-pass").write_text("vault-password\n")
    source.write(password=None, variables={"ansible_password": REFERENCE, "ansible_pcli_max_shells": 3})
    variables = source.list().hosts["conductor-2"]
    assert variables["ansible_password"] == REFERENCE and variables["ansible_pcli_max_shells"] == 3
    source.write(password=None)
    secret = "!vault |\n" + "".join(f"    {line}\n" for line in vault.splitlines())
    with source.file.open("a") as stream:
        stream.write(f"password: {secret}variables:\n  ansible_password: {secret}")
    variables = source.list(f"--vault-password-file={source.bench.folder / 'vault-pass'}").hosts["conductor-1"]
    assert "$ANSIBLE_VAULT" in json.dumps(variables["ansible_password"])
    assert source.events("login_failed") == []


# -- conductors that cannot be asked ----------------------------------------------------------------------------------


def test_where_the_first_node_is_away_the_second_is_asked_and_the_order_stays(source):
    second = source.bench.simulator.nodes["c2"]
    source.write(conductors=[source.away(1), {"address": f"127.0.0.1:{second.port}", "name": "conductor-2"}])
    listed = source.list()
    assert "conductor-1 could not be asked, conductor-2 was" in listed.words
    assert listed.group("ssr_conductors") == ["conductor-1", "conductor-2"]
    assert [listed.hosts[f"conductor-{n}"]["ansible_pcli_node"] for n in (1, 2)] == ["c1", "c2"]
    assert source.events("login") == ["c2"] and listed.group("ssr_routers") == ["hub", "branch"]


def test_where_both_are_away_it_is_said_of_each(source):
    source.write(conductors=[source.away(1), {"address": "no-such-host.invalid", "name": "conductor-2"}])
    said = source.refused()
    assert "None of the 2 conductor nodes" in said and "[127.0.0.1]:1" in said and "no-such-host.invalid" in said
    assert "ansible_host" not in said, "the options of this file are called otherwise"


def test_an_address_that_leads_to_another_node_than_was_named_is_not_asked(source):
    first = source.bench.simulator.nodes["c1"]
    source.write(conductors=[{"address": f"127.0.0.1:{first.port}", "node": "c2"}])
    said = source.refused()
    assert "is on node c1, not on c2" in said
    assert source.bench.simulator.commands() == []


def test_a_wrong_host_key_ends_it_before_a_password_goes_out(source):
    other = source.bench.simulator.host_keys["c2"]
    source.write(host_keys=[other])
    said = source.refused()
    assert "not the known one" in said and "host_keys" in said and "ansible_pcli_host_keys" not in said
    assert source.events("login") == source.events("login_failed") == []
    source.write(host_keys=None, known_hosts_files=[str(source.bench.folder / "nothing")])
    assert "is not known" in source.refused()
    known = source.bench.folder / "known"
    known.write_text("\n".join(source.bench.simulator.known_hosts()) + "\n")
    source.write(host_keys=None, known_hosts_files=[str(known)])
    assert source.list().hosts["conductor-1"]["ansible_pcli_known_hosts_files"] == [str(known)]


def test_a_wrong_password_is_tried_once_and_on_no_other_node(source):
    source.settings["TEST_PASSWORD"] = "something-else"
    # Both ways into the plugin in one run: auto, and by its name.
    source.settings["ANSIBLE_INVENTORY_ENABLED"] = "auto,sessionsmart.ssr.conductor,yaml"
    said = source.refused()
    assert "was refused" in said and "six failures" in said and "something-else" not in said
    assert source.events("login_failed") == ["c1"] and source.events("login") == []


# -- the cache --------------------------------------------------------------------------------------------------------


@pytest.fixture
def cached(source):
    """A source with a cache on disk, which has answered once; ``change()`` writes the file anew."""
    options = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(source.bench.folder / "kept"),
        "cache_timeout": 3600,
    }
    source.change = lambda **more: source.write(**{**options, **more})
    source.change().list()
    return source


def kept_files(source) -> list[Path]:
    return list((source.bench.folder / "kept").iterdir())


def grow_old(source, seconds: int) -> None:
    """Make the cache older: the answer itself, and the file."""
    (path,) = kept_files(source)
    data = json.loads(path.read_text())
    inner = data if "at" in data else json.loads(data["__payload__"]) if "__payload__" in data else None
    assert inner is not None, data
    inner["at"] -= seconds
    path.write_text(json.dumps(inner if inner is data else {**data, "__payload__": json.dumps(inner)}))
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_within_its_time_the_cache_serves_and_nobody_is_asked(cached):
    first = cached.list()
    assert cached.events("login") == ["c1"], "asked by the fixture, and not again"
    cached.bench.simulator.stop()
    assert cached.list().data == first.data
    everything = "".join(path.read_text() for path in kept_files(cached))
    assert "hub-2" in everything and PASSWORD not in everything and "ssh-ed25519" not in everything


def test_filters_and_groups_are_made_anew_from_the_cache(cached):
    cached.change(filters=["ssr_ha"], keyed_groups=[{"key": "ssr_role", "prefix": "is"}])
    listed = cached.list()
    assert listed.group("ssr_routers") == ["hub"] == listed.group("is_router")
    assert cached.events("login") == ["c1"]


def test_other_addresses_another_user_and_a_wish_for_news_ask_again(cached):
    second = cached.bench.simulator.nodes["c2"]
    cached.change(conductors=[f"127.0.0.1:{second.port}"]).list()
    assert cached.events("login") == ["c1", "c2"]
    assert "hub" in cached.change().anew().output
    assert cached.events("login") == ["c1", "c2", "c1"]
    cached.change(user="viewer")
    cached.refused()
    assert cached.events("login_failed") == ["c1"], "another user may see other routers"


def test_a_damaged_cache_is_no_harm(cached):
    for text in ("{", "[]", '{"at": 1}'):
        for path in kept_files(cached):
            path.write_text(text)
        assert cached.list().group("ssr_routers") == ["hub", "branch"]


def test_an_old_cache_serves_only_where_nobody_answers_and_only_as_long_as_it_was_allowed(cached):
    grow_old(cached, 7200)
    cached.change(unreachable_cache_age=86400).list()
    assert cached.events("login") == ["c1", "c1"], "who can be asked is asked"
    grow_old(cached, 7200)
    cached.bench.simulator.stop()
    listed = cached.list()
    assert listed.group("ssr_routers") == ["hub", "branch"]
    assert "2 h 00 min ago" in listed.words and "unreachable_cache_age" in listed.words
    assert "None of the 2 conductor nodes" in listed.words
    anew = cached.anew()
    assert "None of the 2" in anew.words and "hub" not in anew.output, "whoever asks for news gets none of yesterday"
    grow_old(cached, 86400)
    assert "None of the 2" in cached.refused()
    cached.change()
    assert "None of the 2" in cached.refused(), "without the setting it is an error"


def test_an_old_cache_does_not_hide_a_refused_login(cached):
    grow_old(cached, 7200)
    cached.change(unreachable_cache_age=86400)
    cached.settings["TEST_PASSWORD"] = "something-else"
    assert "was refused" in cached.refused()


def test_a_setting_for_old_caches_without_one_that_lasts_is_told(source):
    assert "cache: true" in source.write(unreachable_cache_age=60).refused()
    assert "outlives" in source.write(unreachable_cache_age=60, cache=True).refused()
    assert source.events("login") == []


# -- what users make of it --------------------------------------------------------------------------------------------


def test_groups_and_variables_of_ones_own(source):
    source.write(
        keyed_groups=[{"key": "ssr_install_type", "prefix": "kind"}],
        groups={"lagging": "ssr_release == '6.3.0'", "here": "ansible_user is defined"},
        compose={"ssr_wave": "2 if ssr_ha else 1"},
        strict=True,
    )
    listed = source.list()
    assert listed.group("kind_package") == ["branch"] and listed.group("lagging") == ["hub", "branch"]
    assert listed.group("here") == ["conductor-1", "conductor-2"]
    assert [str(listed.hosts[host]["ssr_wave"]) for host in ("hub", "branch")] == ["2", "1"]  # text before 2.19
    said = source.write(compose={"x": "no_such_variable"}, strict=True).refused()
    assert "no_such_variable" in said


def test_a_folder_with_constructed_and_variables_next_to_it(source):
    folder = source.bench.folder / "inventory"
    (folder / "group_vars").mkdir(parents=True)
    source.file = folder / "10-authority.ssr.yml"
    source.write()
    groups = {"plugin": "ansible.builtin.constructed", "groups": {"pairs_to_do": "ssr_ha and ssr_role == 'router'"}}
    (folder / "20-constructed.yml").write_text(yaml.safe_dump(groups))
    (folder / "group_vars" / "ssr_conductors.yml").write_text("ansible_user: somebody\n")
    listed = source.list(source=folder)
    assert listed.group("pairs_to_do") == ["hub"]
    assert listed.hosts["conductor-1"]["ansible_user"] == "somebody", "what a user writes beside it wins"


def test_a_second_authority_in_one_inventory_is_warned_of(source):
    folder = source.bench.folder / "inventory"
    folder.mkdir()
    (folder / "1.yml").write_text("ssr_conductors: {hosts: {elsewhere: {}}}\n")
    source.file = folder / "2.ssr.yml"
    source.write()
    assert "holds elsewhere of another source" in source.list(source=folder).words


def test_a_filter_and_a_broken_one(source):
    assert source.write(filters=["ssr_nodes[?install_type=='package']"]).list().group("ssr_routers") == ["branch"]
    logins = source.events("login")
    said = source.write(filters=["ssr_ha", "ssr_router = 'hub'"]).refused()
    assert "filters, entry 2, character" in said and "Nothing was sent" in said
    assert source.events("login") == logins
    assert "leave out every one of 2 routers" in source.write(filters=["`false`"]).list().words


def test_a_mistyped_option_is_told_and_nobody_logs_in(source):
    assert "There is no option 'pasword'. Is password meant?" in source.write(pasword="x").refused()
    assert source.events("login") == source.events("login_failed") == []


# -- AWX, and the playbooks -------------------------------------------------------------------------------------------


def test_as_an_inventory_source_of_awx(source):
    """Credentials from the environment, checking turned off there, and an export that holds no secret."""
    source.settings.update(
        ANSIBLE_HOST_KEY_CHECKING="False", SSR_CONDUCTOR_USER="admin", SSR_CONDUCTOR_PASSWORD=PASSWORD
    )
    bare = {"user": None, "password": None}
    listed = source.write(**bare, host_key_checking=True).list("--export")
    shared = listed.data["ssr_conductors"]["vars"]
    assert shared["ansible_host_key_checking"] is True and "ansible_user" not in shared
    assert not any("password" in name for name in shared)
    pinned = source.write(**bare).list("--export").data["ssr_conductors"]["vars"]
    assert pinned["ansible_host_key_checking"] is True, "a job must not turn off what was pinned"
    other = [source.bench.simulator.host_keys["c2"]]
    for more in ({"host_keys": other}, {"host_keys": None, "host_key_checking": True}):
        assert "host key" in source.write(**bare, **more).refused(), "they are checked although AWX says otherwise"
    assert source.events("login") == ["c1", "c1"]


def test_the_playbooks_run_with_it_as_it_is(source):
    """Plan, then upgrade, by the inventory plugin alone; the password comes with the job."""
    b = source.bench
    b.inventory = source.write(variables={"ansible_password": REFERENCE}, filters=["ssr_ha"]).file
    b.settings.update(source.settings)
    run = play(b, "plan")
    assert run.code == 0, run.output
    (lines,) = messages_of(run, "Show the plan")
    assert [line.split()[0] for line in lines if line.startswith(("hub ", "branch "))] == ["hub"]
    assert b.sent == [] or not [command for command in b.sent if " router " in command]
    done = play(b, "upgrade_routers")
    assert done.code == 0, done.output
    assert {b.truth(node)["version"] for node in ("hub-1", "hub-2")} == {NEW}
    assert b.truth("b1")["version"] == OLD, "the filter left it out"


def test_the_example_in_the_repository_is_one(source):
    example = yaml.safe_load((ROOT / "playbooks" / "inventory" / "conductor.ssr.yml").read_text(encoding="utf-8"))
    source.settings["SSR_PASSWORD"] = PASSWORD
    nodes = source.bench.simulator.nodes.values()
    conductors = [
        {**conductor, "address": f"127.0.0.1:{node.port}"}
        for conductor, node in zip(example["conductors"], nodes, strict=True)
    ]
    keys = list(source.bench.simulator.host_keys.values())
    source.write(**{**example, "conductors": conductors, "host_keys": keys})
    assert source.list().group("ssr_routers") == ["hub", "branch"]

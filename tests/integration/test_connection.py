# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection sessionsmart.ssr.pcli under the names that Ansible users know: logins, host keys, prompts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.integration.harness import task
from tests.simulator.jump import JumpHost

LOOK = {"look": task("command", {"commands": ["show system"]})}
PASSPHRASE = "a-secret-passphrase"


def new_key(path: Path, passphrase: str | None = None) -> str:
    """Write a private key, and give its line for authorized_keys."""
    key = Ed25519PrivateKey.generate()
    how = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, how)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    path.chmod(0o600)
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def logins(b, event="login"):
    return [record["user"] for record in b.simulator.log if record["event"] == event]


def variants(b, **hosts):
    """A host for each set of variables, all at the same node."""
    b.hosts(dict.fromkeys(hosts, b.simulator))
    for name, variables in hosts.items():
        b.change_host(name, **variables)


def test_user_and_password_of_the_command_line_serve_every_connection(bench):
    b = bench("ha-6.3-image")
    for name in b.simulator.nodes:
        b.change_host(name, ansible_user=None, ansible_password=None)
    secret = b.folder / "secret"
    secret.write_text("demo-viewer-password\n")
    health = {"checks": ["assets_back"], "settled_before": ["t106-dut1.novalocal"], "ask_also": ["t106-dut2"]}
    run = b.play(
        {**LOOK, "other node": task("health_check", health)},
        "--user=viewer",
        f"--connection-password-file={secret}",
    )
    assert not run["look"]["failed"] and not run["other node"]["failed"]
    assert set(logins(b)) == {"viewer"}
    assert {event["node"] for event in b.simulator.log if event["event"] == "login"} == {
        "t106-dut1.Conductor",
        "t106-dut2.Conductor",
    }
    assert logins(b, "login_failed") == []


def test_keys_log_in_from_the_command_line_variables_and_the_home_folder(bench, tmp_path):
    lines = [new_key(tmp_path / name) for name in ("cli", "variable", "home/.ssh/id_ed25519")]
    lines.append(new_key(tmp_path / "locked", PASSPHRASE))
    stranger = tmp_path / "stranger"
    new_key(stranger)
    (tmp_path / "text").write_text("no key\n")
    b = bench("standalone-6.3", users=[{"name": "admin", "password": "demo-admin-password", "keys": lines}])
    b.settings["HOME"] = str(tmp_path / "home")
    key = "ansible_ssh_private_key_file"
    hosts = {
        "cli": {},
        "variable": {key: str(tmp_path / "variable")},
        "passphrase": {key: str(tmp_path / "locked"), "ansible_ssh_private_key_passphrase": PASSPHRASE},
        "no passphrase": {key: str(tmp_path / "locked")},
        "wrong passphrase": {key: str(tmp_path / "locked"), "ansible_ssh_private_key_passphrase": "x" + PASSPHRASE},
        "stranger": {key: str(stranger)},
        "missing": {key: str(tmp_path / "nowhere")},
        "text": {key: str(tmp_path / "text")},
    }
    b.settings["SSH_AUTH_SOCK"] = ""
    variants(b, **{name: {"ansible_password": None, **variables} for name, variables in hosts.items()})
    run = b.play(LOOK, f"--private-key={tmp_path / 'cli'}", "-vvv", hosts="all")
    for name in ("cli", "variable", "passphrase"):
        assert not run["look", name]["failed"], run["look", name]["msg"]
    words = {
        "no passphrase": "ansible_ssh_private_key_passphrase",
        "wrong passphrase": "ansible_ssh_private_key_passphrase",
        "stranger": str(stranger),
        "missing": "does not exist",
        "text": "not a private key",
    }
    for name, word in words.items():
        assert run["look", name]["failed"] and run["look", name]["connection"] == "auth", name
        assert word in run["look", name]["msg"], run["look", name]["msg"]
    assert PASSPHRASE not in run.output
    home = b.play(LOOK, hosts="cli")
    assert not home["look"]["failed"], "keys in ~/.ssh are tried as ssh does"


@pytest.mark.skipif(not shutil.which("ssh-agent"), reason="there is no ssh-agent here")
def test_a_key_of_the_agent_logs_in_unless_that_is_turned_off(bench, tmp_path):
    line = new_key(tmp_path / "key")
    b = bench("standalone-6.3", users=[{"name": "admin", "keys": [line]}])
    b.settings["SSH_AUTH_SOCK"] = str(tmp_path / "agent")
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", b.settings["SSH_AUTH_SOCK"]], stdout=subprocess.DEVNULL)
    try:
        assert b.simulator.wait_for(lambda _sim: (tmp_path / "agent").exists())
        environment = {**os.environ, "SSH_AUTH_SOCK": b.settings["SSH_AUTH_SOCK"]}
        subprocess.run(["ssh-add", "-q", str(tmp_path / "key")], env=environment, check=True)
        variants(b, agent={}, off={"ansible_pcli_use_agent": False})
        run = b.play(LOOK, hosts="all")
    finally:
        agent.kill()
        agent.wait()
    assert not run["look", "agent"]["failed"], run["look", "agent"]["msg"]
    assert run["look", "off"]["failed"] and "ssh-agent" in run["look", "off"]["msg"]


def test_host_keys_are_checked_unless_that_is_turned_off_and_a_variable_wins_over_the_environment(bench, tmp_path):
    b = bench("standalone-6.3")
    other = new_key(tmp_path / "other")
    known, changed = b.folder / ".ssh" / "known_hosts", b.folder / "changed"
    known.parent.mkdir()
    known.write_text("\n".join(b.simulator.known_hosts()) + "\n")
    changed.write_text(b.simulator.known_hosts()[0].split()[0] + f" {other}\n")
    key = next(iter(b.simulator.host_keys.values()))
    files, pins, check = "ansible_pcli_known_hosts_files", "ansible_pcli_host_keys", "ansible_host_key_checking"
    hosts = {
        "known": {pins: None, check: True},
        "unknown": {pins: None, files: [str(b.folder / "nothing")], check: True},
        "changed": {pins: None, files: [str(changed)], check: True},
        "pinned": {pins: [other, key], check: True},
        "wrong pin": {pins: [other], check: True},
        "broken pin": {pins: ["ssh-ed25519 AAAA"], check: True},
        "not checked": {pins: None, files: [str(b.folder / "nothing")]},
        "strict": {pins: None, files: [str(b.folder / "nothing")], "ansible_pcli_host_key_checking": True},
    }
    variants(b, **hosts)
    b.settings["ANSIBLE_HOST_KEY_CHECKING"] = "False"
    run = b.play(LOOK, hosts="all")
    assert {name for name in hosts if not run["look", name]["failed"]} == {"known", "pinned", "not checked"}
    for name in ("unknown", "changed", "wrong pin", "broken pin", "strict"):
        assert run["look", name]["connection"] == "host_key", name
    assert "ssh-keyscan" in run["look", "unknown"]["msg"] and "SHA256:" in run["look", "unknown"]["msg"]
    for name in ("changed", "wrong pin"):
        assert "not the known one" in run["look", name]["msg"]
    assert "ansible_pcli_host_keys" in run["look", "broken pin"]["msg"]
    assert logins(b, "login_failed") == [], "no password goes to a stranger"


def test_pinned_keys_count_although_checking_is_turned_off_everywhere(bench, tmp_path):
    """AWX sets ANSIBLE_HOST_KEY_CHECKING=False for every job; what an inventory says of a host wins."""
    b = bench("standalone-6.3")
    other = new_key(tmp_path / "other")
    pins = "ansible_pcli_host_keys"
    hosts = {
        "pinned": {},
        "replaced": {pins: [other]},
        "replaced, and an argument": {pins: [other], "ansible_ssh_common_args": "-o StrictHostKeyChecking=no"},
        "no pin": {pins: None},
        "no pin, but asked for": {pins: None, "ansible_host_key_checking": True},
        "no pin, but an argument": {pins: None, "ansible_ssh_common_args": "-o StrictHostKeyChecking=yes"},
    }
    variants(b, **hosts)
    b.settings["ANSIBLE_HOST_KEY_CHECKING"] = "False"
    run = b.play(LOOK, hosts="all")
    assert {name for name in hosts if not run["look", name]["failed"]} == {"pinned", "no pin"}
    assert all(run["look", name]["connection"] == "host_key" for name in hosts if name not in ("pinned", "no pin"))
    assert logins(b, "login_failed") == []


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="there is no ssh-keygen here")
@pytest.mark.skipif(not shutil.which("ssh-agent"), reason="there is no ssh-agent here")
def test_a_signed_key_logs_in_from_a_file_and_from_the_agent_alone(bench, tmp_path):
    """As AWX hands it over: the agent holds key and certificate, and there is no file."""
    authority = new_key(tmp_path / "authority")
    (tmp_path / "key.pub").write_text(new_key(tmp_path / "key") + "\n")
    sign = ["ssh-keygen", "-q", "-s", tmp_path / "authority", "-I", "ops", "-n", "admin", "-V", "+1h"]
    subprocess.run([*sign, tmp_path / "key.pub"], check=True, capture_output=True)
    b = bench("standalone-6.3", users=[{"name": "admin", "keys": [f"cert-authority {authority} the authority"]}])
    b.settings["SSH_AUTH_SOCK"] = str(tmp_path / "agent")
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", b.settings["SSH_AUTH_SOCK"]], stdout=subprocess.DEVNULL)
    try:
        assert b.simulator.wait_for(lambda _sim: (tmp_path / "agent").exists())
        file = {"ansible_ssh_private_key_file": str(tmp_path / "key"), "ansible_pcli_use_agent": False}
        variants(b, file=file, nothing={"ansible_pcli_use_agent": False}, agent={})
        alone = b.play(LOOK, hosts="file:nothing")
        environment = {**os.environ, "SSH_AUTH_SOCK": b.settings["SSH_AUTH_SOCK"]}
        subprocess.run(["ssh-add", "-q", str(tmp_path / "key")], env=environment, check=True)
        for path in tmp_path.glob("key*"):
            path.unlink()
        by_agent = b.play(LOOK, hosts="agent")
    finally:
        agent.kill()
        agent.wait()
    assert not alone["look", "file"]["failed"], alone["look", "file"]["msg"]
    assert alone["look", "nothing"]["failed"] and alone["look", "nothing"]["connection"] == "auth"
    assert not by_agent["look"]["failed"], by_agent["look"]["msg"]
    assert {event["how"] for event in b.simulator.log if event["event"] == "key_accepted"} == {"certificate"}


def test_jump_hosts_are_taken_from_the_variables_that_users_have(bench):
    with JumpHost() as jump, JumpHost("second", "demo-second-password") as second, JumpHost() as gone:
        gone_address = gone.address
        gone.__exit__()
        b = bench("ha-6.3-image")
        known = b.folder / "known"
        known.write_text(jump.known_hosts + "\n")
        args = f"-o ProxyJump=jumper@{jump.address}"
        secret = {"ansible_pcli_jump_password": jump.password}
        pinned = {**secret, "ansible_pcli_jump_host_keys": [second.pin, jump.pin]}
        hosts = {
            "known": {**secret, "ansible_ssh_common_args": f"{args} -o UserKnownHostsFile={known}"},
            "pinned": {**pinned, "ansible_ssh_common_args": args},
            "extra": {**pinned, "ansible_ssh_extra_args": f"-C -J jumper@{jump.address}"},
            "args": {**pinned, "ansible_ssh_args": args, "ansible_ssh_common_args": "-J second@nowhere.invalid"},
            "unknown": {**secret, "ansible_ssh_common_args": args},
            "wrong": {**pinned, "ansible_ssh_common_args": args, "ansible_pcli_jump_password": "demo-wrong-password"},
            "no secret": {"ansible_pcli_jump_host_keys": [jump.pin], "ansible_ssh_common_args": args},
            "two": {**pinned, "ansible_ssh_common_args": f"{args},second@{second.address}"},
            "down": {**pinned, "ansible_ssh_common_args": f"-J jumper@{gone_address}"},
        }
        variants(b, **hosts)
        b.settings["SSH_AUTH_SOCK"] = ""
        run = b.play(LOOK, "--forks=4", hosts="all")
        for name in ("known", "pinned", "extra", "args"):
            assert not run["look", name]["failed"], run["look", name]["msg"]
        expected = {
            "unknown": ("host_key", "ansible_pcli_jump_host_keys"),
            "wrong": ("auth", "ansible_pcli_jump_password"),
            "no secret": ("auth", "ansible_pcli_jump_password"),
            "two": ("auth", f"jump host [127.0.0.1]:{second.port}"),
            "down": ("refused", f"jump host [127.0.0.1]:{gone.port}"),
        }
        for name, (kind, words) in expected.items():
            assert run["look", name]["failed"] and run["look", name]["connection"] == kind, run["look", name]["msg"]
            assert words in run["look", name]["msg"], run["look", name]["msg"]
        node = b.simulator.nodes["t106-dut1"]
        assert set(jump.tunnels) == {(node.host, node.port), ("127.0.0.1", second.port)}
        own = [jump.password, "demo-wrong-password"]
        assert set(jump.passwords) == set(own) and jump.passwords.count("demo-wrong-password") == 1
        assert set(second.passwords) == {jump.password}, "one password serves all jump hosts"
        assert not any(word in run.output for word in own)


def test_a_whole_upgrade_goes_through_a_jump_host(bench):
    """Restarts, the backup's fetching and the other node, too: only the jump host knows the names."""
    with JumpHost() as jump:
        b = bench("ha-6.3-image")
        for number, name in enumerate(b.simulator.nodes):
            jump.inside[f"c{number}.invalid"] = "127.0.0.1"
            jumping = {
                "ansible_host": f"c{number}.invalid",
                "ansible_ssh_common_args": f"-J jumper@{jump.address}",
                "ansible_pcli_jump_password": jump.password,
                "ansible_pcli_jump_host_keys": [jump.pin],
            }
            b.change_host(name, **jumping)
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_backup_methods=["sftp"])
        assert run.code == 0, run.output
        assert {node["version"] for node in b.simulator.truth()["nodes"].values() if node["router"] == "Conductor"} == {
            "6.3.5-39.r1.el7"
        }
        assert [path.suffix for path in (b.folder / "backups").iterdir()] == [".gz"]
        assert {host for host, _port in jump.tunnels} == {"c0.invalid", "c1.invalid"}
        assert jump.wait_for(lambda jump: jump.connections == 0)


def test_arguments_for_openssh_count_wherever_ansible_takes_them_from(bench):
    b = bench("standalone-6.3")
    variants(b, usual={}, own={"ansible_ssh_args": ""})
    by_option = b.play(LOOK, "--ssh-common-args=-o KexAlgorithms=x", hosts="usual")
    assert "ansible_ssh_common_args holds the option KexAlgorithms" in by_option["look"]["msg"]
    extra = b.play(LOOK, "--ssh-extra-args=-o Ciphers=x", hosts="usual")
    assert "ansible_ssh_extra_args holds the option Ciphers" in extra["look"]["msg"]
    b.settings["ANSIBLE_SSH_ARGS"] = "-C -o ControlMaster=auto -o MACs=x"
    by_environment = b.play(LOOK, hosts="all")
    assert "ansible_ssh_args holds the option MACs" in by_environment["look", "usual"]["msg"]
    assert not by_environment["look", "own"]["failed"], "a host may have arguments of its own"


@pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh here")
def test_a_proxy_command_may_be_openssh_itself(bench, tmp_path):
    line = new_key(tmp_path / "key")
    with JumpHost(keys=[line]) as jump:
        b = bench("standalone-6.3")
        (tmp_path / "known").write_text(jump.known_hosts + "\n")
        program = (
            f"ssh -F none -i {tmp_path / 'key'} -o UserKnownHostsFile={tmp_path / 'known'} -o BatchMode=yes "
            f"-o StrictHostKeyChecking=yes -p {jump.port} -W %h:%p jumper@{jump.host}"
        )
        broken = program.replace("jumper@", "nobody@")
        variants(
            b,
            good={"ansible_ssh_common_args": f'-o ProxyCommand="{program}"'},
            refused={"ansible_ssh_common_args": f'-o ProxyCommand="{broken}"'},
            shell={"ansible_ssh_common_args": f'-o ProxyCommand="{program} 2>/dev/null"'},
        )
        run = b.play(LOOK, hosts="all")
    assert not run["look", "good"]["failed"], run["look", "good"]["msg"]
    assert run["look", "refused"]["connection"] == "refused" and "Permission denied" in run["look", "refused"]["msg"]
    assert run["look", "shell"]["failed"] and "without a shell" in run["look", "shell"]["msg"]
    node = b.simulator.nodes["node0"]
    assert jump.tunnels == [(node.host, node.port)] and jump.passwords == []


def test_what_cannot_be_reached_or_is_no_pcli_says_what_to_set(bench):
    b = bench("ha-6.3-image")
    secret = {"ansible_user": "t128", "ansible_password": "demo-t128-password"}
    hosts = {
        "closed": {"ansible_port": 1},
        "no name": {"ansible_host": "no-such-host.invalid"},
        "args": {"ansible_ssh_common_args": "-o KexAlgorithms=x25519"},
        "linux": secret,
        "entered": {**secret, "ansible_pcli_enter_command": "su - admin"},
        "not entered": {**secret, "ansible_pcli_enter_command": "whoami"},
        "wrong node": {"ansible_pcli_node": "t106-dut2"},
        "wrong router": {"ansible_pcli_router": "Other"},
        "right node": {"ansible_pcli_node": "t106-dut1", "ansible_pcli_router": "Conductor"},
        "bad prompt": {"ansible_pcli_prompt": "("},
        "no prompt": {"ansible_pcli_prompt": "never", "ansible_pcli_login_timeout": 1},
    }
    variants(b, **hosts)
    run = b.play({"look": task("assets_info", {"routers": ["Conductor"]})}, "--forks=11", hosts="all")
    for name in ("entered", "right node"):
        assert not run["look", name]["failed"], run["look", name]["msg"]
        assert run["look", name]["node"] == "t106-dut1"
    expected = {
        "closed": ("refused", "ansible_port"),
        "no name": ("refused", "ansible_host"),
        "args": (None, "ansible_ssh_common_args holds the option KexAlgorithms"),
        "linux": ("not_pcli", "ansible_pcli_enter_command"),
        "not entered": ("not_pcli", "whoami"),
        "wrong node": ("wrong_node", "ansible_pcli_node"),
        "wrong router": ("wrong_node", "ansible_pcli_router"),
        "bad prompt": (None, "ansible_pcli_prompt"),
        "no prompt": ("no_prompt", "ansible_pcli_prompt"),
    }
    for name, (kind, word) in expected.items():
        result = run["look", name]
        assert result["failed"] and result.get("connection") == kind, f"{name}: {result['msg']}"
        assert word in result["msg"], f"{name}: {result['msg']}"
    assert b.sent == []


def test_the_configuration_of_openssh_fills_in_what_the_inventory_leaves_out(bench):
    b = bench("standalone-6.3")
    node = b.simulator.nodes["node0"]
    folder = b.folder / ".ssh"
    folder.mkdir(mode=0o700)
    (folder / "conductors").write_text("\n".join(b.simulator.known_hosts()) + "\n")
    hosts = f"Host configured refused\n  HostName {node.host}\n  Port {node.port}\n  User admin\n"
    own = "  UserKnownHostsFile ~/.ssh/conductors\nHost refused\n  BindAddress 192.0.2.1\n"
    (folder / "config").write_text(hosts + own)
    bare = dict.fromkeys(("ansible_host", "ansible_port", "ansible_user", "ansible_pcli_host_keys"))
    variants(b, configured=bare, refused=bare)
    run = b.play(LOOK, hosts="all")
    assert not run["look", "configured"]["failed"], run["look", "configured"]
    assert "holds 'bindaddress" in run["look", "refused"]["msg"]


def test_a_fall_back_is_no_way_to_a_conductor_for_what_concerns_the_conductor_itself(bench):
    """A7: whatever is done to a node of a conductor is done at its own address."""
    b = bench("ha-6.3-image")
    node = b.simulator.nodes["t106-dut2"]
    address = f"{node.host}:{node.port}"
    hosts = {
        "gone": {"ansible_port": 1, "ansible_pcli_fallback_hosts": [address]},
        "there": {"ansible_pcli_fallback_hosts": f"{address}, {address}"},
        "wrong": {"ansible_pcli_fallback_hosts": ["no address:x"]},
    }
    variants(b, **hosts)
    run = b.play({"look": task("assets_info", {"routers": ["Conductor"]})}, hosts="all")
    assert run["look", "gone"]["connection"] == "refused"
    assert not run["look", "there"]["failed"] and run["look", "there"]["node"] == "t106-dut1"
    assert "ansible_pcli_fallback_hosts" in run["look", "wrong"]["msg"]
    assert {event["node"] for event in b.simulator.log if event["event"] == "login"} == {"t106-dut1.Conductor"}


def test_a_prompt_of_the_users_own_making_is_described_by_a_pattern(bench):
    b = bench("ha-7.x")
    account = {"ansible_user": "automation", "ansible_password": "demo-automation-password"}
    pattern = r"(?P<dirty>\*)?(?P<node>[\w-]+)/(?P<router>[\w-]+)(?P<context> \(.*\))? [#>] $"
    variants(b, described={**account, "ansible_pcli_prompt": pattern}, usual={})
    run = b.play({"look": task("assets_info", {"routers": ["hq-conductor_01"]})}, hosts="all")
    for name in ("described", "usual"):
        assert (run["look", name]["router"], run["look", name]["node"]) == ("hq-conductor_01", "node0")
        assert len(run["look", name]["assets"]) == 2


def test_other_modules_fail_with_our_sentence_and_facts_can_be_left_out(bench):
    b = bench("standalone-6.3")
    (b.folder / "file").write_text("x")
    run = b.play(
        {
            "setup": task("ansible.builtin.setup"),
            "command": task("ansible.builtin.command", {"argv": ["id"]}),
            "raw": task("ansible.builtin.raw", {"_raw_params": "id"}),
            "copy": task("ansible.builtin.copy", {"src": str(b.folder / "file"), "dest": "/tmp/x"}),
            "fetch": task("ansible.builtin.fetch", {"src": "/etc/hostname", "dest": str(b.folder)}),
        }
    )
    for name in ("setup", "command", "raw", "copy", "fetch"):
        assert run[name]["failed"] and "sessionsmart.ssr" in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert b.simulator.commands() == []
    b.change_host("node0", ansible_facts_modules=[])
    facts = b.play(LOOK, gather_facts=True)
    assert facts.code == 0 and not facts["look"]["failed"]

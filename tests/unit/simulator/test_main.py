# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.simulator`, as people and scripts start it."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import paramiko
import pytest
import yaml

from .test_from_assets import LEGACY

ROOT = Path(__file__).parents[3]


@pytest.fixture
def launch(tmp_path):
    started: list[subprocess.Popen] = []

    def start(*arguments: str, ready: bool = True) -> subprocess.Popen:
        command = [sys.executable, "-W", "ignore", "-m", "tests.simulator", *arguments]
        if ready:
            command += ["--ready-file", str(tmp_path / "ready.json")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        if ready:
            _until((tmp_path / "ready.json").exists, process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _until(condition, process: subprocess.Popen | None = None, timeout: float = 15) -> None:
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "timed out"
        assert process is None or process.poll() is None, process.communicate() if process else ""
        time.sleep(0.02)


def test_the_web_interface_of_a_run_by_hand(launch, tmp_path) -> None:
    process = launch("standalone-6.3", "--api")
    ready = json.loads((tmp_path / "ready.json").read_text())
    (web,) = ready["api"].values()
    context = ssl.create_default_context(cadata=web["certificate"])
    body = json.dumps({key: ready["users"][0][name] for key, name in (("username", "name"), ("password", "password"))})
    url = f"https://{web['host']}:{web['port']}/api/v1/login"
    with urllib.request.urlopen(url, body.encode(), timeout=10, context=context) as response:
        assert json.load(response)["token"]
    process.send_signal(signal.SIGTERM)
    output, _errors = process.communicate(timeout=10)
    assert f":{web['port']}/api/v1" in output and web["fingerprint"] in output


def test_files_of_a_run_by_hand(launch, tmp_path) -> None:
    files = {name: tmp_path / name for name in ("inventory", "log", "state")}
    process = launch("ha-6.3-image", "--speedup", "2000", *(x for n, p in files.items() for x in (f"--{n}", str(p))))
    ready = json.loads((tmp_path / "ready.json").read_text())
    inventory = yaml.safe_load(files["inventory"].read_text())["all"]["children"]
    host = inventory["ssr_conductors"]["hosts"]["t106-dut1"]
    assert ready["nodes"]["t106-dut1"] == {"host": host["ansible_host"], "port": host["ansible_port"]}
    assert host["ansible_pcli_host_keys"] == [ready["host_keys"]["t106-dut1"]]
    assert "branch1" in inventory["ssr_routers"]["hosts"]
    known = tmp_path / "known_hosts"
    known.write_text("\n".join(ready["known_hosts"]) + "\n")
    client = paramiko.SSHClient()
    client.load_host_keys(str(known))
    client.connect(
        host["ansible_host"],
        host["ansible_port"],
        host["ansible_user"],
        host["ansible_password"],
        allow_agent=False,
        look_for_keys=False,
    )
    channel = client.invoke_shell()
    channel.sendall("request system software upgrade node t106-dut1 force version 6.3.5-39\r")
    _until(lambda: _version(files["state"]) == "6.3.5-39.r1.el7", process)
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=10)
    client.close()
    assert process.returncode == 0 and errors == ""
    assert f"ssh -p {host['ansible_port']} admin@127.0.0.1" in output
    records = [json.loads(line) for line in files["log"].read_text().splitlines()]
    command = next(record for record in records if record["event"] == "command")
    assert {"time", "sim", "wall", "node", "user", "command"} <= set(command)
    assert {"operation_begins", "restart_begins", "restart_ends", "ssh_up"} <= {record["event"] for record in records}


def _version(state: Path) -> str | None:
    if not state.exists():
        return None
    return json.loads(state.read_text())["nodes"]["t106-dut1.Conductor"]["version"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(launch, number) -> None:
    process = launch("standalone-6.3", "--quiet")
    process.send_signal(number)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


def test_it_ends_with_its_parent(launch) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = launch("standalone-6.3", "--parent-pid", str(parent.pid))
    parent.communicate(b"\n")
    process.communicate(timeout=10)
    assert process.returncode == 0


def test_fixed_ports_and_faults(launch, tmp_path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    launch(
        "standalone-6.3", "--port-base", str(port), "--fault", "slow_prompt,seconds=2", "--set", "durations.install=5"
    )
    ready = json.loads((tmp_path / "ready.json").read_text())
    assert ready["nodes"]["node0"]["port"] == port
    assert os.stat(tmp_path / "ready.json").st_mode & 0o077 == 0


def test_it_plays_the_authority_of_a_show_assets(launch, tmp_path) -> None:
    (tmp_path / "assets.txt").write_text(LEGACY, encoding="utf-8")
    launch("--from-assets", str(tmp_path / "assets.txt"), "--conductor", "Conductor", "--release", "6.3.5-39.r1.el7")
    ready = json.loads((tmp_path / "ready.json").read_text())
    assert ready["router"] == "Conductor" and list(ready["nodes"]) == ["cond-1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from-assets", "no-such-file.txt"], "no-such-file.txt cannot be read"),
        (["--set", "durations.instal=5"], "did you mean 'install'"),
        (["--set", "speedup"], "expected PATH=VALUE"),
        (["--fault", "gremlins"], "unknown fault type"),
        (["no-such-file.yml"], "no scenario file"),
    ],
)
def test_mistakes_end_with_a_sentence(launch, arguments, words) -> None:
    process = launch(*arguments, ready=False)
    output, errors = process.communicate(timeout=10)
    assert process.returncode == 2 and output == ""
    assert errors.startswith("error: ") and words in errors


def test_lists(launch) -> None:
    assert "ha-6.2-package" in launch("--list", ready=False).communicate(timeout=10)[0]
    assert "never_comes_back" in launch("--list-faults", ready=False).communicate(timeout=10)[0]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration: exports, transfers, candidate, commit."""

from __future__ import annotations

import gzip
import io
import re

import paramiko
import pytest

from .pcli_client import NEW, Login, cells, column, pair, pcli

FOLDER = "/etc/128technology/config-exports"


def test_export_is_listed_read_and_deleted() -> None:
    with pair() as sim:
        shell = pcli(sim)
        assert shell.run("export config running night.1") == f"Successfully exported configuration: {FOLDER}/night.1.gz"
        text = shell.run("show config exports")
        assert cells(text)[0] == ["Name", "Date Modified", "Compressed Size", "Uncompressed Size"]
        assert column(text, "Name") == ["night.1.gz"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", column(text, "Date Modified")[0])
        assert "config authority router hub name hub" in shell.run("show config exports night.1.gz flat")
        question = "Are you sure that you want to delete exported config 'night.1.gz'? [y/N]: "
        text = shell.ask("delete config exported night.1.gz", "n")
        assert question in text and "Operation canceled" in text
        done = "Successfully deleted exported configuration: 'night.1.gz'"
        assert shell.run("delete config exported force night.1.gz") == done
        assert column(shell.run("show config exports"), "Name") == []
        assert sim.truth()["nodes"]["c1.Conductor"]["exports"] == []


def test_exports_belong_to_their_node() -> None:
    with pair() as sim:
        pcli(sim).run("export config running here")
        assert column(pcli(sim, "c2").run("show config exports"), "Name") == []


@pytest.mark.parametrize(("line", "words"), [("running a/b", "invalid export name"), ("saved x", "invalid datastore")])
def test_bad_exports(line: str, words: str) -> None:
    with pair() as sim:
        assert words in pcli(sim).run(f"export config {line}")


def test_export_of_an_existing_name_may_be_refused() -> None:
    with pair(**{"behaviour.export_existing": "refuse"}) as sim:
        shell = pcli(sim)
        shell.run("export config running a")
        assert shell.run("export config running a") == "% Error: Exported configuration 'a.gz' already exists"


def test_sftp_both_ways() -> None:
    with pair() as sim, Login(sim) as login:
        login.shell().run("export config running night")
        sftp = login.client.open_sftp()
        data = io.BytesIO()
        sftp.getfo(f"{FOLDER}/night.gz", data)
        lines = gzip.decompress(data.getvalue()).decode().splitlines()
        assert lines[0].startswith("config authority name ")
        changed = gzip.compress(b"config authority name Restored\n")
        sftp.putfo(io.BytesIO(changed), f"{FOLDER}/back.gz")
        assert sftp.listdir(FOLDER) == ["back.gz", "night.gz"]
        assert sftp.stat(f"{FOLDER}/back.gz").st_size == len(changed)
        with pytest.raises(FileNotFoundError):
            sftp.open("/etc/nothing")
        shell = login.shell()
        text = shell.ask("import config back.gz", "y")
        assert "Replace the existing candidate configuration with the contents of backup back.gz? [y/N]: " in text
        assert "Backup configuration back.gz successfully written to the candidate config" in text
        assert shell.prompt.startswith("*admin@")


def test_sftp_may_be_denied() -> None:
    with pair(users=[{"name": "admin", "password": "secret", "sftp": False}]) as sim, Login(sim) as login:
        with pytest.raises((paramiko.SSHException, EOFError)):
            login.client.open_sftp()
        assert login.shell().prompt


def test_import_of_something_else() -> None:
    with pair() as sim, Login(sim) as login:
        login.client.open_sftp().putfo(io.BytesIO(b"rubbish"), f"{FOLDER}/bad.gz")
        shell = login.shell()
        assert "cannot be read" in shell.run("import config force bad")
        assert "not found" in shell.run("import config force missing.gz")


def test_validate_commit_discard() -> None:
    with pair() as sim:
        shell = pcli(sim)
        assert shell.run("compare config") == "# No differences"
        shell.run("config authority name Changed")
        shell.run("top")
        assert shell.run("validate").splitlines() == ["✔ Validating...", "Candidate configuration is valid"]
        text = shell.ask("commit", "y")
        assert "Are you sure you want to commit the candidate config? [y/N]: y" in text
        assert "✔ Validating, then committing...\nConfiguration committed\n" in text
        assert shell.prompt == "admin@c1.Conductor# "
        assert "config authority name Changed" in pcli(sim, "c2").run("show config running flat")
        assert sim.truth()["commits"] == 1
        shell.run("config authority name Again")
        shell.run("top")
        assert "successfully discarded" in shell.run("restore config running force")
        assert shell.prompt == "admin@c1.Conductor# "


def test_an_invalid_candidate() -> None:
    with pair() as sim:
        shell = pcli(sim)
        shell.run("config authority name invalid")
        shell.run("top")
        text = shell.run("commit force")
        assert text.startswith("✖ Validating, then committing...\n% Error: Failed to commit:\n1. ")
        assert "% Error: Candidate configuration is invalid:" in shell.run("validate")
        assert sim.truth()["commits"] == 0


def test_a_commit_with_mixed_versions_is_refused_and_a_violation() -> None:
    with pair(**{"routers.0.nodes.1.version": NEW}) as sim:
        shell = pcli(sim)
        shell.run("config authority name Changed")
        shell.run("top")
        assert "% Error: Failed to commit:" in shell.run("commit force")
        assert any("commit" in text for text in sim.violations)


def test_running_configuration_as_text() -> None:
    with pair() as sim:
        shell = pcli(sim)
        assert (
            "config authority router hub node h2 asset-id h2.hub" in shell.run("show config running flat").splitlines()
        )
        assert "        router hub" in shell.run("show config running").splitlines()


def test_linux_commands_from_the_pcli() -> None:
    with pair() as sim:
        shell = pcli(sim)
        shell.run("export config running night")
        assert shell.run(f"shell ls {FOLDER}") == "night.gz"
        assert len(shell.run(f"shell base64 -w0 {FOLDER}/night.gz").splitlines()) == 1
    with pair(**{"behaviour.shell": False}) as sim:
        assert "% Error:" in pcli(sim).run("shell ls /")


def test_iso_import_offers_its_release() -> None:
    with pair(**{"releases.1.available": False}) as sim:
        shell = pcli(sim)
        assert "6.3.5" not in shell.run("show system software available")
        text = shell.ask("import iso hunt", "y")
        assert "This command is resource intensive and can take a while. Are you sure? [y/N]: " in text
        assert "✔ Importing...\nImport success" in text
        assert "6.3.5" in shell.run("show system software available")

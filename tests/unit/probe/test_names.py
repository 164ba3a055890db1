# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody is named in what a probe leaves for others: names and secrets are planted in every answer, and looked for."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.schema import LONG
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe import bundle, report
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.answers import Answers, cut
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.asking import Row
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.looking import Look, Probe
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.questions import Scope, commands
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import HIDDEN, Scrubber
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import read_assets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.probe.seen import ASSETS, OWN, PROMPT, login, row, web
from tests.unit.virtual_clock import VirtualClock

NAMES = [
    "RTR_NORTH", "north-1", "north-2", "lr0000017.example", "lr0000018.example", "store-berlin-17", "10.77.3.9",
    "203.0.113.77", "2001:db8:77::9", "fe80::77:1", "00:1b:77:aa:bb:cc", "LR0000000077", "alice77", "bob.builder",
    "gw.berlin.example.net", "jumphost.corp.example", "carol@corp.example", "9f1b3c77-1111-4222-8333-444455556666",
    "tenant-blue", "Wolfsburg",
]  # fmt: skip
SECRETS = [
    "hunter2-S3cr3t", "correcthorse", "public-ro77", "eyJhbGciOiJSUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl",
    "MIIEpAIBAAKCAQEA7nXp", "AAAAC3NzaC1lZDI1NTE5AAAAIKfoo", "sk_live_77abcdefABCDEF0123456789", "psk-value-77",
    "nonce77abc", "$6$salt77$hashhashhash", "Passw0rd77",
]  # fmt: skip
PLANTED = """\
Peer store-berlin-17 path to router RTR_NORTH via 10.77.3.9 (00:1b:77:aa:bb:cc) is down, node north-1.RTR_NORTH
203.0.113.77/24 2001:db8:77::9/64 fe80::77:1 serial number: LR0000000077 uuid 9f1b3c77-1111-4222-8333-444455556666
user alice77 logged in from gw.berlin.example.net by jumphost.corp.example, owner 'bob.builder', mail carol@corp.example
tenant tenant-blue at site Wolfsburg, asset lr0000017.example and LR0000018.EXAMPLE
password: hunter2-S3cr3t passphrase=correcthorse snmp community public-ro77 pre-shared-key "psk-value-77"
{"password": "Passw0rd77", "token":"eyJhbGciOiJSUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl", "nonce" : "nonce77abc"}
Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl api-key sk_live_77abcdefABCDEF0123456789
-----BEGIN RSA PRIVATE KEY-----
MIIEpAIBAAKCAQEA7nXp
-----END RSA PRIVATE KEY-----
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKfoo key
root:$6$salt77$hashhashhash:19000
"""
#: What must stay, or the bundle would be of no use.
STAYS = ["Synchronized", "6.3.0-107.r1.el7", "Conductor", "node1", "Retrieving assets...", "Completed in 0.04 seconds"]

SCOPE = Scope(OWN, ("Conductor", "RTR_NORTH"), (OWN, NodeId("RTR_NORTH", "north-1")), ("lr0000017.example",))
DATA = json.dumps(
    [{"assetId": "lr0000017.example", "routerName": "RTR_NORTH", "nodeName": "north-1", "status": "Running"}]
)


def rows() -> list[Row]:
    """An answer to every question, with all of it in each, also in prompts, questions, banners and problems."""
    asked = []
    for command in commands(SCOPE):
        asked.append(row(command.words, PLANTED, width=command.width))
        asked[-1].private = command.private
    drawn = row("show alarms", PLANTED, raw=f"\x1b[1m{PLANTED}\x1b[0m", question="show alarms shelved")
    drawn.data["questions"] = [{"text": f"Really for {PLANTED.splitlines()[0]}? [y/N]: ", "answer": "y"}]
    files = Row("sftp", OWN, 0.0, 0.1, {"answer": None, "facts": {"offered": False, "answer": PLANTED}})
    ssh = {
        "answer": None,
        "facts": {"identification": "SSH-2.0-OpenSSH_7.4", "algorithms": {"ciphers": ["aes256-ctr"]}},
    }
    return [
        login(prompt="alice77@north-1.RTR_NORTH# ", answer=PLANTED, banner=PLANTED),
        Row("ssh", OWN, 0.0, 0.1, ssh),
        row("show assets", ASSETS),
        *asked,
        drawn,
        row("show assets", "", ended="closed", problem=PLANTED),
        files,
        web("/asset?verbose=true", DATA + PLANTED),
        web("/alarm", json.dumps([{"message": PLANTED, "shelvedStatus": PLANTED}])),
        web("/graphql", json.dumps({"data": PLANTED}), request=LONG),
        web("/system", "", 500, problem=PLANTED),
    ]


@pytest.fixture(scope="module")
def left() -> dict[str, str]:
    """The files that a user may hand on, each as a text."""
    seen, scrubber = rows(), Scrubber()
    scrubber.hide(["hunter2-S3cr3t"])
    bundle.learn(scrubber, seen)
    report_rows = [line.as_data(scrubber.clean) for line in report.judged(Answers(seen, [OWN], ("RTR_NORTH",)))]
    node = {"router": "RTR_NORTH", "node": "north-1", "role": "router", "release": "6.3.0-107.r1.el7"}
    about = bundle.manifest("2026-11-27T19:00:00Z", "0.3.0", [node], scrubber)
    archive = zipfile.ZipFile(io.BytesIO(bundle.packed(about, bundle.as_lines(seen, scrubber), report_rows)))
    files = {name: archive.read(name).decode() for name in archive.namelist()}
    return {
        **files,
        "probe.md": report.page(report_rows, about),
        "table": "\n".join(report.table(report_rows)),
        "names": json.dumps(scrubber.names.table()),
    }


@pytest.mark.parametrize("word", [*NAMES, *SECRETS])
def test_no_name_and_no_secret_is_in_a_file_for_others(left, word) -> None:
    for name, text in left.items():
        if name != "names":
            at = text.lower().find(word.lower())
            assert at < 0, f"{word} is in {name}: …{text[max(0, at - 80) : at + 60]}…"


@pytest.mark.parametrize("secret", SECRETS)
def test_not_even_the_list_of_names_has_a_secret(left, secret) -> None:
    assert secret not in left["names"]


@pytest.mark.parametrize("word", STAYS)
def test_words_of_the_trade_stay(left, word) -> None:
    assert word in left["answers.jsonl"]


def test_the_bundle_holds_what_it_should_and_nothing_of_the_configuration(left) -> None:
    assert {"manifest.json", "answers.jsonl", "probe.json"} <= set(left)
    entries = [json.loads(line) for line in left["answers.jsonl"].splitlines()]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    about = json.loads(left["manifest.json"])
    assert (about["format"], about["version"], about["recorded"]) == ("sessionsmart.ssr probe bundle", 1, False)
    for entry in entries:
        assert {"n", "at", "seconds", "kind", "asked"} <= set(entry) and "problem" not in entry
        if entry["kind"] == "pcli":
            assert {"command", "width", "height", "answer", "prompt", "questions", "ended"} <= set(entry)
            assert not entry["command"].startswith("show config") or entry["command"] == "show config exports"


def test_what_is_private_is_in_no_bundle() -> None:
    private = row("show config locally-modified", "config authority router x")
    private.private = True
    assert list(bundle.as_lines([private], Scrubber())) == []


def test_the_same_name_is_always_the_same_other_one_and_as_long() -> None:
    scrubber = Scrubber()
    scrubber.learn(read(ASSETS), "show assets")
    text = scrubber.clean(ASSETS + "node north-1 of RTR_NORTH, rtr_north and again north-1.RTR_NORTH\n")
    table = {name: other for names in scrubber.names.table().values() for name, other in names.items()}
    assert all(len(name) == len(other) for name, other in table.items()) and len(set(table.values())) == len(table)
    router, node = table["RTR_NORTH"], table["north-1"]
    assert f"node {node} of {router}, {router} and again {node}.{router}" in text
    assert [len(line) for line in text.splitlines()[:10]] == [len(line) for line in ASSETS.splitlines()[:10]]


def test_a_list_without_names_is_read_as_before() -> None:
    scrubber = Scrubber()
    scrubber.learn(read(ASSETS), "show assets")
    before, after = read(ASSETS), read(scrubber.clean(ASSETS))
    assert [table.columns for table in after.tables] == [table.columns for table in before.tables]
    assert [[*each.values()][3:] for each in after.tables[0].rows] == [
        [*each.values()][3:] for each in before.tables[0].rows
    ]


NARROW = """\
======= ======= ========
 Router   Node    Asset
======= ======= ========
 RTR_NO  north-  lr00000
 RTH     1       17.exam
                 ple
         north-  lr00000
         2       18.exam
                 ple
"""


def test_names_that_a_narrow_terminal_has_broken_are_found() -> None:
    scrubber = Scrubber()
    scrubber.learn(read(ASSETS), "show assets")
    text = scrubber.clean(NARROW)
    others = {name: scrubber.names.of(name) for name in ("RTR_NORTH", "north-1", "lr0000018.example")}
    squeezed = {column: "".join(line[start:end].strip() for line in text.splitlines()[3:])
                for column, (start, end) in {"router": (0, 8), "node": (8, 16), "asset": (16, 30)}.items()}  # fmt: skip
    assert squeezed["router"] == others["RTR_NORTH"] and squeezed["node"].startswith(others["north-1"])
    assert squeezed["asset"].endswith(others["lr0000018.example"])
    assert "RTR" not in text and "north" not in text and "lr0" not in text and "exam" not in text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-11-27 18:14:18 UTC", "2026-11-27 18:14:18 UTC"),
        ("Version: SSR-IMG-release: SSR-6.3.0-107.r1.el7.x86_64.ibu-v1", "SSR-6.3.0-107.r1.el7.x86_64.ibu-v1"),
        ("128T-6.2.3-14.r2.el7 (package based)", "128T-6.2.3-14.r2.el7 (package based)"),
        ("128T-6.2.5-5r2.el7", "128T-6.2.5-5r2.el7"),
        ("SSR-7.1.0-50 7.0.5-14-lts 4.1.1-1.el7.centos", "SSR-7.1.0-50 7.0.5-14-lts 4.1.1-1.el7.centos"),
        ("4 days  6:17:31, 3d 23h 18m 58s, 12d06h, 45 %", "4 days  6:17:31, 3d 23h 18m 58s, 12d06h, 45 %"),
        ("% Error: unrecognized arguments: force", "% Error: unrecognized arguments: force"),
        ("usage: upgrade [skip-pre-check] [force] version <version>", "usage: upgrade [skip-pre-check] [force]"),
        ("/etc/128technology/config-exports", "/etc/128technology/config-exports"),
        ("127.0.0.1 and 255.255.255.0", "127.0.0.1 and 255.255.255.0"),
        ("routingManager Y on node1 (I95-64218)", "routingManager Y on node1 (I95-64218)"),
        ('{"t128Version": "6.3.0", "failedStatus": null}', '{"t128Version": "6.3.0", "failedStatus": null}'),
    ],
)  # fmt: skip
def test_what_names_nobody_stays(text, kept) -> None:
    assert kept in Scrubber().clean(text)


def test_a_secret_that_is_known_is_hidden_wherever_it_stands() -> None:
    scrubber = Scrubber()
    scrubber.hide(["plainword", None, ""])
    assert scrubber.clean("it is plainword, as everybody knows") == f"it is {HIDDEN}, as everybody knows"


def test_a_greeting_keeps_its_shape_and_no_word_of_a_company() -> None:
    entry = json.loads(
        next(iter(bundle.as_lines([login(answer="Last login: Fri Nov 27\nAcme Corp only!\n")], Scrubber())))
    )
    assert entry["answer"] == "Last login: Fri Nov 27\nxxxx xxxx xxxx!\n" and entry["prompt"] == PROMPT


def test_addresses_below_each_other_are_not_taken_for_one_long_version() -> None:
    scrubber = Scrubber()
    text = scrubber.clean(" 100.64.0.3   up\n 100.64.0.4   up\n")
    assert "100.64" not in text and [len(line) for line in text.splitlines()] == [16, 16]


def test_what_a_pager_leaves_on_a_line_hides_no_broken_name() -> None:
    answer = NARROW.replace(" RTH     1 ", " RTH     1 ")
    lines = answer.split("\n")
    raw = "\n".join(f"--More--\r        \r{line}" if number == 4 else line for number, line in enumerate(lines))
    scrubber = Scrubber()
    scrubber.learn(read(ASSETS), "show assets")
    entry = json.loads(next(iter(bundle.as_lines([row("show assets", answer, raw=raw)], scrubber))))
    assert "RTR" not in entry["raw"] and "RTH" not in entry["raw"] and "--More--\r        \r" in entry["raw"]


def test_addresses_that_a_narrow_terminal_has_broken_are_found() -> None:
    text = Scrubber().clean(" 10.77.0.\n 1\n 10.77.0.\n 2\n")
    assert "10.77" not in text and [len(line) for line in text.splitlines()] == [9, 2, 9, 2]


def test_names_behind_the_keys_of_data_are_found_although_they_are_plain_words() -> None:
    scrubber = Scrubber()
    seen = [web("/asset?verbose=true", '[{"assetId": "Munich", "routerName": "paris", "status": "running"}]')]
    bundle.learn(scrubber, seen)
    line = next(iter(bundle.as_lines(seen, scrubber)))
    assert "Munich" not in line and "paris" not in line and "running" in line


def test_the_user_of_an_address_of_mail_is_a_name() -> None:
    assert "carol" not in Scrubber().clean("ask carol@corp.example about it")


def test_no_two_names_become_the_same_one_and_none_the_name_of_another() -> None:
    scrubber = Scrubber()
    names = {"node": ["b1", "b2", "n1", "n2"], "name": ["c1", "x9"], "router": ["r1", "r2", "router-001", "berlin-zoo"]}
    for kind, of_kind in names.items():
        scrubber.know(of_kind, kind)
    others = [scrubber.names.of(name) for of_kind in names.values() for name in of_kind]
    assert len(set(others)) == len(others) and not set(others) & {name for each in names.values() for name in each}


@pytest.mark.parametrize("name", ["4711", "t4711", "r1", "eth7"])
def test_a_router_may_be_called_like_a_number_or_a_port(name) -> None:
    scrubber = Scrubber()
    scrubber.know([name], "router")
    text = scrubber.clean(f"admin@node1.{name}# show system router {name}, 6.3.0-107.r1.el7")
    assert name not in text.removesuffix("6.3.0-107.r1.el7") and text.endswith(", 6.3.0-107.r1.el7")
    assert "12345" in scrubber.clean("MTU 12345"), "other numbers stay"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("pool 10.77.3.1-10.77.3.9", ("10.77",)),
        ("10.77.255.0/24 is no mask", ("10.77",)),
        ("peer-10.77.3.1 and 10.77.3.1-eth0, 10-77-3-1", ("10.77", "10-77")),
        ("::ffff:10.77.3.9", ("10.77", "77.3")),
        ("https://alice:plainword@gw/x", ("alice", "plainword")),
        ("Cookie: lang=de; sid=plainword", ("plainword",)),
        ("Authorization: plainword", ("plainword",)),
        ('"Authorization": "plainword"', ("plainword",)),
        ("password 'two plainwords'", ("two", "plainwords")),
        ('"passphrase": "two plainwords"', ("two", "plainwords")),
        ("secret-key plainword", ("plainword",)),
        ("serial number 4711471147", ("4711",)),
        ("S/N: 4711471147", ("4711",)),
        ("IMEI 490154203237518", ("490154",)),
        ("/home/bobby/file", ("bobby",)),
        ("latitude: 52.4227, longitude: 10.7865", ("52.4", "10.7")),
    ],
)
def test_odd_places_of_addresses_and_secrets_are_known(text, gone) -> None:
    cleaned = Scrubber().clean(text)
    assert not [word for word in gone if word in cleaned], cleaned


def test_what_stands_under_the_name_of_a_secret_is_hidden_in_any_shape() -> None:
    data = {
        "password": {"value": "plainword", "set": True}, "tokens": 1, "token": ["plainword", 4711], "psk": 4711,
        "authorization": "plainword", "nonce": None, "latitude": 52.42, "description": "Acme plant, call 05361 4711",
    }  # fmt: skip
    text = json.dumps(Scrubber().clean_data(data))
    assert "plainword" not in text and "4711" not in text and "52.42" not in text and "Acme" not in text
    assert '"set": true' in text and '"nonce": null' in text and "xxxx xxxxx, xxxx 00000 0000" in text


def test_what_a_server_says_behind_its_program_is_of_no_use() -> None:
    facts = {"identification": "SSH-2.0-OpenSSH_8.0 Acme-gw 4711", "host keys": ["ssh-ed25519"]}
    line = next(iter(bundle.as_lines([Row("ssh", OWN, 0.0, 0.1, {"answer": None, "facts": facts})], Scrubber())))
    assert json.loads(line)["facts"]["identification"] == "SSH-2.0-OpenSSH_8.0 xxxx-xx 0000"


def test_a_number_of_a_telephone_above_a_login_is_no_part_of_its_shape() -> None:
    above = login(answer="Call Acme, +49 5361 4711\nLast login: Fri Nov 27 18:14:18 2026 from 10.77.3.9\n")
    answer = json.loads(next(iter(bundle.as_lines([above], Scrubber()))))["answer"]
    assert answer.startswith("xxxx xxxx, +49 0000 0000\nLast login: Fri Nov 27 18:14:18 2026 from ")


def test_a_release_in_the_manifest_is_cleaned_like_all_else() -> None:
    scrubber = Scrubber()
    scrubber.know(["RTR_NORTH"], "router")
    node = {"router": "RTR_NORTH", "node": "n", "role": "router", "release": "6.3.0 of RTR_NORTH"}
    assert "RTR_NORTH" not in json.dumps(bundle.manifest("now", "0.3.0", [node], scrubber))


def test_what_is_cleaned_already_stays_as_it_is() -> None:
    """A report quotes cleaned answers, and is cleaned as a whole: a name is called there as it is in the bundle."""
    seen, scrubber = rows(), Scrubber()
    bundle.learn(scrubber, seen)
    once = scrubber.clean(PLANTED)
    table = scrubber.names.table()
    assert scrubber.clean(once) == once and scrubber.names.table() == table
    quoted = f"'{scrubber.clean('north-1.RTR_NORTH')}' and node {scrubber.clean('north-1.Conductor')}, 10.77.3.9"
    assert scrubber.clean(quoted).replace(scrubber.clean("10.77.3.9"), "10.77.3.9") == quoted
    assert scrubber.names.table() == table


def test_what_a_report_quotes_has_no_half_of_a_name() -> None:
    """A quotation ends after some characters, and puts the lines of a narrow list side by side."""
    seen = [row("show assets", ASSETS), row("show plugins installed", NARROW)]
    seen.append(row("show system connectivity", ""))
    probe, scrubber = Probe(VirtualClock(), Look()), Scrubber()
    probe.rows, probe.own = seen, [OWN]
    probe.learn_answers(scrubber)
    for shift in range(10):
        seen[-1].text = f"{'l' * (220 + shift)} RTR_NORTH"
        for line in probe.report(scrubber):
            shown = line.as_data(scrubber.clean)["seen"]
            assert not [part for part in ("RTR", "RTH", "north", "exam", "lr0") if part in shown], shown
    assert cut(f"{'l' * 235} store-berlin-17", 240) == f"{'l' * 235}…"


ALARMS = """\
===== ===================== ========== ======== ========== =============================================
 ID    Time                  Severity   Source   Category   Message
===== ===================== ========== ======== ========== =============================================
 a:1   2026-01-01 00:00:00   major      Alpha    peer       {}
"""


def reported(seen: list[Row], *secrets: str) -> list[dict]:
    """The rows of the report about these answers, as others get them."""
    probe, scrubber = Probe(VirtualClock(), Look()), Scrubber()
    probe.rows, probe.own = seen, [NodeId("Zugspitze-West.7", "Alpha-9")]
    for answer in seen:
        answer.asked = probe.own[0]
    scrubber.know(["Alpha-9"], "node")
    scrubber.know(["Zugspitze-West.7"], "router")
    scrubber.hide(secrets)
    probe.learn_answers(scrubber)
    lines = probe.report(scrubber)
    assert report.settings(lines)
    return [{**line.as_data(scrubber.clean), "prompt": scrubber.clean(seen[0].data["prompt"])} for line in lines]


def test_a_pattern_that_is_suggested_is_made_of_a_text_without_names() -> None:
    """In a pattern no name stands whole: a hyphen has a backslash, and digits are any digits."""
    prompt = "[ops at Alpha-9 of Zugspitze-West.7]$ "
    paged = row("show alarms", "x\n-- go on, Alpha-9 of Zugspitze-West.7 --", ended="time", paged=True)
    found = {each["id"]: each for each in reported([login(prompt=prompt), row("show assets", ASSETS), paged])}
    text = json.dumps(found)
    assert not [part for part in ("Alpha", "Zugspitze", "West") if part in text], text
    pattern = json.loads(found["S1"]["setting"].partition("ansible_pcli_prompt: ")[2].partition("; ")[0])
    assert re.fullmatch(pattern, found["S1"]["prompt"]), "it is the pattern of the prompt of the bundle"
    pager = json.loads(found["S3"]["setting"].partition(": ")[2])
    assert re.search(pager, "-- go on, ") is None and "go" in pager


@pytest.mark.parametrize("shift", range(12))
def test_a_text_is_cut_only_when_the_names_are_out_of_it(shift) -> None:
    alarm = f"{'l' * (200 + shift)} it was Werk Nord hinter Ulm"
    asks = row("show assets", ASSETS)
    asks.data["questions"] = [{"text": f"{'l' * (50 + shift)} it was Werk Nord hinter Ulm?", "answer": "y"}]
    listed = row("show user activity", "")
    listed.text = ""
    seen = [login(), asks, row("show alarms", ALARMS.replace("=" * 45, "=" * 290).format(alarm)), listed]
    text = json.dumps(reported(seen, "Werk Nord hinter Ulm"))
    assert not [part for part in ("Werk", "Nord", "Ulm") if part in text], text


TRADE_ONLY = "Node: {0}, asset: {0} of '{0}', asset id {0}, node {0} \u2018{0}\u2019 {0}"


@pytest.mark.parametrize("node_id", ["node1.Conductor", "leader.primary", "standby.primary", "node0.node1"])
def test_a_node_whose_names_are_words_of_the_trade_keeps_them_everywhere(node_id) -> None:
    """Else its prompt, which is read, would have no router any more."""
    node, _dot, router = node_id.partition(".")
    scrubber = Scrubber()
    seen = [row("show system", TRADE_ONLY.format(node_id) + "\n"), login(prompt=f"admin@{node_id}# ")]
    scrubber.know([node], "node")
    scrubber.know([router], "router")
    bundle.learn(scrubber, seen)
    lines = [json.loads(line) for line in bundle.as_lines(seen, scrubber)]
    assert lines[0]["answer"] == TRADE_ONLY.format(node_id) + "\n" and lines[1]["prompt"] == f"admin@{node_id}# "
    assert scrubber.names.table() == {}


NUMBERED = """\
=========== ========== =================== ================== ==============
 Router      Node       Asset Id            SSR Version        Status
=========== ========== =================== ================== ==============
 Conductor   node1      node1.example.org   6.3.0-107.r1.el7   Synchronized
 4711        1          1.4711              6.3.0-107.r1.el7   Synchronized
 12.5        1          6.12.4711           6.3.0-107.r1.el7   Synchronized
 2           1          1.2                 6.3.0-107.r1.el7   Synchronized
"""
BROKEN = """\
======= ========
 Node    Asset
======= ========
 1       1.47
         11
"""


@pytest.mark.parametrize(
    "text",
    ["show assets 1.4711", "Node: 1.4711", "'1.4711'", '{"assetId": "1.4711"}', "node 1.4711 is down", "1.4711-eth0",
     "vlan4711 and vlan4711.12", "wan-4711.2", "path 4711.1/6.12.4711", "4711s of 4711", "12.5 and node 1.12.5"],
)  # fmt: skip
def test_a_known_name_is_found_in_what_passes_as_a_number(text) -> None:
    probe, scrubber = Probe(VirtualClock(), Look()), Scrubber()
    probe.rows, probe.own = [row("show assets", NUMBERED), row("show alarms", text)], [OWN]
    probe.assets = read_assets(read(NUMBERED))
    probe.learn_nodes(scrubber)
    probe.learn_answers(scrubber)
    lines = [json.loads(line)["answer"] for line in bundle.as_lines(probe.rows, scrubber)]
    assert "4711" not in "".join(lines) and "12.5" not in "".join(lines), lines
    assert lines[0].count("6.3.0-107.r1.el7") == 4 and read_assets(read(lines[0]))[1].node == "1"
    assert read_assets(read(lines[0]))[1].asset_id == f"1.{scrubber.names.of('4711')}"
    for kept in ("1.2", "2026-11-27 18:14:18", "6.3.0-4711.r1.el7", "1.5 s", "12 of 471", "3.4.4711 GB"):
        assert scrubber.clean(kept) == kept
    assert "47" not in scrubber.clean(BROKEN)


@pytest.mark.parametrize(
    "text",
    [
        '[{"routerName": "Z\\u00fcrich", "nodeName": "m\\u00fcller", "assetId": "bahnhofstra\\u00dfe.z\\u00fcrich"}]',
        'and {\\"routerName\\": \\"Z\\u00fcrich\\", "nodeName": "m\\u00fcller"} bahnhofstra\\u00dfe.z\\u00fcrich\\u',
        "Zu\u0308rich: node mu\u0308ller.Zu\u0308rich, bahnhofstra\u00dfe.zu\u0308rich",
        "router \u0928\u093f\u0930\u094d-1 of m\u00fcller.Z\u00fcrich",
    ],
)
def test_no_half_of_a_name_is_taken_for_one(text) -> None:
    """JSON writes letters as numbers, and a mark may stand behind its letter."""
    scrubber = Scrubber()
    scrubber.know(["Z\u00fcrich"], "router")
    scrubber.know(["m\u00fcller"], "node")
    scrubber.know(["bahnhofstra\u00dfe.z\u00fcrich"], "asset")
    seen = [row("show alarms", text), web("/asset?verbose=true", text)]
    bundle.learn(scrubber, seen)
    lines = "".join(bundle.as_lines(seen, scrubber)).lower()
    assert not [part for part in ("rich", "ller", "bahnhof", "u00fc", "\u0308", "\u0930") if part in lines], lines
    named = {name for kind in scrubber.names.table().values() for name in kind}
    known = {"Z\u00fcrich", "m\u00fcller", "bahnhofstra\u00dfe.z\u00fcrich", "\u0928\u093f\u0930\u094d-1"}
    assert named <= known, named


def test_what_json_has_to_write_as_a_number_stays() -> None:
    assert Scrubber().clean('"a\\u0022, \\u003cb\\u003e up"') == '"a\\u0022, \\u003cb\\u003e up"'
    assert "Swordfish" not in Scrubber().clean('{"contrase\\u00f1a": "Swordfish"}')


def test_no_name_becomes_a_word_of_the_trade() -> None:
    scrubber = Scrubber()
    scrubber.know([f"{first}{second}" for first in "xyz" for second in "abcdefghij"], "name")
    assert "na" not in {scrubber.names.of(name) for name in list(scrubber.names.names())}

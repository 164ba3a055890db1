# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of hosts, people and devices are known by their form, and what only looks like one stays."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.name_columns import _HOLDERS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import Scrubber


@pytest.mark.parametrize(
    "text",
    [
        "sent to ntp.acme.so and backup.acme.sh",
        "ntp.acme.py:123, https://acme.sh/x",
        "acme.so",
        "backup.acme.gz",
        "/etc/pki/ca.acme.pem",
        "ntp.acme.log",
        "LDAP bind cn=acme,dc=acmewidgets,dc=corp failed",
        "subject CN = Huber Acme, O = ACME Widgets, C = DE",
        "/C=DE/O=Acme/CN=huber",
        "uid=huber",
        "phone 01711234567",
        "call 0171/55 66-77",
        "contact +49 171 5556677",
        "+4989 1234567",
        "0171-5556677 and 01711234567",
        "(089)/1234567",
        "Tel.: (0171) 5556677",
        "chassis 99887766",
        "chassis serial number: 99887766",
        "asset tag AB4711",
        "IMEI 4711471147",
        "domain ACME, owner Huber, account Huber, device ACME",
    ],
)
def test_forms_of_names_are_replaced(text) -> None:
    scrubber = Scrubber()
    scrubber.clean(text)
    scrubber.names.begin_again()
    once = scrubber.clean(text)
    gone = ("acme", "huber", "widgets", "corp", "0171", "1234567", "5556677", "55 66", "99887766", "4711")
    assert not [word for word in gone if word in once.lower()], once
    assert scrubber.clean(once) == once and len(once) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "/usr/lib/python/setup.py",
        "highway.log and messages.log.gz, sshd.service, libcrypto.so",
        "e.g. this, i.e. that",
        "Mon 2024-09-09 18:15:20 +0200 2024-09-09",
        "Last call: 2024-09-09 18:15:20",
        "2024-09-09T18:15:20+01:00, 01/02/2024, 07-11-2024",
        "chassis temperature is high, chassis fan 2 failed",
        "45 %, 0.04 seconds, 1234567 packets, 0 1234567",
        "the domain is up, the device is down, account may not",
        "mobile network, call home",
    ],
)
def test_what_only_looks_like_a_name_stays(text) -> None:
    assert Scrubber().clean(text) == text


PLUGINS = """\
============== ========= ===========
 Plugin         Version   Status
============== ========= ===========
 ACME-billing   1.0-1     installed
"""


def test_a_plugin_of_a_company_names_it() -> None:
    scrubber = Scrubber()
    scrubber.learn(read(PLUGINS), "show plugins installed")
    cleaned = scrubber.clean(PLUGINS)
    assert "ACME" not in cleaned and cleaned.count("installed") == 1 and "1.0-1" in cleaned


@pytest.mark.parametrize("column", [
    "router", "node", "asset", "hostname", "host", "fqdn", "domain", "user", "username", "owner", "account",
    "interface", "device", "network", "tenant", "vrf", "authority", "site", "location", "neighborhood",
    "resource group", "serial", "serial number", "chassis", "uuid",
])  # fmt: skip
def test_what_a_column_may_be_called_announces_in_a_sentence_as_well(column) -> None:
    assert column.replace(" ", "") in _HOLDERS
    name = "88776655" if _HOLDERS[column.replace(" ", "")] == "serial" else "ACME"
    assert name not in Scrubber().clean(f"{column} {name} is away")

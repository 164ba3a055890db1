# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms as releases of all generations print them, and what the table says of each around an upgrade."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarm_table import ALARMS, STOPS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import (
    Alarm,
    Moment,
    ambiguous,
    category_of,
    duplicate_names,
    judge,
    leads_to,
    mismatched_versions,
    read_alarms,
    row_of,
    rows_of,
    same_alarm,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse
from hypothesis import given
from hypothesis import strategies as st

from .printed import printed

# -- texts of real systems ------------------------------------------------------------------------------------------

# CLI-6.0: a sample of 2018.
THREE = """admin@cnd1.conductor# show alarms
Wed 2018-01-17 15:14:03 EST

================== ===================== ========== ============= ========== ===================================
 ID                 Time                  Severity   Source        Category   Message
================== ===================== ========== ============= ========== ===================================
 cnd1.conductor:4   2018-01-17 13:22:38   major      unavailable   system     No connectivity to b1.branch1
 cnd1.conductor:5   2018-01-17 13:22:38   major      unavailable   system     No connectivity to dc1.datacenter
 cnd1.conductor:6   2018-01-17 13:22:38   major      unavailable   system     No connectivity to dc2.datacenter
There are 0 shelved alarms

Completed in 0.35 seconds
"""

# config_alarm_suppression: upper case, an empty source, a column more, and a question on the way.
SHELVED = """Tue 2024-07-09 14:25:28 UTC
WARNING: Targeting router 'all' may take a long time. Continue anyway? [y/N]: y
✔ Retrieving alarms...

================================ ===================== ========== ======== =========== =================================== ============
 ID                               Time                  Severity   Source   Category    Message                             Reason
================================ ===================== ========== ======== =========== =================================== ============
 combo-east-1.RTR_EAST_COMBO:30   2024-07-09 14:24:47   INFO                INTERFACE   Intf 11 (2) administratively down   test-shelf

Completed in 0.02 seconds
"""  # noqa: E501

# The frame of events_overview with a message of the newest catalogue.
MISMATCH = """Tue 2025-09-11 14:44:15 UTC

=================== ===================== ========== ============= ========== ====================================================================================================
 ID                  Time                  Severity   Source        Category   Message
=================== ===================== ========== ============= ========== ====================================================================================================
 node1.Conductor:4   2025-09-11 14:42:46   critical   unavailable   system     Node node1 with version 6.3.5-37.r1.el7 does not match the HA peer with version 6.3.0-107.r1.el7.

There are 0 shelved alarms
Completed in 0.62 seconds
"""  # noqa: E501


def test_three_alarms_of_2018_are_read() -> None:
    alarms = read_alarms(read(THREE))
    assert [(alarm.node, alarm.router, alarm.severity, alarm.category) for alarm in alarms] == [
        ("cnd1", "conductor", "major", "system")
    ] * 3
    assert [alarm.message for alarm in alarms] == [
        "No connectivity to b1.branch1", "No connectivity to dc1.datacenter", "No connectivity to dc2.datacenter",
    ]  # fmt: skip
    assert (alarms[0].id, alarms[0].time, alarms[0].source) == (
        "cnd1.conductor:4", "2018-01-17 13:22:38", "unavailable",
    )  # fmt: skip


def test_upper_case_and_an_empty_source_are_read() -> None:
    assert read_alarms(read(SHELVED)) == [
        Alarm(
            "combo-east-1.RTR_EAST_COMBO:30", "2024-07-09 14:24:47", "info", "", "interface",
            "Intf 11 (2) administratively down", "combo-east-1", "RTR_EAST_COMBO",
        )
    ]  # fmt: skip


def test_the_mismatch_alarm_of_the_newer_catalogue_tells_both_versions() -> None:
    (alarm,) = read_alarms(read(MISMATCH))
    assert (alarm.severity, alarm.category, alarm.node, alarm.router) == ("critical", "system", "node1", "Conductor")
    assert row_of(alarm.message).name == "version_mismatch"
    assert mismatched_versions(alarm.message) == (parse("6.3.5-37.r1.el7"), parse("6.3.0-107.r1.el7"))


HEAD = "==== ==== ========== ====== ======== ====================\n"
COLUMNS = " ID   Time Severity   Source Category Message\n"


def rows(*lines: str, columns: str = COLUMNS) -> str:
    return HEAD + columns + HEAD + "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        rows() + "\nCompleted in 0.35 seconds",
        rows(),
        "Wed 2018-01-17 15:14:03 EST\n\nThere are 0 shelved alarms\n\nCompleted in 0.35 seconds",
        "There are 4 shelved alarms",
        "No alarms",
        "✔ Retrieving alarms...\n\nNo active alarms to display\n\nCompleted in 0.1 seconds",
        "No alarms\n\nCompleted in 0.1 seconds\nWarning: the session table is large",
    ],
)
def test_an_empty_table_or_words_that_say_so_mean_no_alarm(text) -> None:
    assert read_alarms(read(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Completed in 0.35 seconds",
        rows().rstrip("\n")[:-9],
        "hello",
        "% Error: Unhandled TypeError",
        "Keyword argument 'router' is required",
        rows(" n.r:1 now  critical   x      system   disk space low") + "% Error: the list is not complete\n",
        rows(" n.r:1 now             x      system   disk space low"),
        rows(" n.r:1 now  2018-01-17 x      system   disk space low"),
        rows(" n.r:1 now  critical   x      system"),
        rows(" n.r:1 now  critical   x      system   disk space low", columns=COLUMNS.replace("Severity", "Grade   ")),
    ],
    ids=[
        "nothing",
        "frame",
        "cut",
        "words",
        "error",
        "keyword",
        "error_below",
        "no_severity",
        "shifted",
        "no_message",
        "grade",
    ],
)
def test_what_cannot_be_read_is_not_no_alarm(text) -> None:
    """Rule 35: unreadable is not none."""
    assert read_alarms(read(text)) is None


TARGET = "\n========= ===================\n Target    Message\n========= ===================\n node2.c   {words}\n"
BLOCK = """
==============================
 node1.Conductor:4
==============================
 Time:       2025-09-11 14:42:46
 Severity:   critical
 Category:   system
 Message:    Node node2 went offline.

There are 0 shelved alarms
Completed in 0.62 seconds
"""


@pytest.mark.parametrize("number", ["011", "095"])
@pytest.mark.parametrize("width", [64, 72, 80, 100, 120, 132])
def test_a_list_that_a_terminal_has_broken_is_never_read_as_none(number, width) -> None:
    text = "\n".join(line[i : i + width] for line in printed(number).split("\n") for i in range(0, len(line), width))
    assert read_alarms(read(text, ended=True)) in (None, read_alarms(read(printed(number))))


def test_what_is_known_to_be_torn_is_no_list_and_not_none() -> None:
    for text in (MISMATCH, "There are 0 shelved alarms", "No alarms", BLOCK):
        assert read_alarms(read(text, ended=True)) is not None
        assert read_alarms(replace(read(text, ended=True), broken="a table is torn")) is None


def test_an_empty_table_without_its_end_is_not_none() -> None:
    table = read(rows())
    assert read_alarms(table) == []
    assert read_alarms(replace(table, text=rows().rstrip("\n")[:-9])) is None


def test_alarms_may_be_printed_as_blocks() -> None:
    (alarm,) = read_alarms(read(BLOCK))
    assert (alarm.id, alarm.severity, alarm.message) == ("node1.Conductor:4", "critical", "Node node2 went offline.")
    assert (alarm.node, alarm.router, alarm.category) == ("node1", "Conductor", "system")


@pytest.mark.parametrize(
    "text",
    [
        BLOCK.replace("Severity", "Grade   "),
        BLOCK.replace("Message:", "Reports:"),
        "There are 3 active alarms",
        "There is 1 alarm",
        "No alarm information is available",
        "No alarms could be retrieved",
        "No alarms were received from node2.c: request timed out",
        "⚠ Retrieving alarms... 1/2 targets complete\nThere are 0 shelved alarms",
        "⚠ Retrieving alarms... 1/2 targets complete\n" + rows(),
        "There are 0 shelved alarms\n" + TARGET.format(words="no answer so far"),
        rows() + TARGET.format(words="no answer so far"),
        "No alarms\n0 targets failed, 1 target is disconnected, and 2 succeeded.",
        "No alarms\n1 target failed, 0 targets are disconnected, and 2 succeeded.",
        "n.r:1 critical disk space low\nThere are 0 shelved alarms",
        "No alarms\nWarning: the session table is large\n\nCompleted in 0.1 seconds",
        "No alarms\n\nCompleted in 0.1 seconds\nnode2 could not be reached, so its alarms are missing",
        "Completed in 0.1 seconds\nWarning: the session table is large",
        rows() + "n.r:1 critical disk space low\n\nCompleted in 0.35 seconds",
        rows() + "\n======= =======\n Node    Reason\n======= =======\n n1      x\n\nThere are 0 shelved alarms\n",
    ],
)
def test_only_a_whole_answer_that_says_so_and_nothing_else_is_none(text) -> None:
    assert read_alarms(read(text, ended=True)) is None


def test_a_row_that_cannot_be_read_leaves_nothing_of_the_list() -> None:
    good = " n.r:1 now  critical   x      system   disk space low"
    assert len(read_alarms(read(rows(good, good.replace("r:1", "r:2"))))) == 2
    assert read_alarms(read(rows(good, " n.r:2 now             x      system   disk space low"))) is None


def test_the_question_of_a_command_to_all_routers_is_no_alarm() -> None:
    question = "WARNING: Targeting router 'all' may take a long time. Continue anyway? [y/N]: y\n"
    assert read_alarms(read(f"{question}✔ Retrieving alarms...\n\nThere are 0 shelved alarms\n", ended=True)) == []


def test_nodes_that_were_not_reached_do_not_hide_the_alarms_of_the_others() -> None:
    text = rows(" n.r:1 now critical   x      system   disk space low") + (
        "\n========= ==============\n Target    Message\n========= ==============\n b1.branch Disconnected\n"
    )
    assert [alarm.message for alarm in read_alarms(read(text))] == ["disk space low"]


def test_the_list_of_nodes_tells_where_the_name_of_a_node_ends() -> None:
    table = MISMATCH.replace("node1.Conductor:4", "b1.site.branch:4 ")
    (alarm,) = read_alarms(read(table), {"b1.site.branch": ("branch", "b1.site")})
    assert (alarm.node, alarm.router) == ("b1.site", "branch")
    assert ambiguous(read_alarms(read(table)))
    assert not ambiguous(read_alarms(read(MISMATCH)))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ({"bgp-neighbor", "BGP_NEIGHBOR", "bgp neighbor"}, "bgp-neighbor"),
        ({"platform-stat", "platform-state", "PLATFORM_STATE"}, "platform-stat"),
    ],
)
def test_categories_of_all_releases_are_the_same(words, name) -> None:
    assert {category_of(word) for word in words} == {name}


# -- the table ------------------------------------------------------------------------------------------------------

#: Sample texts by row, the newest catalogue first, then its variants and the older words. From the alarm catalogues.
SAMPLES = {
    "version_mismatch": [
        "Node node1 with version 6.3.5-37.r1.el7 does not match the HA peer with version 6.3.0-107.r1.el7.",
        "node1.Conductor has a software version that does not match its peer.",
        "node1.Conductor has a software version that does not match its peer",
    ],
    "install_type_mismatch": [
        "t1.types has a software installation type that does not match its peer.",
        "Node node1 is package based and its HA peer is image based.",
        "Nodes of the router run mixed installation types: image and package",
    ],
    "node_offline": ["Node node2 went offline.", "Node node2 went offline"],
    "sync_database_down": ["node1: Internal Synchronization database is disconnected."],
    "memory_exceeded": ["System memory exceeded: 90%.", "system memory exceeded"],
    "zookeeper_buffer": ["ZooKeeper jute buffer utilization is 81%, which exceeds the alarm threshold."],
    "chassis_manager": ["Unable to communicate with Chassis Manager."],
    "chassis_critical": ["The following chassis sensor(s) are approaching critical temperatures: CPU, fan 2."],
    "peer_unreachable": ["Peer hub is not reachable.", "Peer hub is not reachable"],
    "peer_certificate": ["Peer hub certificate is invalid: expired - not valid after 2026-01-01."],
    "peer_metadata_key": ["Peer hub metadata-key is invalid: missing - no key."],
    "certificate_expired": [
        "The following certificates are expired: device-cert.", "The following certificates are revoked: device-cert",
    ],
    "rekey_failed": ["Security Rekey failed for: node1, node2"],
    "key_distribution_failed": ["Configure security key distribution failed for: node1."],
    "interface_down": [
        "Intf wan (11) operationally down.", "Intf wan operationally down", "interface operational down",
    ],
    "interface_provisional": ["Intf wan (11) provisionally down."],
    "duplicate_asset": [
        "A duplicate asset with ID ‘node1’branch1 has been detected.",
        "A duplicate asset with ID ‘node1’branch1 has been detected. Ensure all assets have a unique ID and restart "
        "salt-minion on asset ‘node1’",
        "A duplicate asset with id asset1 has been detected. Ensure all assets have a unique id and restart "
        "salt-minion on asset asset1, which is configured as node1.my-router.",
    ],
    "asset_not_running": [
        "Asset ‘A1’, which is configured as ‘b1.branch1’, is not running.",
        "Asset A1, which is configured as b1.branch1, is not running",
    ],
    "asset_install_failed": [
        "Asset ‘A1’, which is configured as ‘b1.branch1’, failed to install.",
        "AssetA1, which is configured as b1.branch1, failed to install",
    ],
    "no_connectivity": ["No connectivity to branch1.b1.", "No connectivity to b1.branch1"],
    "no_ntp": ["No active NTP server.", "No active NTP server"],
    "disk_space": ["Disk space usage exceeds: 90%.", "disk space low"],
    "restart_required": [
        "Restart is required for configuration to take effect.", "Restart required.", "Restart required",
    ],
    "default_passwords": [
        "The following accounts have default passwords and must be updated with a strong user selected password: admin",
        "The following accounts have default passwords: admin, root",
    ],
    "entitlement": [
        "Corrupt entitlement certificate received.", "Invalid entitlement certificate received.",
        "Unable to obtain entitlement certificate.", "Unknown entitlement certificate error.",
    ],
    "chassis_warm": [
        "(SSR4xx-series only). The following chassis sensor(s) have exceeded their recommended temperature thresholds: "
        "CPU.",
        "The following chassis sensor(s) have exceeded their recommended temperature thresholds: CPU",
    ],
    "host_cpu": ["Host CPU utilization exceeded.", "Host cpu utilization exceeded"],
    "snmp": ["SNMP server failure."],
    "hostname": ["Hostname [ntp.example] is unresolved."],
    "configuration_pending": [
        "Configuration synchronization state unknown.", "Not synchronizing with a Conductor.",
        "Awaiting configuration from Conductor.",
        "Received config sync info state for node b1 with syncVersion=3, error=none, message=x and resulting action=y",
    ],
    "configuration_state": [
        "Configuration received from conductor.", "Configured as Conductor.",
        "Successfully committed configuration update from conductor.",
    ],
    "configuration_out_of_sync": [
        "Configuration is out of sync with conductor.", "Conductor does not have configuration for this router.",
    ],
    "configuration_refused": [
        "Unable to handle configuration request from Conductor.",
        "Failed to parse configuration from conductor.",
        "Failed to load configuration from conductor with router's datamodel.",
        "Failed to load configuration from conductor with router’s datamodel.",
        "Configuration provided by conductor does not pass local validation.",
    ],
    "configuration_not_committed": [
        "Received configuration update from conductor but unable to commit.",
        "Received correct configuration update from conductor but unable to commit",
    ],
    "configuration_override": [
        "Received configuration from conductor but unable to commit due to local override.",
        "Received correct configuration update from conductor but unable to commit in local override",
    ],
    "peer_path_down": [
        "Peer hub path is down.", "Peer RTR_WEST_COMBO path is down",
        "Peer bostonsite1 path is down (PeerName: bostonsite1 | Destination: 3.3.3.128 | NodeName: branchoffice1 | "
        "DeviceInterface: 3 | Vlan: 0)",
    ],
    "certificate_expires": ["The following certificates are expiring in less than 7 days: device-cert."],
    "path_mtu": ["Peer hub path MTU is unresolvable."],
    "application_script": [
        "Application script on interface lte exited unexpectedly.",
        "Application script on interface lte was restarted after unexpected exit.",
    ],
    "resolver_file": ["External modification of /etc/resolv.conf detected."],
    "data_plane_cpu": ["Data plane CPU exceeded: 85%", "Traffic Engineering CPU exceeded: 85%"],
    "table_capacity": [
        "Flow capacity exceeded: 95%", "Source Tenant capacity exceeded: 95%", "flow table limit exceeded",
        "fib table limit exceeded", "action table limit exceeded", "arp table limit exceeded",
    ],
    "metrics": ["Metrics collection is taking more than 90% of the configured sample period."],
    "offline_file": ["Offline file /var/lib/x.csv was never completed."],
    "dhcp_unresolved": ["DHCP address for interface [wan] has not been resolved."],
    "process_took_over": ["Process RoutingEngine on node node2 is now active."],
    "interface_took_over": ["Node node2 is now active for shared interface."],
    "session_cpu": ["node1: SessionProc CPU usage alarm."],
    "core_process_exited": [
        "Process has exited unexpectedly: highway.", "Process has exited unexpectedly routingManager",
    ],
    "process_exited": ["Process has exited unexpectedly: conflux.", "Process has exited unexpectedly conflux"],
    "routing_neighbor": [
        "Neighbor 192.0.2.9 failed to reach established state.",
        "Neighbor 192.0.2.9 failed to reach the ESTABLISHED state.",
    ],
    "idp_engine": ["IDP engine unable to start; reboot-required"],
    "crl_endpoints": ["The following CRL endpoints are unreachable: http://crl.example/a."],
    "certificate_expires_soon": ["The following certificates are expiring in less than 30 days: device-cert."],
    "backup_took_over": [
        "VRRP backup into wan taken over as primary.", "Backup into wan taken over as primary.",
    ],
    "dhcp_changed": [
        "DHCP address for interface [wan] has changed to 203.0.113.7.", "DHCP address for interface [wan] has changed.",
    ],
    "application_cache": ["Application Identification cache utilization is approaching maximum capacity."],
    "ports_reserve": [
        "SourceNat ports reserve has been depleted for wan, ports will be exhausted soon.",
        "SourceNat ports reserve has reached 10% level for wan.",
        "WayPoint ports reserve has been depleted for hub, ports will be exhausted soon.",
        "WayPoint ports reserve has reached 10% level for hub.",
    ],
    "shelving_changed": ["Alarm shelving status changed."],
    "interface_switched_off": ["Intf 11 (2) administratively down.", "interface administratively down"],
    "dhcp_resolved": [
        "DHCP address for interface [wan] has successfully been resolved to 203.0.113.7.",
        "DHCP address for interface [wan] has successfully been renewed to 203.0.113.7",
    ],
    "service_path_out": ["Service path on node node1 with key web/1 is taken out of service."],
}  # fmt: skip
TEXTS = [(name, text) for name, texts in SAMPLES.items() for text in texts]


def test_every_row_has_samples() -> None:
    assert {row.name for row in ALARMS} == set(SAMPLES)
    assert len({row.name for row in ALARMS}) == len(ALARMS)


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_every_text_is_of_one_row_and_of_no_other(name, text) -> None:
    assert [row.name for row in rows_of(text)] == [name]


DRESS = st.tuples(
    st.sampled_from([str, str.upper, str.lower]),
    st.sampled_from([lambda text: text.rstrip("."), lambda text: text.rstrip(".") + ".", lambda text: f"  {text}  "]),
    st.sampled_from([lambda text: re.sub("[‘’']", "", text), lambda text: text.replace("‘", '"').replace("’", '"')]),
    st.sampled_from([lambda text: text.replace(" ", "  "), lambda text: text.replace(" ", "\n", 3)]),
)


@given(st.sampled_from(TEXTS), DRESS)
def test_case_quotes_blanks_and_full_stops_change_no_row(sample, dress) -> None:
    name, text = sample
    for change in dress:
        text = change(text)
    assert [row.name for row in rows_of(text)] == [name]


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text) -> None:
    assert judge(text, "critical", Moment()).effect in ("stops", "compared", "warns", "unrelated")
    assert same_alarm(text, text)
    leads_to(text), duplicate_names(text), mismatched_versions(text)


@pytest.mark.parametrize(
    "text",
    ["Package download failed: package not found", "Peer hub is well", "something", "", "The node is offline", "asset"],
)
def test_other_texts_are_of_no_row(text) -> None:
    assert row_of(text) is None


@pytest.mark.parametrize(
    ("message", "other_message", "same"),
    [
        ("Restart required.", "Restart is required for configuration to take effect.", True),
        ("disk space low", "Disk space usage exceeds: 90%.", True),
        ("ZooKeeper jute buffer utilization is 80%, which exceeds the alarm threshold.",
         "ZooKeeper jute buffer utilization is 84%, which exceeds the alarm threshold", True),
        ("Peer hub path is down.", "PEER hub path is down", True),
        ("Peer hub path is down.", "Peer spoke path is down.", False),
        ("Intf wan (11) operationally down.", "Intf lan (12) operationally down.", False),
        ("Intf wan (11) operationally down.", "Intf wan (11) provisionally down.", False),
        ("something", "something else", False),
        ("interface operational down", "Interface operationally down.", True),
        ("interface operational down", "Intf wan (11) operationally down.", False),
        ("Unable to handle configuration request from Conductor.",
         "Configuration provided by conductor does not pass local validation", False),
        ("Received configuration update from conductor but unable to commit.",
         "Received correct configuration update from conductor but unable to commit", True),
        ("The following certificates are expired: hub", "The following certificates are revoked: hub", False),
        ("Data plane CPU exceeded: 90%", "Traffic Engineering CPU exceeded: 90%", False),
        ("Awaiting configuration from Conductor", "Not synchronizing with a Conductor", False),
        ("Neighbor 10.0.0.1 failed to reach established state",
         "Neighbor 10.0.0.1 failed to reach the ESTABLISHED state", True),
        ("Neighbor 10.0.0.1 failed to reach established state",
         "Neighbor 10.0.0.2 failed to reach the ESTABLISHED state", False),
        ("fib capacity exceeded: 90%", "fib table limit exceeded", True),
        ("fib capacity exceeded: 90%", "arp table limit exceeded", False),
        ("node1.Conductor has a software version that does not match its peer.",
         "Node node1 with version 6.3.5 does not match the HA peer with version 6.3.0", True),
        ("node2.Conductor has a software version that does not match its peer.",
         "Node node1 with version 6.3.5 does not match the HA peer with version 6.3.0", False),
    ],
)  # fmt: skip
def test_the_same_alarm_in_the_words_of_another_release(message, other_message, same) -> None:
    assert same_alarm(message, other_message) is same is same_alarm(other_message, message)


# -- what it means around an upgrade --------------------------------------------------------------------------------

AFTER = Moment(after=True)


@pytest.mark.parametrize(
    "text",
    [
        "Image download of package SSR-7.1.3 failed: storage error",
        "Failed to unpack package into image volume b",
        "Database version mismatch: data may be lost",
        "Unpacker Failure: image signature mismatch",
        "Firmware image and storage package are inconsistent",
        "Package of the peer could not be downloaded: version mismatch",
        "Image mismatch on both nodes: upgrade failed",
    ],
)
def test_a_failure_of_an_image_or_a_package_is_never_expected_of_a_half_done_pair(text) -> None:
    assert row_of(text) is None
    assert judge(text, "critical", Moment(after=True, half_done=True)).effect == STOPS


NEWER, OLDER = SAMPLES["version_mismatch"][:2]


@pytest.mark.parametrize("text", [NEWER, OLDER])
def test_a_mismatch_is_expected_only_while_the_pair_is_half_done(text) -> None:
    assert judge(text, "critical", Moment()).effect == "stops"
    half = judge(text, "critical", Moment(after=True, half_done=True, elapsed=1e6))
    assert half.effect == "expected" and "until the other node of the pair is done" in half.words
    done = judge(text, "critical", Moment(after=True, elapsed=60))
    assert (done.effect, done.left) == ("passes", 540)
    assert "10 min 00 s after a boot" in done.words and "9 min 00 s are left" in done.words
    assert judge(text, "critical", Moment(after=True, elapsed=600)).effect == "stops"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("disk_space", "stops", "warns"),
        ("restart_required", "warns", "compared"),
        ("asset_install_failed", "stops", "stops"),
        ("idp_engine", "stops", "stops"),
        ("no_ntp", "compared", "warns"),
        ("default_passwords", "unrelated", "unrelated"),
        ("peer_unreachable", "compared", "stops"),
        ("interface_down", "compared", "compared"),
        ("configuration_override", "stops", "stops"),
        ("configuration_state", "unrelated", "unrelated"),
        ("duplicate_asset", "stops", "stops"),
        ("process_exited", "compared", "compared"),
        ("core_process_exited", "compared", "stops"),
    ],
)
def test_what_an_alarm_means_before_and_after(name, before, after) -> None:
    for text in SAMPLES[name]:
        assert judge(text, "major", Moment()).effect == before
        assert judge(text, "major", Moment(after=True, elapsed=1e6)).effect == after
        assert judge(text, "major", AFTER).effect == after, "without a time nothing is given any"


@pytest.mark.parametrize(
    ("name", "moment", "seconds"),
    [
        ("node_offline", {}, 900),
        ("node_offline", {"slow": True}, 2400),
        ("no_connectivity", {}, 1200),
        ("no_connectivity", {"conductor": True}, 5400),
        ("asset_not_running", {}, 1200),
        ("peer_path_down", {}, 600),
        ("configuration_out_of_sync", {}, 1800),
        ("host_cpu", {}, 1800),
        ("node_offline", {"grace": 30}, 30),
    ],
)
def test_what_passes_by_itself_is_given_its_time(name, moment, seconds) -> None:
    for text in SAMPLES[name]:
        early = judge(text, "major", Moment(after=True, elapsed=seconds - 1, **moment))
        assert (early.effect, early.left) == ("passes", 1)
        assert judge(text, "major", Moment(after=True, elapsed=seconds, **moment)).effect != "passes"


@pytest.mark.parametrize(("severity", "effect"), [("critical", "stops"), ("major", "compared"), ("info", "compared")])
def test_without_a_row_critical_stops_and_the_rest_is_compared(severity, effect) -> None:
    for moment in (Moment(), AFTER, Moment(after=True, half_done=True, elapsed=0)):
        assert judge("Something new", severity, moment).effect == effect


@pytest.mark.parametrize("name", ["node_offline", "no_connectivity", "asset_not_running", "sync_database_down"])
def test_nodes_from_below_6_3_need_not_see_each_other(name) -> None:
    """Rule 11."""
    for text in SAMPLES[name]:
        assert judge(text, "critical", Moment(after=True, assets_count=False)).effect == "expected"
        assert judge(text, "critical", Moment(assets_count=False)).effect == "stops", "before it is none of ours"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Peer hub path is down (PeerName: hub)", "hub"),
        ("Peer hub is not reachable.", "hub"),
        ("No connectivity to b1.branch1.", "b1.branch1"),
        ("Asset ‘A1’, which is configured as ‘b1.branch1’, is not running.", "b1.branch1"),
        ("disk space low", None),
    ],
)
def test_what_an_alarm_leads_to(text, name) -> None:
    assert leads_to(text) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A duplicate asset with id 'asset1', which is configured as my-router, has been detected. Ensure all assets "
         "have a unique id and restart salt-minion on asset 'asset1'", ["asset1", "my-router"]),
        ("A duplicate asset with ID ‘asset1’ has been detected.", ["asset1"]),
        ("A duplicate asset with ID ‘node1’branch1 has been detected.", ["node1", "branch1"]),
        ("A duplicate asset with id asset1 has been detected. Ensure all assets have a unique id and restart "
         "salt-minion on asset asset1, which is configured as node1.my-router.", ["asset1", "node1.my-router"]),
        ("Duplicate asset ID: B.HUB.example", ["B.HUB.example"]),
        ("Duplicate address 'b.hub.example'", []),
    ],
)  # fmt: skip
def test_what_a_duplicate_asset_alarm_names(text, names) -> None:
    assert duplicate_names(text) == names


@pytest.mark.parametrize(
    "text",
    ["Node a with version unknown does not match the HA peer with version 6.3.0-107.r1.el7.", OLDER, "disk space low"],
)
def test_versions_that_an_alarm_does_not_tell_are_not_made_up(text) -> None:
    assert mismatched_versions(text) is None

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of alarms: a row for each meaning, with the texts of all generations of releases.

Texts are the templates of the vendor's catalogues (events_alarms in its older, published and newest edition) with ``*``
for what is filled in. Nobody documents what an alarm means around an upgrade or how long it lasts after a boot: both
are our judgement, in this table and nowhere else (rule 37). What reads it is alarms.py.
"""

from __future__ import annotations

from dataclasses import dataclass

#: It keeps an upgrade from being started, or is a failure after it.
STOPS = "stops"
#: It counts if it was not there before the upgrade.
COMPARED = "compared"
#: It is worth knowing, and never a failure.
WARNS = "warns"
#: It is a state or a message, and no fault that an upgrade makes.
UNRELATED = "unrelated"

_MINUTE = 60.0


@dataclass(frozen=True)
class AlarmRow:
    """What one alarm means. ``texts``: templates with ``*``, or a regular expression behind ``re:`` (see alarms.py).

    ``before``, ``after``: STOPS, COMPARED, WARNS or UNRELATED before an upgrade is started, and once a node is done.
    ``passes``: seconds after the boot in which it goes away by itself; only then ``after`` counts. ``slow``: the same
    for a node that is package-based or was converted, ``conductor``: the same on a conductor. ``half_done``: it is
    there by necessity while one node of the pair is done. ``apart``: its texts are no other words for the same thing,
    but each is an alarm of its own, which means the same for an upgrade. ``presence``: it says that a node is not seen
    by another one, which the lists of assets and connections show as well. ``severity``: the vendor's, for readers of
    the table.
    """

    name: str
    about: str
    severity: str
    categories: tuple[str, ...]
    texts: tuple[str, ...]
    before: str = COMPARED
    after: str = COMPARED
    passes: float | None = None
    slow: float | None = None
    conductor: float | None = None
    half_done: bool = False
    presence: bool = False
    apart: bool = False
    source: str = "events_alarms"

    def seconds(self, slow: bool = False, conductor: bool = False) -> float | None:
        """How long it may last after a boot; None where it is not known to pass by itself."""
        if self.passes is None:
            return None
        return max(self.passes, (slow and self.slow) or 0.0, (conductor and self.conductor) or 0.0)


def _row(name: str, about: str, severity: str, categories: str, *texts: str, **meaning: object) -> AlarmRow:
    return AlarmRow(name, about, severity, tuple(categories.split()), texts, **meaning)


VERSION_MISMATCH, TYPE_MISMATCH, DUPLICATE_ASSET = "version_mismatch", "install_type_mismatch", "duplicate_asset"

_CRITICAL = (
    _row(
        VERSION_MISMATCH, "the nodes of a pair run different versions", "critical", "asset system",
        "* has a software version that does not match its peer",
        "Node * with version * does not match the HA peer with version *",
        before=STOPS, after=STOPS, half_done=True, passes=10 * _MINUTE,
    ),
    _row(
        # Not `half_done`: the node that was upgraded must be back before the other one is touched.
        "node_offline", "a node is offline for its peer", "critical", "system",
        "Node * went offline",
        before=STOPS, after=STOPS, passes=15 * _MINUTE, slow=40 * _MINUTE, presence=True,
    ),
    _row(
        "sync_database_down", "the database that a pair shares is not connected", "critical", "system",
        "*: Internal Synchronization database is disconnected", "Internal Synchronization database is disconnected",
        before=STOPS, half_done=True, passes=15 * _MINUTE, presence=True,
    ),
    _row(
        "memory_exceeded", "the memory of a node is used up", "critical", "system",
        "System memory exceeded: *", "system memory exceeded",
        before=STOPS, source="events_alarms; I95-57692",
    ),
    _row(
        "zookeeper_buffer", "the buffer of the shared database is nearly full", "critical", "system",
        "ZooKeeper jute buffer utilization is *, which exceeds the alarm threshold", before=STOPS,
    ),
    _row(
        "chassis_manager", "the chassis manager does not answer", "critical", "system",
        "Unable to communicate with Chassis Manager", passes=10 * _MINUTE,
    ),
    _row(
        "chassis_critical", "a part of the chassis is too hot", "critical", "system",
        "The following chassis sensor(s) are approaching critical temperatures: *", before=STOPS,
    ),
    _row(
        "peer_unreachable", "a peer cannot be reached", "critical", "peer",
        "Peer * is not reachable", after=STOPS, passes=10 * _MINUTE, source="events_alarms; I95-66331",
    ),
    _row(
        "peer_certificate", "the certificate of a peer is invalid", "critical", "peer",
        "Peer * certificate is invalid: *", source="events_alarms; I95-65393",
    ),
    _row("peer_metadata_key", "the key of a peer is invalid", "critical", "peer", "Peer * metadata-key is invalid: *"),
    _row(
        "certificate_expired", "a certificate has expired or was revoked", "critical", "peer",
        "The following certificates are expired: *", "The following certificates are revoked: *",
        before=STOPS, apart=True,
    ),
    _row(
        "rekey_failed", "the keys could not be exchanged", "critical", "platform",
        "Security Rekey failed for: *", before=STOPS,
    ),
    _row(
        "key_distribution_failed", "the keys could not be distributed", "critical", "platform",
        "Configure security key distribution failed for: *",
    ),
    _row(
        "interface_down", "a port has no link", "critical", "interface",
        "Intf * operationally down", "interface operational down", "interface operationally down",
        passes=10 * _MINUTE,
    ),
    _row("interface_provisional", "a port is provisionally down", "critical", "interface", "Intf * provisionally down"),
    _row(
        DUPLICATE_ASSET, "several boxes have the same asset id", "critical", "asset",
        r"re:.*duplicateasset(?:with)?ids?.*", before=STOPS, after=STOPS, source="ts_ap_duplicate_asset_id; I95-62859",
    ),
    _row(
        "idp_engine", "the IDP engine does not start", "critical", "system",
        "IDP engine unable to start*", before=STOPS, after=STOPS, source="I95-58622, I95-65351",
    ),
)  # fmt: skip

_CONFIGURATION = (
    _row(
        "configuration_pending", "the router waits for its configuration", "major", "system",
        "Configuration synchronization state unknown", "Not synchronizing with a Conductor",
        "Awaiting configuration from Conductor",
        "Received config sync info state for node * with syncVersion=*, error=*, message=* and resulting action=*",
        passes=20 * _MINUTE, apart=True,
    ),
    _row(
        "configuration_out_of_sync", "the configuration of the router is not the conductor's", "major", "system",
        "Configuration is out of sync with conductor", "Conductor does not have configuration for this router",
        before=STOPS, after=STOPS, passes=30 * _MINUTE, apart=True,
    ),
    _row(
        "configuration_state", "a state of the configuration, and no fault", "major", "system",
        "Configuration received from conductor", "Successfully committed configuration update from conductor",
        "Configured as Conductor", before=UNRELATED, after=UNRELATED, apart=True,
    ),
    _row(
        "configuration_refused", "the router cannot use what its conductor sends", "major", "system",
        "Unable to handle configuration request from Conductor",
        "Failed to parse configuration from conductor",
        "Failed to load configuration from conductor with router's datamodel",
        "Configuration provided by conductor does not pass local validation",
        before=WARNS, after=STOPS, apart=True,
    ),
    _row(
        "configuration_not_committed", "the router cannot commit what its conductor sends", "major", "system",
        "Received configuration update from conductor but unable to commit",
        "Received correct configuration update from conductor but unable to commit",
        before=WARNS, after=STOPS,
    ),
    _row(
        "configuration_override", "the router keeps a configuration of its own", "major", "system",
        "Received * but unable to commit due to local override", "Received * but unable to commit in local override",
        before=STOPS, after=STOPS,
    ),
)  # fmt: skip

_MAJOR = (
    _row(
        "asset_not_running", "the SSR of an asset does not run", "major", "asset",
        "Asset *, which is configured as *, is not running",
        before=STOPS, passes=20 * _MINUTE, slow=40 * _MINUTE, presence=True,
    ),
    _row(
        "asset_install_failed", "an asset could not be installed", "major", "asset",
        "Asset *, which is configured as *, failed to install", before=STOPS, after=STOPS,
    ),
    _row(
        "no_connectivity", "a node is not connected", "major", "system",
        "No connectivity to *",
        before=STOPS, passes=20 * _MINUTE, slow=40 * _MINUTE, conductor=90 * _MINUTE, presence=True,
        source="events_alarms; I95-65826",
    ),
    _row(
        "no_ntp", "no time server is active", "major", "system",
        "No active NTP server", after=WARNS, passes=15 * _MINUTE, source="I95-64603, I95-65431, I95-66238",
    ),
    _row(
        "disk_space", "a disk is nearly full", "major", "system",
        "Disk space usage exceeds: *", "disk space low", before=STOPS, after=WARNS,
        source="events_alarms; a conversion halves the space",
    ),
    _row(
        "restart_required", "the configuration asks for a restart", "major", "system",
        "Restart is required for configuration to take effect", "Restart required", before=WARNS,
    ),
    _row(
        "default_passwords", "accounts still have their first passwords", "major", "system",
        "The following accounts have default passwords and must be updated with a strong user selected password: *",
        "The following accounts have default passwords: *", before=UNRELATED, after=UNRELATED, source="I95-59676",
    ),
    _row(
        "entitlement", "the entitlement certificate cannot be used", "major", "system",
        "Corrupt entitlement certificate received", "Invalid entitlement certificate received",
        "Unable to obtain entitlement certificate", "Unknown entitlement certificate error", before=WARNS, apart=True,
    ),
    _row(
        "chassis_warm", "a part of the chassis is warmer than it should be", "major", "system",
        "The following chassis sensor(s) have exceeded their recommended temperature thresholds: *",
        "(SSR4xx-series only). The following chassis sensor(s) have exceeded their recommended temperature thresholds: "
        "*", before=WARNS, after=WARNS,
    ),
    _row(
        "host_cpu", "the processors are busy", "major", "system",
        "Host CPU utilization exceeded", passes=30 * _MINUTE,
    ),
    _row("snmp", "the SNMP server failed", "major", "system", "SNMP server failure"),
    _row(
        "hostname", "a name cannot be resolved", "major", "system",
        "Hostname * is unresolved", passes=15 * _MINUTE,
    ),
    _row(
        # Not `half_done`: a path of the node that was upgraded must be back before the other one is touched.
        "peer_path_down", "a path to a peer is down", "major", "peer",
        "Peer * path is down", passes=10 * _MINUTE,
    ),
    _row(
        "certificate_expires", "a certificate expires within a week", "major", "peer",
        "The following certificates are expiring in less than 7 days: *", before=WARNS, after=WARNS, source="I95-62044",
    ),
    _row(
        "path_mtu", "the MTU of a path is not known", "major", "peer",
        "Peer * path MTU is unresolvable", passes=15 * _MINUTE,
    ),
    _row(
        "application_script", "a script of an interface ended", "major", "platform",
        "Application script on interface * exited unexpectedly",
        "Application script on interface * was restarted after unexpected exit", passes=10 * _MINUTE, apart=True,
    ),
    _row(
        "resolver_file", "somebody changed the file of the resolver", "major", "platform",
        "External modification of * detected", before=UNRELATED, after=UNRELATED,
    ),
    _row(
        # The node that is left carries the traffic of both.
        "data_plane_cpu", "the data plane is busy", "major", "platform",
        "Data plane CPU exceeded: *", "Traffic Engineering CPU exceeded: *", half_done=True, apart=True,
    ),
    _row(
        "table_capacity", "a table of the data plane is nearly full", "major", "platform",
        "* capacity exceeded: *", "* table limit exceeded",
    ),
    _row(
        "metrics", "the collection of metrics is slow", "major", "platform",
        "Metrics collection is taking more than * of the configured sample period", before=UNRELATED, after=UNRELATED,
    ),
    _row(
        "offline_file", "a file was not finished, as after an unclean shutdown", "major", "platform",
        "Offline file * was never completed", before=UNRELATED, after=WARNS,
    ),
    _row(
        "dhcp_unresolved", "an interface has no address from DHCP", "major", "giid",
        "DHCP address for interface * has not been resolved", passes=10 * _MINUTE,
    ),
    _row(
        "process_took_over", "a process leads on this node now", "major", "redundancy",
        "Process * on node * is now active", half_done=True, before=UNRELATED, after=UNRELATED,
    ),
    _row(
        "interface_took_over", "a node has taken over a shared interface", "major", "redundancy",
        "Node * is now active for shared interface", half_done=True, before=UNRELATED, after=UNRELATED,
    ),
    _row(
        "session_cpu", "the process of the sessions is busy", "major", "service",
        "*: SessionProc CPU usage alarm", "SessionProc CPU usage alarm", half_done=True, source="I95-55936",
    ),
    _row(
        "core_process_exited", "a process without which nothing is forwarded has exited", "major", "process",
        "re:processhasexitedunexpectedly:?(?:highway|routingmanager)(?![a-z]).*",
        after=STOPS, passes=10 * _MINUTE, source="I95-65754",
    ),
    _row(
        "process_exited", "a process has exited", "major", "process",
        "re:processhasexitedunexpectedly(?!:?(?:highway|routingmanager)(?![a-z])).*",
        passes=10 * _MINUTE, source="I95-65432, I95-63288",
    ),
    _row(
        # Not `half_done`: the sessions of the node that was upgraded must be back before the other one is touched.
        "routing_neighbor", "a routing neighbor is not established", "major", "bgp-neighbor msdp-neighbor",
        "Neighbor * failed to reach established state", "Neighbor * failed to reach the ESTABLISHED state",
        passes=15 * _MINUTE,
    ),
)  # fmt: skip

_MINOR_AND_INFO = (
    _row(
        "crl_endpoints", "lists of revoked certificates cannot be had", "minor", "system",
        "The following CRL endpoints are unreachable: *", passes=10 * _MINUTE,
    ),
    _row(
        "certificate_expires_soon", "a certificate expires within a month", "minor", "peer",
        "The following certificates are expiring in less than 30 days: *", before=WARNS, after=WARNS,
    ),
    _row(
        "backup_took_over", "a spare interface is in use", "minor", "interface",
        "VRRP backup into * taken over as primary", "Backup into * taken over as primary", half_done=True,
    ),
    _row(
        "dhcp_changed", "an interface has another address", "minor", "giid",
        "DHCP address for interface * has changed", "DHCP address for interface * has changed to *",
        passes=10 * _MINUTE,
    ),
    _row(
        "application_cache", "the cache of applications is nearly full", "info", "system",
        "Application Identification cache utilization is approaching maximum capacity",
        before=UNRELATED, after=UNRELATED,
    ),
    _row(
        "ports_reserve", "few ports are left for translation", "info", "system",
        "SourceNat ports reserve has been depleted for *, ports will be exhausted soon",
        "SourceNat ports reserve has reached 10% level for *",
        "WayPoint ports reserve has been depleted for *, ports will be exhausted soon",
        "WayPoint ports reserve has reached 10% level for *", half_done=True, apart=True,
    ),
    _row(
        "shelving_changed", "alarms are shelved or not any more, as in maintenance mode", "info", "system",
        "Alarm shelving status changed", before=WARNS, after=WARNS, source="config_alarm_suppression",
    ),
    _row(
        "interface_switched_off", "somebody has switched a port off", "info", "interface",
        "Intf * administratively down", "interface administratively down", before=UNRELATED, after=UNRELATED,
    ),
    _row(
        "dhcp_resolved", "an interface has its address from DHCP", "info", "giid",
        "DHCP address for interface * has successfully been resolved*",
        "DHCP address for interface * has successfully been renewed*", before=UNRELATED, after=UNRELATED, apart=True,
    ),
    _row(
        "service_path_out", "a path of a service is not used", "info", "service",
        "Service path on node * with key * is taken out of service", half_done=True,
    ),
)  # fmt: skip

#: That there is such an alarm is said in upgrade_ibu_conductor, its text nowhere: it is known by what it must speak of,
#: which is how the nodes are installed, that they differ, and each other; and by no word of something that failed.
_LOOSE = (
    _row(
        TYPE_MISMATCH, "the nodes of a pair are installed in different ways", "critical", "asset system",
        r"re:(?=.*(?:image|package|install|(?:version|software).*(?:mismatch|differ|unequal|inconsisten)"
        r"|(?:mismatch|differ|unequal|inconsisten).*(?:version|software)))"
        r"(?=.*(?:notmatch|mismatch|differ|unequal|inconsisten|mixed|image.*package|package.*image))"
        r"(?=.*(?:peer|nodes|(?<!re)pair|othernode))"
        r"(?!.*(?:fail|unable|error|corrupt|los[et]|loss|download|unpack|database|signature|invalid|cannot|couldnot"
        r"|reject|refus|abort|crash|storage|revert|rollback|rolledback|space|certificate|license)).*",
        before=STOPS, after=STOPS, half_done=True, passes=10 * _MINUTE, source="upgrade_ibu_conductor",
    ),
)  # fmt: skip

#: Every row. No text fits two of them; the last row, known by loose words only, is asked last.
ALARMS: tuple[AlarmRow, ...] = (*_CRITICAL, *_MAJOR, *_CONFIGURATION, *_MINOR_AND_INFO, *_LOOSE)

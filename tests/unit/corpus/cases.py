# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each text says, written from the text by eye, and the reader that the product uses for the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import Progress, Response
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import (
    alarms,
    assets,
    disks,
    events,
    network,
    system,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarm_table import STOPS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import Alarm, Moment
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import AssetSummary, Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.events import Event
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.network import (
    BgpNeighbour,
    DeviceInterface,
    PeerPath,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_versions import IdleVolume, NodeVersion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import InternalLink, Link, Process
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import Version

from tests.unit.corpus.forms import blocks, errors, rows, said, says, squeezed, usage


@dataclass(frozen=True)
class Case:
    """A reader and the value that it must give.

    `cut`: whether a text that was cut off in a line shows it. `in_rows`: also within its rows.
    """

    reader: Callable[[Response], object]
    value: object
    cut: bool = True
    in_rows: bool = True


def lines(text: str) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in text.strip().split("\n")]


def _asset(response: Response) -> tuple | None:
    asset = assets.read_asset_detail(response)
    return asset and tuple(getattr(asset, name) for name in ASSET)


ASSET = ("router", "node", "asset_id", "version_text", "status", "errors", "error_texts")


def _mismatch(response: Response) -> list[tuple] | None:
    """The alarms of a half-done pair: what each means between its nodes and after them, and the two versions."""
    shown = alarms.read_alarms(response)
    halves = (Moment(after=True, half_done=True), Moment(after=True))
    return shown and [
        (
            alarm.node,
            alarm.router,
            alarm.severity,
            *(alarms.judge(alarm.message, alarm.severity, moment).effect for moment in halves),
            alarms.mismatched_versions(alarm.message),
        )
        for alarm in shown
    ]


def _at(text: str) -> datetime:
    """A moment with its zone, to the second."""
    return datetime.fromisoformat(text)


def _quiet(*names: str) -> Callable[[Response], tuple]:
    """These parts of a reply that says no, shows no table and no block, and is whole."""
    return lambda response: (
        response.error,
        response.tables,
        response.blocks,
        response.broken,
        *(squeezed(" ".join(response.messages)) if name == "messages" else getattr(response, name) for name in names),
    )


def _nothing_wrong(*parts: object) -> tuple:
    """The value of `_quiet` for a reply that does not say no."""
    return (None, (), (), None, *parts)


def _paths(text: str) -> list[PeerPath]:
    return [
        PeerPath(router, peer, node, interface, "1.2.3.4", status)
        for router, peer, node, interface, status in lines(text)
    ]


PEERS_004 = """
burl-corp brawny        burl-corp-secondary lighttower         up
burl-corp seattle-site  burl-corp-secondary lighttower         up
burl-corp tp-colo       burl-corp-primary   comcast            up
burl-corp tp-colo       burl-corp-primary   comcast            up
burl-corp tp-colo       burl-corp-secondary lighttower         up
burl-corp tp-colo       burl-corp-secondary lighttower         up
burl-corp tpn_router    burl-corp-secondary lighttower         up
tp-colo   imjustarouter tp-colo-primary     public-lab-dmz-pri up
tp-colo   imjustarouter tp-colo-secondary   public-lab-dmz-sec standby
tp-colo   mobile128T    tp-colo-primary     public-lab-dmz-pri up
tp-colo   mobile128T    tp-colo-secondary   public-lab-dmz-sec standby
tp-colo   brawny        tp-colo-primary     public-lab-dmz-pri up
tp-colo   brawny        tp-colo-secondary   public-lab-dmz-sec standby
tp-colo   burl-corp     tp-colo-primary     public-blended     up
tp-colo   burl-corp     tp-colo-primary     public-blended     up
tp-colo   burl-corp     tp-colo-secondary   public-comcast     up
tp-colo   burl-corp     tp-colo-secondary   public-comcast     up
tp-colo   tp-lab        tp-colo-primary     colo-lab-pri       up
tp-colo   tp-lab        tp-colo-secondary   colo-lab-sec       standby
tp-lab    tp-colo       tp-lab-primary      lab-colo-pri       standby
tp-lab    tp-colo       tp-lab-secondary    lab-colo-sec       up
"""
PEERS_005 = """
burl-corp brawny        burl-corp-secondary lighttower         down
burl-corp seattle-site  burl-corp-secondary lighttower         up
burl-corp tp-colo       burl-corp-primary   comcast            up
burl-corp tp-colo       burl-corp-primary   comcast            up
tp-colo   imjustarouter tp-colo-secondary   public-lab-dmz-sec standby
tp-colo   tp-lab        tp-colo-primary     colo-lab-pri       up
tp-lab    tp-colo       tp-lab-primary      lab-colo-pri       standby
tp-lab    tp-colo       tp-lab-secondary    lab-colo-sec       up
"""
PROCESSES_017 = """
tp-colo-primary.tp-colo   accessManager               -
tp-colo-primary.tp-colo   analyticsReporter           -
tp-colo-primary.tp-colo   applicationFrameworkManager -
tp-colo-primary.tp-colo   conflux                     -
tp-colo-primary.tp-colo   databaseQueryCoordinator    -
tp-colo-primary.tp-colo   dnsManager                  Y
tp-colo-primary.tp-colo   dynamicPeerUpdateManager    Y
tp-colo-primary.tp-colo   highway                     -
tp-colo-primary.tp-colo   nodeMonitor                 -
tp-colo-primary.tp-colo   redisServerManager          Y
tp-colo-primary.tp-colo   routingManager              Y
tp-colo-primary.tp-colo   securityKeyManager          Y
tp-colo-secondary.tp-colo accessManager               -
tp-colo-secondary.tp-colo dnsManager                  N
tp-colo-secondary.tp-colo highway                     -
tp-colo-secondary.tp-colo routingManager              N
tp-colo-secondary.tp-colo securityKeyManager          N
tp-colo-secondary.tp-colo systemServicesCoordinator   -
"""
ROUTES_078 = """
default 10.0.0.0/24   bgp    true        20  0       30485 10.0.0.128  unavailable unavailable true        unavailable unavailable
default 10.0.0.0/24   bgp    true        20  0       30485 10.0.0.128  lo0         unavailable unavailable unavailable true
default 10.0.0.128/32 kernel true        254 0       30502 unavailable lo0         true        unavailable unavailable true
default 10.0.0.128/32 kernel unavailable 254 1000000 30502 unavailable unavailable unavailable unavailable true        true
"""  # noqa: E501
_ABOVE = {"Y": True, "N": False, "-": None}
OLDER = ("4.3.0-1.el7", "4.3.1-1.el7", "4.3.2-1.el7", "4.3.3-1.el7")

_ENCRYPTION = "root changed configuration encryption on t128"

#: Texts for whose command the product has a reader.
READ = {
    "001": Case(
        system.read_versions,
        [
            NodeVersion(
                "RTR_WEST_COMBO",
                "combo-west-1",
                "128T-6.3.0-60.r1.el7",
                Version(6, 3, 0, 60, 1, text="128T-6.3.0-60.r1.el7"),
                "image",
                volume="b",
                selected_volume="b",
                idle=IdleVolume(
                    "128T-5.4.11-4.el7", Version(5, 4, 11, 4, text="128T-5.4.11-4.el7"), "unavailable", "a"
                ),
            )
        ],
    ),
    "002": Case(
        system.read_versions,
        [
            NodeVersion(
                "128t-east",
                "128t-east",
                "128T-6.2.5-5r2.el7",
                Version(6, 2, 5, 5, 2, text="128T-6.2.5-5r2.el7 (package based)"),
                "package",
            )
        ],
    ),
    "004": Case(network.read_peers, _paths(PEERS_004)),
    "005": Case(network.read_peers, _paths(PEERS_005)),
    "007": Case(
        assets.read_downloads,
        {
            ("burl-corp", "burl-corp-primary"): Downloads((), (), OLDER),
            ("burl-corp", "burl-corp-secondary"): Downloads((), (), OLDER),
            ("tp-colo", "tp-colo-primary"): Downloads(),
            ("tp-colo", "tp-colo-secondary"): Downloads(),
            ("tp-cond", "tp-cond-primary"): Downloads(),
            ("tp-cond", "tp-cond-secondary"): Downloads(),
            ("tp-lab", "tp-lab-primary"): Downloads((), (), ("4.4.0-1.el7",)),
            ("tp-lab", "tp-lab-secondary"): Downloads((), (), ("4.4.0-1.el7",)),
        },
        in_rows=False,  # a node has something to fetch or not
    ),
    "008": Case(_asset, ("RTR_WEST_COMBO", "combo-west-1", "T10_DUT3", "3.1", "running", None, ())),
    "009": Case(assets.read_asset_summary, AssetSummary(5, 2, {"pending": 2, "not installed": 1, "installed": 2})),
    "011": Case(
        alarms.read_alarms,
        [
            Alarm(
                f"cnd1.conductor:{number}",
                "2018-01-17 13:22:38",
                "major",
                "unavailable",
                "system",
                f"No connectivity to {far}",
                "cnd1",
                "conductor",
            )
            for number, far in ((4, "b1.branch1"), (5, "dc1.datacenter"), (6, "dc2.datacenter"))
        ],
    ),
    "013": Case(
        events.read_events,
        [
            Event(
                None,
                _at("2020-06-04T12:47:53+00:00"),
                None,
                None,
                "admin changed running configuration on t128",
                "2020-06-04T12:47:53.487Z",
            )
        ],
        cut=False,
    ),
    "014": Case(
        events.read_events,
        [
            Event(None, _at("2020-06-04T12:38:17+00:00"), None, None, _ENCRYPTION, "2020-06-04T12:38:17.409Z"),
            Event(None, _at("2020-06-04T12:39:37+00:00"), None, None, _ENCRYPTION, "2020-06-04T12:39:37.930Z"),
        ],
        cut=False,
    ),
    "015": Case(
        system.read_connectivity,
        [Link("cnd1.conductor", far, "disconnected") for far in ("b1.branch1", "dc1.datacenter", "dc2.datacenter")],
    ),
    "016": Case(
        system.read_internal_connectivity,
        [
            InternalLink("cnd1.conductor", "cnd1.conductor", service, "Connected")
            for service in ("Zookeeper", "db-store", "ssc", "step-repository")
        ],
    ),
    "017": Case(
        system.read_processes,
        [Process(node, name, "running", _ABOVE[primary]) for node, name, primary in lines(PROCESSES_017)],
    ),
    "020": Case(network.read_bgp, [BgpNeighbour(None, "172.18.1.2", "established")], cut=False),
    "022": Case(network.read_device_interfaces, [DeviceInterface("test1", "10", "up", "up", "up", "non-redundant")]),
    "023": Case(
        lambda response: system.read_names(response, "Name"),
        ["Arthur-C-Doyle.gz", "SherlockHolmes.gz", "DoctorWatson.gz"],
    ),
    "046": Case(disks.read_disks, None, cut=False),
    "054": Case(system.read_available, ["SSR-7.1.0-50"]),
    "062": Case(
        alarms.read_alarms,
        [
            Alarm(
                "combo-east-1.RTR_EAST_COMBO:30",
                "2024-07-09 14:24:47",
                "info",
                "",
                "interface",
                "Intf 11 (2) administratively down",
                "combo-east-1",
                "RTR_EAST_COMBO",
            )
        ],
    ),
    "064": Case(
        network.read_device_interfaces,
        [DeviceInterface("node1", name, "up", "up", None, "active") for name in ("wan", "lan")],
    ),
    "065": Case(
        network.read_device_interfaces,
        [
            DeviceInterface("node1", "t1-carrier1", "up", "unknown", None, "non-redundant"),
            DeviceInterface("node2", "t1-carrier2", "up", "down", None, "non-redundant"),
        ],
    ),
    "066": Case(
        network.read_peers,
        [
            PeerPath(None, "headend1", "node1", "mpls-t1-backup", "192.0.2.201", "standby"),
            PeerPath(None, "headend1", "node2", "mpls-t1", "192.0.2.201", "up"),
            PeerPath(None, "ucaas-he1", "node2", "mpls-t1", "203.0.113.102", "up"),
        ],
    ),
    "067": Case(network.read_device_interfaces, [DeviceInterface("node1", "t1", "up", "up", None, "non-redundant")]),
    "068": Case(
        network.read_device_interfaces, [DeviceInterface("sn2028220232", "bond0", "up", "up", "up", "non-redundant")]
    ),
    "069": Case(
        network.read_device_interfaces, [DeviceInterface("combo-west", "rem2", "up", "up", None, "non-redundant")]
    ),
    "070": Case(system.read_connectivity, [Link("T127_DUT1.Conductor", "T127_DUT2.Conductor", "connected")]),
    "079": Case(network.read_device_interfaces, [], cut=False),
    "082": Case(
        network.read_peers,
        [
            PeerPath(None, "0200019a8f31", "node0", "ge-0-0", "192.168.10.101", "up"),
            PeerPath(None, "0200019a8f31", "node1", "ge-0-1", "172.25.22.2", "up"),
        ],
    ),
    "083": Case(
        events.read_events,
        [
            Event(
                "traffic",
                _at("2023-10-27T02:56:51+00:00"),
                None,
                "test1",
                "Traffic request violates access policy.",
                "2023-10-27T02:56:51.513Z",
            )
        ],
    ),
    "084": Case(network.read_device_interfaces, [DeviceInterface("test1", "10", "up", "up", "up", "non-redundant")]),
    "093": Case(
        _asset,
        (
            "my-router",
            "node1",
            "asset-id",
            "4.1.4-1.el7",
            "running",
            1,
            ("reverse-ssh_conductor1_login_unit: Unable to manage file: Message timed out",),
        ),
    ),
    "095": Case(
        alarms.read_alarms,
        [
            Alarm(
                "node1.Conductor:4",
                "2025-09-11 14:42:46",
                "critical",
                "unavailable",
                "system",
                "Node node1 with version 6.3.5-37.r1.el7 does not match the HA peer with version 6.3.0-107.r1.el7.",
                "node1",
                "Conductor",
            )
        ],
    ),
    "098": Case(
        events.read_events,
        [
            Event(
                None,
                _at("2021-04-20T14:16:08+00:00"),
                "conductor",
                "node1",
                "A duplicate asset with id 'asset1', which is configured as my-router, has been detected. Ensure all "
                "assets have a unique id and restart salt-minion on asset 'asset1'",
                "2021-04-20T14:16:08.039000Z",
                "add",
                "critical",
                "asset",
            )
        ],
    ),
}

_RUNNING_001 = {
    None: "Node: combo-west-1.RTR_WEST_COMBO",
    "Version": "6.3.0",
    "Status": "r1",
    "Build Date": "2024-05-01T21:25:38Z",
    "Build Machine": "releaseslave3.openstacklocal",
    "Build User": "jenkins",
    "Build Directory": "/i95code",
    "Hash": "1d892d709c45409369048d129840b02e435b4e21",
    "Package": "128T-6.3.0-60.r1.el7",
    "SSR-IMG-release": "SSR-6.3.0-60.r1.el7.x86_64.ibu-v1",
    "Volume ID": "b",
    "Selected Boot Volume": "b",
    "Idle Volume": {
        "Version": "5.4.11",
        "Status": "unavailable",
        "Build Date": "2022-12-21T03:10:13Z",
        "Build Machine": "releaseslave4.openstacklocal",
        "Build User": "",
        "Build Directory": "",
        "Hash": "",
        "Package": "128T-5.4.11-4.el7",
        "Volume ID": "a",
    },
}
_DENIED_083 = {
    None: "2023-10-27T02:56:51.513Z Traffic request violates access policy.",
    "Type": "traffic.denied",
    "Node": "test1",
    "Denied Reason": "access",
    "Destination Address": "172.16.2.201",
    "Destination Port": "443",
    "Ingress Interface": "1.0",
    "Ip Protocol": "udp",
    "Permitted": "False",
    "Source Address": "172.16.1.201",
    "Source Port": "10000",
}
_PORT_069 = {
    None: "combo-west:rem2",
    "Type": "host",
    "Forwarding": "true",
    "Mode": "host",
    "MAC Address": "22:ee:4e:b6:37:a8",
    "Admin Status": "up",
    "Operational Status": "up",
    "Redundancy Status": "non-redundant",
    "Speed": "1000",
    "Duplex": "full",
    "in-octets": "9992",
    "out-errors": "11",
    "IPSec": {
        "Tunnel Status": "Up",
        "Tunnel Details": {"Name": "ipsec-client-tunnel-primary-rem1", "Remote id": "172.16.4.3"},
        "Tunnel Monitoring": {"Destination": "8.8.8.8", "Status": "up", "Last Attempt": "2022-02-14 15:42:34"},
    },
}
_PORT_067 = {
    None: "node1:t1",
    "Type": "t1",
    "Mode": "host",
    "MAC Address": "2e:8d:d0:21:a3:9a",
    "Admin Status": "up",
    "Operational Status": "up",
    "Redundancy Status": "non-redundant",
    "Speed": "1000",
    "in-octets": "44113322596",
    "in-unicast-pkts": "274899493",
    "in-errors": "0",
    "out-octets": "45274259759",
    "out-unicast-pkts": "248173338",
    "out-errors": "0",
    "T1 State": {
        "State": "up",
        "Flags": "PPP, RUNNING, UP, NOARP",
        "Iface": "w1g1ppp",
        "MTU": "1500",
        "RX-DRP": "0",
        "TX-OVR": "0",
        "Alarms": "",
    },
    "w1g1: T1 Rx Alarms (Framer)": {
        "ALOS": "OFF",
        "LOS": "OFF",
        "RED": "OFF",
        "AIS": "OFF",
        "LOF": "OFF",
        "RAI": "OFF",
    },
    "w1g1: T1 Rx Alarms (LIU)": {"Short Circuit": "OFF", "Open Circuit": "OFF", "Loss of Signal": "OFF"},
    "w1g1: T1 Tx Alarms": {"AIS": "OFF", "YEL": "OFF"},
    "w1g1: T1 Performance Monitoring Counters": {
        "Line Code Violation": "0",
        "Bit Errors (CRC6/Ft/Fs)": "0",
        "Rx Level": "> -2.5db",
    },
}
_UPGRADE = {
    "router",
    "resource-group",
    "simultaneous",
    "skip-package-transfer",
    "skip-pre-check",
    "skip-health-check",
    "cohort-id",
    "force",
    "node",
    "version",
}

#: Texts that are read in general: by tables, by blocks with what stands in them, by sentences.
GENERAL = {
    "006": Case(
        rows("Peer", "Router", "Hostname", "IP Address"),
        [("tp-lab -> tp-colo", "tp-lab", "nodea.router1.128t.com", "1.2.3.4")] * 2,
    ),
    "010": Case(
        rows("Router", "Node", "Asset Id", "Errors"),
        [("Boston", "Aquarium", "Aquarium-1234", "1"), ("NYC", "nyc", "asset-10", "2")],
    ),
    "018": Case(
        rows("Node", "Service", "Active State"),
        [
            ("tp-cond-primary.tp-cond", f"{name}.service", "active")
            for name in ("128T-plugin-adapter", "128TWeb", "auditd", "t128-process-metrics")
        ],
    ),
    "021": Case(
        _quiet("messages"),
        _nothing_wrong(
            squeezed(
                """
                BGP table version is 0, local router ID is 128.128.128.128
                Status codes: s suppressed, d damped, h history, * valid, > best, = multipath,
                i internal, r RIB-failure, S Stale, R Removed
                Origin codes: i - IGP, e - EGP, ? \u2013 incomplete
                Network Next Hop Metric LocPrf Weight Path
                *> 172.18.11.0/24 172.18.1.2 0 0 4200000001 i
                *> 192.168.128.0 0.0.0.0 0 32768 i
                Total number of prefixes 4
                """
            )
        ),
        cut=False,
    ),
    "024": Case(
        errors,
        [
            squeezed('1. Service name "bar" does not exist'),
            squeezed(
                "2. A service route must have at least one next-hop, peer, nat-target, use-learned-routes, "
                "routing-stack or host configured. It cannot have both the peer and nat-target configured."
            ),
            squeezed(
                "3. Service-route foo for service '' is not allowed on router burl-corp. Please check the applies-to "
                "config on the service."
            ),
        ],
        cut=False,
    ),
    "025": Case(
        said,
        says("Are you sure you want to commit the candidate config? [y/N]: y", "Configuration committed"),
        cut=False,
    ),
    "026": Case(errors, [squeezed("1. inter-node-security is required reported by router 'bernstein'")], cut=False),
    "027": Case(
        said,
        says(
            "Are you sure you want to discard uncommitted changes from the candidate config? [y/N]: y",
            "Candidate configuration changes successfully discarded",
        ),
        cut=False,
    ),
    "028": Case(said, says(error="Operation canceled"), cut=False),
    "029": Case(
        said,
        says("Successfully exported configuration: /etc/128technology/config-exports/myCandidate.gz"),
        cut=False,
    ),
    "030": Case(
        said,
        says(
            "Replace the existing candidate configuration with the contents of backup _myCandidate.gz_? [y/N]: y",
            "Backup configuration _myCandidate.gz_ successfully written to the candidate config",
        ),
        cut=False,
    ),
    "031": Case(
        _quiet("progress", "messages"),
        _nothing_wrong(
            (),
            squeezed(
                """
                This command is resource intensive and can take a while. Are you sure? [y/N]: y
                Current Installer version: 2.5.0-0.20200326163206.snapshot
                Installer will run in non-interactive mode
                Refreshing DNF cache (this may take a few minutes)
                Cleaning DNF data: expire-cache
                Making the DNF cache
                Cleaning legacy local repos (this may take a few minutes)
                Installer will hunt for ISOs to import
                Importing packages for 128T-4.4.0-0.202004021313.release.el7.x86_64.rpm
                Installer complete
                Import success
                """
            ),
        ),
        cut=False,
    ),
    "032": Case(
        _quiet("progress", "messages"),
        _nothing_wrong(
            (Progress("ok", "Importing..."),),
            squeezed("This command is resource intensive and can take a while. Are you sure? [y/N]: y Import success"),
        ),
        cut=False,
    ),
    "033": Case(
        _quiet("progress", "messages"),
        _nothing_wrong(
            (Progress("ok", "Encrypting configuration... 1/1 targets complete.", 1, 1),),
            squeezed(
                "Are you sure you would like to enable configuration encryption? [y/N]: y "
                "Configuration was successfully encrypted."
            ),
        ),
        cut=False,
    ),
    "034": Case(
        lambda response: (response.error, [step.mark for step in response.progress], response.messages),
        (None, ["ok"], ("Successfully set provisional status for device 10",)),
        cut=False,
    ),
    "035": Case(
        said,
        says("config authority router Fabric128 name Fabric128 delete service-route force myRoute exit exit exit"),
        cut=False,
    ),
    "036": Case(said, says("# No differences"), cut=False),
    "037": Case(
        rows("Username", "Full Name", "Roles", "Features", "Enabled"),
        [
            ("admin", "", "admin", "configure", "true"),
            ("user", "user", "user", "show-commands", "true"),
            ("jdeveloper", "Joe Developer", "admin", "configure", "true"),
        ],
    ),
    "038": Case(
        blocks,
        [{None: "Information for jdeveloper:", "Enabled": "true", "Full Name": "Joe Developer", "Role": "admin"}],
    ),
    "039": Case(
        rows("Router Name", "Node Name", "Peer", "Status", "Reason(s)"),
        [
            ("newton", "labsystem2", "becket", "enabled", "TCP SYN; Mid-flow; TCP SYN Jumbo;"),
            ("", "", "becket", "enabled", "TCP SYN; TCP SYN Jumbo;"),
            ("", "", "burlington", "enabled", "TCP SYN; Mid-flow; TCP SYN Jumbo;"),
        ],
    ),
    "040": Case(
        rows("Source IP", "Tenant", "Total Data", "Session Count", "Current Bandwidth"),
        [
            ("192.168.0.23", "lanSubnet", "2.10 GB", "62", "0 bps"),
            ("192.168.0.25", "lanSubnet", "1.36 GB", "238", "3.44 Mbps"),
            ("192.168.0.32", "MBP.lanSubnet", "157.78 MB", "1337", "46.81 kbps"),
        ],
    ),
    "041": Case(
        rows(
            "Router Name",
            "Device Interface",
            "Network Interface",
            "Status",
            "IP Address",
            "OSPF Type",
            "Area ID",
            "Area Type",
        ),
        [
            ("ComboEast", "10", "intf10", "up", "172.16.1.2/24", "Peer", "0.0.0.1", "normal"),
            ("ComboEast", "11", "intf11", "up", "172.16.3.2/24", "Peer", "0.0.0.0", "normal"),
        ],
    ),
    "042": Case(
        rows(
            "Router Name",
            "Neighbor Router ID",
            "Priority",
            "State",
            "Dead Timer Due (s)",
            "Interface Address",
            "Interface State",
        ),
        [("ComboEast", "172.16.4.3", "1", "Full", "31.302", "172.16.3.2", "DR")],
    ),
    "043": Case(
        rows("Project", "Month", "Entitlement Utilized"),
        [("Lab Router", "*Apr 2020", "11.94 Mbps"), ("", "Mar 2020", "14.23 Mbps")],
    ),
    "044": Case(
        rows("Device", "Name", "VLAN", "MAC", "Prefix"),
        [
            ("10", "intf10", "None", "fa:16:3e:3b:b7:ee", "172.16.100.100/30"),
            ("10", "intf10", "None", "fa:16:3e:3b:b7:ee", "172.16.1.100/32"),
        ],
    ),
    "045": Case(
        rows("IP Prefix", "Port", "Proto", "Tenant", "Service", "Next Hops"),
        [
            ("0.0.0.0/0", "<any>", "<any>", "lanSubnet", "Internet", "1.2.3.4"),
            ("169.254.127.126/32", "53", "udp", "_internal_", "LanDnsProxy", "1.2.3.4"),
            ("", "", "", "", "", "1.2.3.4"),
            ("169.254.127.126/32", "53", "udp", "MBP.lanSubnet", "LanDnsProxy", "1.2.3.4"),
            ("", "", "", "", "", "1.2.3.4"),
            ("169.254.127.126/32", "179", "tcp", "_internal_", "<ControlMessageService>", "<none>"),
        ],
    ),
    "048": Case(
        blocks,
        [
            {
                None: "cnd1.conductor",
                "Key manager state": "active_leader",
                "Rekey index": "1",
                "Last rekey": "n/a",
                "Next rekey": "n/a",
                "Key change count": "1",
                "Config key change count": "0",
                "Key change error": "n/a",
                "Config key change error": "n/a",
            }
        ],
    ),
    "049": Case(
        lambda response: (blocks(response), response.messages) if response.blocks else None,
        (
            [
                {
                    None: "Router: ComboEast",
                    "Network Route": {"Route Prefix": "172.16.1.0/24", "Area ID": "0.0.0.1", "Cost": "10"},
                    "Router": {"Router ID": "172.16.4.3"},
                }
            ],
            ("No External Routes",),
        ),
        cut=False,
    ),
    "050": Case(said, says("Version 1487780689 committed at: Wed 2017-02-22 11:24:49"), cut=False),
    "051": Case(said, says("Successfully synchronized dynamic peer addresses"), cut=False),
    "052": Case(
        rows("Name", "Tenants", "Routing Interfaces", "Network Interfaces"),
        [
            ("chips", "chips", "lo0-chips", "combo-east 12-173"),
            ("salsa", "salsa", "lo0-salsa", ""),
            ("tacos", "tacos", "", "combo-east 10-174"),
        ],
    ),
    "053": Case(
        _quiet("progress", "messages"),
        _nothing_wrong(
            (Progress("ok", "Retrieving 0/1 targets complete....", 0, 1),),
            squeezed(
                """
                Target: node1.conductor
                002 "ipsec-client-tunnel-primary-remote-1": terminating SAs using this connection
                002 "ipsec-client-tunnel-primary-remote-1" #8261: deleting state (STATE_PARENT_I1)
                133 "ipsec-client-tunnel-primary-remote-1" #8262: STATE_PARENT_I1: initiate
                Successfully retrieved info.
                """
            ),
        ),
        cut=False,
    ),
    "055": Case(
        lambda response: (
            response.error,
            [step.mark for step in response.progress],
            squeezed("".join(response.messages)),
        ),
        (None, ["ok"], "onboarding-mode:whitebox"),
        cut=False,
    ),
    "056": Case(
        rows("Metric", "Node", "Value"), [("message-failure", "gouda", "0"), ("message-success", "gouda", "2")]
    ),
    "057": Case(
        rows("Bandwidth", "Source", "Destination", "Protocol", "Service", "Tenant"),
        [
            ("695.50 kbps", "192.168.0.32:59066", "3.21.226.121:8801", "udp", "Internet", "MikeMBP.lanSubnet"),
            ("8.42 kbps", "192.168.0.32:51417", "3.21.226.121:8801", "udp", "Internet", "MikeMBP.lanSubnet"),
        ],
    ),
    "058": Case(
        rows("Device I/F", "VLAN ID", "Network I/F", "Network I/F IP", "Source IP Prefix", "Tenant", "Source Type"),
        [
            ("lan", "0", "lan-interface", "192.168.0.2", "192.168.0.0/24", "lanSubnet", "PUBLIC"),
            ("lan", "3000", "lan-untrusted", "172.16.0.1", "0.0.0.0/0", "untrustedLanSubnet", "PUBLIC"),
            ("wan", "0", "wan-interface", "96.230.191.130", "35.156.0.0/14", "blocklist", "PUBLIC"),
            ("dh00000001", "0", "dhcp-server-gen-2", "169.254.128.132", "0.0.0.0/0", "<global>", "PUBLIC"),
            ("kni254", "0", "controlKniIf", "169.254.127.126", "0.0.0.0/0", "_internal_", "PUBLIC"),
        ],
    ),
    "071": Case(said, says("Candidate configuration is valid"), cut=False),
    "072": Case(
        lambda response: (response.error, [step.mark for step in response.progress], response.messages),
        (None, ["ok"], ("Candidate configuration is valid",)),
        cut=False,
    ),
    "073": Case(
        said,
        says(error="% Error: Could not create request: Subject Alternative Name (DNS or IP address) is required"),
        cut=False,
    ),
    "074": Case(
        _quiet("progress", "messages"),
        _nothing_wrong(
            (Progress("ok", "Modifying password..."),),
            squeezed(
                """
                Changing the current password will log this user out of all active sessions. Subsequent logins will
                require the new password to authenticate.
                Enter your current password:
                Enter a new password:
                Confirm:
                Password updated successfully
                """
            ),
        ),
        cut=False,
    ),
    "075": Case(
        rows("Node", "Thread", "Utilization", "peakUsage"),
        [
            ("test1.combo1", "SessionProc-00", "10.00000", "78.000000"),
            ("test1.combo1", "SessionProc-01", "20.000000", "66.900002"),
            ("Average", "-", "15.00", "-"),
        ],
    ),
    "076": Case(
        blocks,
        [
            {
                None: "Node: test1.combo1",
                "State": "Normal",
                "Time In State": "--",
                "Time Remaining Until Transition": "--",
                "Average CPU": "0.00%",
                "Session Processors CPU usage": {"SessionProc-00": "0.000000%", "SessionProc-01": "0.000000%"},
            }
        ],
    ),
    "077": Case(
        rows("Direction", "Type", "From", "To"),
        [
            ("ingress", "dynamic", "172.16.1.0/24", "192.168.5.120/32"),
            ("ingress", "bidirectional", "172.16.1.204/30", "192.168.9.200/30"),
        ],
    ),
    "078": Case(
        rows(
            "Vrf",
            "Prefix",
            "Protocol",
            "Selected",
            "Distance",
            "Metric",
            "Uptime",
            "Ip",
            "Interface name",
            "Directly connected",
            "Recursive",
            "Blackhole",
            "Fib",
        ),
        [tuple(line) for line in lines(ROUTES_078)],
    ),
    "080": Case(
        lambda response: (response.error, response.denied), ("Keyword argument 'router' is required", False), cut=False
    ),
    "085": Case(
        rows("Agent", "Connection", "128T", "128T-mist-agent", "Device-ID", "Interfaces"),
        [("unassigned", "down - no DNS response", "5.5.0-43.el7", "3.1.2666-1.el7", "02-00-01-f3-39-eb", "4")],
    ),
    "086": Case(
        rows("Agent", "Connection", "128T", "128T-mist-agent", "Platform", "Device-ID", "Interfaces"),
        [
            (
                "assigned",
                "up",
                "5.6.1-9.el7",
                "4.0.3330-1.el7",
                "OpenStack Foundation - Nova",
                "02-00-01-c9-90-16",
                "6",
            )
        ],
    ),
    "087": Case(
        lambda response: (response.error, [step.mark for step in response.progress], response.messages),
        (None, ["ok"], ("Target: node1.conductor1", "Unreleased", "Successfully retrieved info.")),
        cut=False,
    ),
    "091": Case(
        usage,
        (frozenset(_UPGRADE), frozenset({"version"}), frozenset({frozenset({"router", "resource-group"})})),
    ),
    "092": Case(usage, (frozenset({"security-ref"}), frozenset(), frozenset())),
}
#: What is read of a text beside what the product's own reader takes from it.
MORE = {
    "001": Case(blocks, [_RUNNING_001]),
    "067": Case(blocks, [_PORT_067]),
    "069": Case(blocks, [_PORT_069]),
    "083": Case(blocks, [_DENIED_083]),
    "095": Case(
        _mismatch,
        [
            (
                "node1",
                "Conductor",
                "critical",
                alarms.EXPECTED,
                STOPS,
                (Version(6, 3, 5, 37, 1), Version(6, 3, 0, 107, 1)),
            )
        ],
    ),
}

CASES: list[tuple[str, Case]] = sorted([*READ.items(), *GENERAL.items(), *MORE.items()], key=lambda case: case[0])

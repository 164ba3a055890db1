# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema of GraphQL on this conductor, in the language of schemas.

Fields and arguments are those that public code asks for (MCP, SC, BU, SALT). Names of types are known of two only,
`RouterPeerPathType` and `AuditLogType`; the others are invented. Which fields there are depends on the habits.
"""

from __future__ import annotations

from .audit import types
from .caller import Caller

_OLD_ASSET = "assetId routerName nodeName t128Version status text failedStatus"
_NEW_ASSET = "upgradeWarning firstConnectedDate installationType platformType"

_FIXED = """
scalar JSON

type Query {
  allAuthorities(name: String): AuthorityConnection
  allRouters(name: String, names: [String]): RouterConnection
  metrics: MetricsType
}

type Mutation {
  sendAssetDownloadSoftwareRequest(routerNames: [String]!, version: String!): [AssetResponseType]
  sendAssetUpgradeRequest(
    routerNames: [String]!, version: String!, force: Boolean, ignorePreCheck: Boolean
  ): [AssetResponseType]
}

type AssetResponseType { routerName: String response: String }

type AuthorityType {
  name: String
  assets(assetIds: [String]): [AssetType]
  duplicateAssets(assetIds: [String]): [DuplicateAssetType]
}
type DuplicateAssetType { assetId: String }
type AssetErrorType { env: String operation: String reason: String }
type SoftwareVersionsType {
  availableVersion: [String]
  downloadedVersion: [String]
  currentlyDownloadingVersion: String
  currentlyUpgradingVersion: String
  refresh: SoftwareRefreshType
}
type SoftwareRefreshType { inProgress: Boolean }

type RouterType {
  name: String
  nodes(name: String, first: Int, after: String): NodeConnection
  peers(name: String, names: [String]): RouterPeerConnection
  auditLogs(
    startTime: String, endTime: String, first: Int, filter: [AuditLogType], subtype: String, startIndex: String
  ): AuditLogConnection
}

type NodeType {
  name: String
  role: String
  assetId: String
  state: NodeStateType
  connectivity: [ConnectivityType]
  cpu: [CpuUsageType]
  memory: UsageType
  disk: [DiskUsageType]
  platform: PlatformType
  deviceInterfaces(name: String): DeviceInterfaceConnection
}
type NodeStateType {
  status: String
  startTime: String
  role: String
  softwareVersion: String
  alarmCount: Int
  processes: [ProcessType]
  services: [SystemServiceType]
}
type ProcessType { name: String processName: String status: String primary: Boolean leaderStatus: String }
type SystemServiceType { name: String activeState: String }
type ConnectivityType { remoteNodeName: String remoteRouterName: String remoteNodeRole: String status: String }
type CpuUsageType { core: Int utilization: Int type: String }
type UsageType { capacity: Float usage: Float }
type DiskUsageType { partition: String capacity: Float usage: Float }
type PlatformType {
  memory: String
  cpu: [PlatformCpuType]
  disks: [PlatformDiskType]
  operatingSystem: OperatingSystemType
  vendor: VendorType
}
type PlatformCpuType { type: String speed: String cores: Int }
type PlatformDiskType { name: String space: String percentUsed: Float }
type OperatingSystemType { name: String version: String kernelVersion: String }
type VendorType { vendor: String product: String version: String serialNumber: String }

type DeviceInterfaceType { name: String description: String type: String state: DeviceInterfaceStateType }
type DeviceInterfaceStateType {
  adminStatus: String operationalStatus: String provisionalStatus: String redundancyStatus: String
}

type RouterPeerType { name: String router: RouterType paths: [RouterPeerPathType] }
type RouterPeerPathType {
  displayName: String
  node: String
  adjacentNode: String
  adjacentHostname: String
  adjacentAddress: String
  deviceInterface: String
  networkInterface: String
  status: String
  mtu: Int
  uptime: Float
  latency: Float
  jitter: Float
  loss: Float
}

type AuditLogEntryType {
  router: String node: String type: AuditLogType subtype: String timestamp: String data: JSON
}

type MetricsType { redundancy: RedundancyMetricsType }
type RedundancyMetricsType { databaseConnection: DatabaseConnectionMetricsType }
type DatabaseConnectionMetricsType { activeConnections(router: String): [NodeMetricType] }
type NodeMetricType { router: String node: String value: String }

type PageInfo { endCursor: String hasNextPage: Boolean }
"""

_LISTS = {
    "Authority": "AuthorityType",
    "Router": "RouterType",
    "Node": "NodeType",
    "RouterPeer": "RouterPeerType",
    "DeviceInterface": "DeviceInterfaceType",
    "AuditLog": "AuditLogEntryType",
}


def schema_text(caller: Caller) -> str:
    """The whole schema. A pure function of the habits."""
    parts = [_FIXED, _asset(caller), f"enum AuditLogType {{ {' '.join(types(caller))} }}"]
    parts += [_list(name, item, caller.habits["graphql_lists"]) for name, item in _LISTS.items()]
    return "\n".join(parts)


def _list(name: str, item: str, style: str) -> str:
    """`nodes { … }` (MCP, SALT), and before it `edges { node { … } }` (SC)."""
    nodes = f"nodes: [{item}] " if style in ("nodes", "both") else ""
    edges = f"edges: [{name}Edge] " if style in ("edges", "both") else ""
    edge = f"type {name}Edge {{ node: {item} cursor: String }}\n" if edges else ""
    return f"{edge}type {name}Connection {{ {nodes}{edges}pageInfo: PageInfo }}"


def _asset(caller: Caller) -> str:
    """The fields of MCP, or the older ones of SC; between them releases that lack some."""
    known, lists = caller.habits["asset_fields"], []
    names = _OLD_ASSET.split() + (_NEW_ASSET.split() if known == "new" else [])
    if known == "old":
        lists.append("assetIdConfigured: Boolean")
    else:
        lists.append("statusDurationSeconds: Int")
    if known == "new":
        lists.append("errorsJson: [AssetErrorType]")
    if caller.habits["graphql_software"] == "present":
        lists.append("softwareVersions: SoftwareVersionsType")
    return "type AssetType { " + " ".join([f"{name}: String" for name in names] + lists) + " }"

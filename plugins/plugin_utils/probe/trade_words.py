# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the trade, which name nobody: a router that is called like one of them keeps its name in a bundle."""

from __future__ import annotations

import re

#: Names that everybody has (the default account, the nodes and routers of samples), and words of commands and answers.
TRADE = frozenset(
    """
    ssr ibu
    conductor router node node0 node1 node2 admin root t128 user peer standby primary secondary active leader none
    unknown all unavailable yes no true false up down na
    show request send set delete system software upgrade download downgrade revert health-check installation-service
    version available assets asset summary errors detail alarms alarm events event provisioning type from rows force
    processes process connectivity internal peers device-interface bgp platform disk config exports export out-of-sync
    locally-modified activity plugins installed plugin skip-version-check skip-pre-check skip-health-check
    skip-pre-health-check skip-post-health-check skip-package-transfer no-revert simultaneous sequenced cohort-id
    resource-group trace verbose no-logs pause command rollback reconnect capability config-read config-write
    provisioning shell usage keyword argument arguments required optional see also
    synchronized synchronizing resynchronizing reinitializing disconnected connected pending key-accepted running
    starting stopped offline online installing installed not-installed upgrading downloading downloaded failed
    completed complete in-progress paused image package image-based package-based combo standalone
    critical major minor warning info interface platform network redundancy base extensible
    established idle connect opensent openconfirm provisioned oper link health status state service source message
    category severity time shelved id name value role uptime count columns release channel artifactory downloads
    accessmanager accessmanagementserver analytics databasequerycoordinator dnsmanager dynamicpeerupdatemanager
    fastlane highway highwaymanager ldapserver mist-agent nodemonitor persistentdatamanager redundancydatabase
    redundancyserver routemanager routingengine routingmanager securekeymanager securitykeymanager snmptrapagent
    stateMonitor systemservicesmanager nginx
    user-agent application json html gzip localhost utc login last
    """.lower().split()
)

_PART = (
    r"(?:\d+(?:r\d+)?|r\d+|el\d+|sts|lts|x86_64|noarch|centos|ibu|v\d+|rpm|iso|tar|gz|img|alpha\d*|beta\d*|rc\d*"
    r"|snapshot\d*)"
)
#: Releases in every spelling of versions.md, dates, times, durations, numbers with a unit.
_PLAIN = re.compile(
    rf"(?:(?:128T|SSR(?:-IMG)?|OpenSSH)[-_])?v?\d+\.\d+(?:\.\d+)*(?:[-_.]?{_PART})*(?:p\d)?"
    r"|\d{4}-\d{2}-\d{2}(?:[T_]\d{2}[\d.]*Z?)?|\d{2}Z|\d+(?:\.\d+)?"
    r"|(?:\d+[wdhms]){2,}"
    r"|\d+(?:\.\d+)?(?:[smhdwy]|ms|us|min|mo|sec|[KMGT]i?B?|[kmgt]b|bps|st|nd|rd|th)"
    r"|(?:eth|ens|lo|dpdk|kni|el|r|v|vt|ipv|aes|sha|md|tls|http|node|ssr|vlan|bond|lte|t|x|utf|rs|hs)\d{1,4}"
    r"|(?:128T|T128)[A-Za-z]*|I95[a-z]+|128technology|x86_64|I95-\d+|0x[0-9a-f]{1,4}|ssh-ed25519|ecdsa-sha2-nistp\d+|SSH-2\.0-.*",
    re.IGNORECASE,
)


#: What names of routers and nodes may look like all the same: the number of a store, a letter with a number, numbers
#: with dots.
_MAY_BE_NAMED = re.compile(r"\d{3,}|[a-z]{1,4}\d{1,4}|\d+(?:\.\d+)+", re.IGNORECASE)
#: A number, with a unit or the kind of a port, or one with a fraction: nothing tells it from a name that is known.
_MAY_HOLD_NAME = re.compile(r"[a-z]{0,4}\d+(?:\.\d+)?[a-z]{0,3}", re.IGNORECASE)


def may_be_named(word: str) -> bool:
    """Whether a word of the trade is replaced where it is surely the name of a router or a node."""
    return word.lower() not in TRADE and _MAY_BE_NAMED.fullmatch(word) is not None


def may_hold_name(word: str) -> bool:
    """Whether a number in a word of the trade may be a known name. Those of releases, dates and times are none."""
    return _MAY_HOLD_NAME.fullmatch(word) is not None


def is_trade(word: str) -> bool:
    """Whether a word names nobody: a word of the trade, a release, a time, a number."""
    return word.lower() in TRADE or _PLAIN.fullmatch(word) is not None

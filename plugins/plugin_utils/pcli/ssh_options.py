# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options of OpenSSH change nothing about a login here, by their names in lower case. Pure."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

#: Names that OpenSSH has for one option (readconf.c).
_ALIASES = {
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "skeyauthentication": "kbdinteractiveauthentication",
    "tisauthentication": "kbdinteractiveauthentication",
    "dsaauthentication": "pubkeyauthentication",
    "hostbasedkeytypes": "hostbasedacceptedalgorithms",
    "hostbasedacceptedkeytypes": "hostbasedacceptedalgorithms",
    "keepalive": "tcpkeepalive",
    "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms",
    "smartcarddevice": "pkcs11provider",
}
#: Options that OpenSSH itself passes over, or knows no more: of SSH 1 and of rsh.
_RETIRED = (
    *("afstokenpassing", "cipher", "compressionlevel", "fallbacktorsh", "globalknownhostsfile2"),
    *("kerberosauthentication", "kerberostgtpassing", "protocol", "rhostsauthentication", "rhostsrsaauthentication"),
    *("rsaauthentication", "useprivilegedport", "userknownhostsfile2", "useroaming", "usersh"),
)
#: Options that change how OpenSSH works, but nothing that a user would miss here. Where they turn on a way to log in
#: that there is not, the others remain.
_HARMLESS = frozenset(
    (
        *("addkeystoagent", "batchmode", "checkhostip", "compression", "controlmaster", "controlpath"),
        *("controlpersist", "exitonforwardfailure", "fingerprinthash", "forkafterauthentication"),
        *("hashknownhosts", "ipqos", "loglevel", "numberofpasswordprompts", "requesttty", "serveralivecountmax"),
        *("tcpkeepalive", "updatehostkeys", "verifyhostkeydns", "visualhostkey", "warnweakcrypto"),
        # Between hosts, and with certificates of hosts.
        *("casignaturealgorithms", "enablesshkeysign", "hostbasedacceptedalgorithms", "hostbasedauthentication"),
        *_RETIRED,
    )
)
#: Options that change nothing with these values.
_WITH_VALUES = {
    "knownhostscommand": ("none",),
    "nohostauthenticationforlocalhost": ("no", "false"),
    "pkcs11provider": ("none",),
    "proxyusefdpass": ("no", "false"),
    "remotecommand": ("none",),
    "revokedhostkeys": ("none",),
    "securitykeyprovider": ("internal",),
    "sessiontype": ("default",),
}
#: Options that OpenSSH knows and this connection does not.
_NOT_HERE = frozenset(
    (
        *("bindaddress", "bindinterface", "hostkeyalias", "include", "pubkeyacceptedalgorithms", "requiredrsasize"),
        *("stricthostkeychecking", "tunneldevice", *_WITH_VALUES),
    )
)


def canonical(name: str) -> str:
    """The name of an option that OpenSSH knows by several, in lower case."""
    return _ALIASES.get(name.lower(), name.lower())


def changes_nothing(name: str, value: str) -> bool:
    """Whether a login is the same without this option."""
    if name in _HARMLESS or name.startswith("gssapi"):
        return True
    if name == "pubkeyacceptedalgorithms":  # what is added or preferred forbids nothing
        return value.startswith(("+", "^"))
    return value.lower() in _WITH_VALUES.get(name, ())


def ignores(patterns: str, name: str) -> bool:
    """Whether the patterns of IgnoreUnknown are about this option: OpenSSH passes over what it does not know, only."""
    return name not in _NOT_HERE and any(
        fnmatchcase(name, pattern) for pattern in re.split(r"[\s,]+", patterns.lower())
    )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a difference means for whoever reads the report at night, where no setting goes with it."""

from __future__ import annotations

_SEND = "no setting is known, please send the bundle"

#: By the number of docs/assumptions.md, which says the same at more length.
NEXT_STEPS = {
    "S2": "set ansible_pcli_terminal to another type, and look again",
    "S6": "nothing needs to be set: more logins are opened, at most ansible_pcli_max_shells",
    "S9": "nothing needs to be set: the form that is answered is used; what you type yourself takes answers of the "
    "module command",
    "L1": "nothing needs to be set: the names of the in-box help are used",
    "L10": "name the full version, as 'show system software available' spells it",
    "L13": "the state of an asset and the offered versions tell of downloads; raise download_silence if that is slow",
    "L15": "nothing needs to be set: it is sent only where the release or the usage has it",
    "L18": "nothing needs to be set: the check boot_volume is skipped, and a revert warns that its target is not known",
    "F11": f"nothing is sent beside a node whose answer cannot be read; {_SEND}",
    "T1": f"such a node is waited for; {_SEND}",
    "T7": f"without a list that is whole no node is upgraded; {_SEND}",
    "T9": "nothing needs to be set: the check asset_list_complete is skipped",
    "C13": "such an alarm stops only if it is critical, and conductor_upgrade_allow_alarms lets it pass",
    "C14": "nothing needs to be set: events decide nothing",
    "C15": "nothing needs to be set: the check pair_in_sync is skipped",
    "W3": "nothing needs to be set: assets are read by REST",
    "W8": "nothing needs to be set: without the web API the PCLI alone counts",
    "W12": "nothing needs to be set: service and connections are read from the PCLI alone",
    "W16": "nothing needs to be set: any other word than that it is not shelved means that it is",
    "W20": "nothing needs to be set: types are recognised by their fields, or assets are read by REST",
}

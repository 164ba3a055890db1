# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines are host keys to trust."""

from __future__ import annotations

import paramiko
import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import HostKeyRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.hostkeys import trusted
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login

KEY = paramiko.ECDSAKey.generate()
LINE = f"{KEY.get_name()} {KEY.get_base64()}"


@pytest.mark.parametrize("marker", ["@revoked", "@cert-authority"])
def test_a_pinned_line_with_a_marker_is_no_key_to_trust(marker) -> None:
    assert trusted(Login("c1", host_keys=(f"c1 {LINE}",))) == [KEY]
    with pytest.raises(HostKeyRefused, match=f"begins with {marker}"):
        trusted(Login("c1", host_keys=(f"{marker} c1 {LINE}",)))


@pytest.mark.parametrize("broken", ["|1|", "|1|AAAA", "|1|xx|yy", "|1|%|%"])
def test_a_broken_hash_in_known_hosts_hides_no_other_line(tmp_path, broken) -> None:
    file = tmp_path / "known_hosts"
    hashed = paramiko.HostKeys.hash_host("c1")
    file.write_text(f"{broken} {LINE}\n{hashed} {LINE}\n")
    assert trusted(Login("c1", known_hosts=(str(file),))) == [KEY]
    assert trusted(Login("c2", known_hosts=(str(file),))) == []

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's own loader for collections, without which it finds no doc fragment of ours."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

PACKAGES = ("ansible_collections", "ansible_collections.sessionsmart", "ansible_collections.sessionsmart.ssr")


def _use_collection_loader() -> None:
    """Put it in place, also where other tests have imported the collection by Python's own means already.

    Only the three outer packages are loaded anew. What stands in them stays the same objects.
    """
    roots = [str(Path(place).parent) for place in importlib.import_module(PACKAGES[0]).__path__]
    if AnsibleCollectionConfig.collection_finder is None:
        init_plugin_loader(roots)
    if hasattr(sys.modules.get(PACKAGES[-1]), "_collection_meta"):
        return
    for name in PACKAGES:
        sys.modules.pop(name, None)
    ours = importlib.import_module(PACKAGES[-1])
    for name, module in list(sys.modules.items()):
        if name.rpartition(".")[0] == PACKAGES[-1]:
            setattr(ours, name.rpartition(".")[2], module)


_use_collection_loader()

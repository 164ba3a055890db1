# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of tasks that Ansible cannot load is refused before anything is sent, with what is wrong and where."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.input import setting_mistakes
from ansible_collections.sessionsmart.ssr.plugins.filter.play import tasks_file
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.task_files import task_file_mistake

GOOD = """
- name: A task in a block
  when: not ansible_check_mode
  block:
    - ansible.builtin.debug: {msg: "{{ ssr_backup.path }}"}
    - debug: msg=old
      loop: [1, 2]
      loop_control: {label: x}
  rescue:
    - local_action: {module: ansible.builtin.command, cmd: "true"}
  always:
    - ansible.builtin.include_tasks: more.yml
    - ansible.builtin.import_tasks: {file: more.yml}
- ansible.builtin.include_tasks: "{{ folder }}/other.yml"
- ansible.builtin.include_role: {name: theirs}
- meta: end_batch
- action: "{{ their_action }}"
- verdict: {results: [x]}
- sessionsmart.ssr.assets_info:
  with_items: [1]
"""


def mistake(folder, text) -> str:
    (folder / "mine.yml").write_text(text)
    return task_file_mistake(str(folder / "mine.yml"), str(folder))


@pytest.mark.parametrize("text", [GOOD, "", "[]", "$ANSIBLE_VAULT;1.1;AES256\n6162\n"])
def test_what_ansible_can_load_is_accepted(tmp_path, text) -> None:
    (tmp_path / "more.yml").write_text("- ansible.builtin.debug:\n- ansible.builtin.include_tasks: mine.yml\n")
    assert mistake(tmp_path, text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- community.nosuch.module:\n    x: 1\n", "task 1: couldn't resolve module/action 'community.nosuch.module'"),
        ("- name: Tell\n  debgu: {}\n", "task 1 ('Tell'): couldn't resolve module/action 'debgu'"),
        ("- ansible.builtin.debug:\n   msg: [\n", "line 3"),
        ("hosts: all\n", "is not a list of tasks"),
        ("- hosts: all\n  tasks: []\n", "task 1: couldn't resolve module/action 'hosts'"),
        ("- text\n", "entry 1 is 'text', which is not a task"),
        ("- debug:\n- debug: {}\n  whne: x\n", "task 2: "),
        ("- block:\n    - rescue:\n      - nosuch: {}\n", "nosuch"),
        ("- block:\n    - debug: {}\n  loop: [1]\n", "loop"),
        ("- block: 3\n", "is not a list of tasks"),
        ("- debug: {}\n  command: x\n", "conflicting action statements"),
        ("- include_tasks: gone.yml\n", "task 1: there is no file 'gone.yml' to include"),
        ("- include_tasks: {file: more.yml, nosuch: 1}\n", "Invalid options"),
        ("- include_role: {nosuch: 1}\n", "'name' is a required field"),
        (
            "- block:\n    - import_tasks: more.yml\n",
            "more.yml, task 1: couldn't resolve module/action 'bad.in.other'",
        ),
    ],
)
def test_what_ansible_cannot_load_is_refused_with_the_place(tmp_path, text, words) -> None:
    (tmp_path / "more.yml").write_text("- bad.in.other: {}\n")
    found = mistake(tmp_path, text)
    assert words in found and str(tmp_path) in found and "\n" not in found


@pytest.mark.parametrize("name", ["router_upgrade_before", "router_upgrade_after", "ssr_backup_hook"])
def test_it_is_a_mistake_of_the_variable_before_anything_is_sent(tmp_path, name) -> None:
    (tmp_path / "mine.yml").write_text("- community.nosuch.module: {}\n")
    (found,) = setting_mistakes({"c1": {name: str(tmp_path / "mine.yml")}}, ["c1"])
    assert name in found and "community.nosuch.module" in found and "Correct it" in found


def test_an_include_is_never_given_a_file_that_would_end_the_playbook(tmp_path) -> None:
    (tmp_path / "mine.yml").write_text("- debug:\n   msg: [\n")
    with pytest.raises(AnsibleFilterError, match=r"mine\.yml cannot be read"):
        tasks_file("mine.yml", str(tmp_path))

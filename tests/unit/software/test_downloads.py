# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a download is, read from many layouts and words; none of them is documented with a sample."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.download_words import read_words
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.downloads import (
    NodeScope,
    from_software,
    lines_of,
    read_download,
    stored_versions,
    versions_there,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.refusal_reasons import (
    not_now,
    not_there_yet,
    still_downloading,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

WANTED = parse("6.3.5-37.r1.el7")
FIRST_NODE = NodeScope("R", "a", ("b",))


def state(text: str, scope: NodeScope = FIRST_NODE, before: list[str] | None = None):
    return read_download(read(text), WANTED, scope, before)


def kind(text: str, scope: NodeScope = FIRST_NODE, before: list[str] | None = None) -> str:
    return state(text, scope, before).kind


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Downloaded", "there"),
        ("Complete", "there"),
        ("COMPLETED", "there"),
        ("completed download", "there"),
        ("Download complete", "there"),
        ("Available", "there"),
        ("Ready", "there"),
        ("Ready to install", "there"),
        ("100 %", "there"),
        ("100%", "there"),
        ("Success", "there"),
        ("Done", "there"),
        ("Finished", "there"),
        ("Downloading", "running"),
        ("DOWNLOADING", "running"),
        ("In Progress", "running"),
        ("in-progress", "running"),
        ("in progress download", "running"),
        ("Download in progress", "running"),
        ("Pending", "running"),
        ("Queued", "running"),
        ("Verifying", "running"),
        ("45 % complete", "running"),
        ("45%", "running"),
        ("In Progress 100%", "running"),
        ("Not complete", "running"),
        ("incomplete", "running"),
        ("not yet completed", "running"),
        ("attempt 3 failed, retrying in 120 s", "running"),
        ("Paused", "paused"),
        ("paused at 40 %", "paused"),
        ("Failed", "failed"),
        ("failed download", "failed"),
        ("download failed", "failed"),
        ("failed due to connectivity issues", "failed"),
        ("Completed with errors: checksum error", "failed"),
        ("timed out", "failed"),
        ("could not be downloaded", "failed"),
        ("cancelled", "failed"),
        ("Complete, 0 errors", "there"),
        ("Not downloaded", "nothing"),
        ("not yet downloaded", "nothing"),
        ("Not available", "nothing"),
        ("Available for download", "nothing"),
        ("Ready to download", "nothing"),
        ("Download required", "nothing"),
        ("Not started", "nothing"),
        ("Not in progress", "nothing"),
        ("-", "nothing"),
        ("IN_PROGRESS", "running"),
        ("DOWNLOAD_IN_PROGRESS", "running"),
        ("InProgress", "running"),
        ("DownloadInProgress", "running"),
        ("DOWNLOAD_COMPLETED", "there"),
        ("DownloadComplete", "there"),
        ("DOWNLOAD_TIMED_OUT", "failed"),
        ("DOWNLOAD_FAILED", "failed"),
        ("Complete with errors", "failed"),
        ("Completed, 2 errors", "failed"),
        ("Download on a failed", "failed"),
        ("No space left on device", "failed"),
        ("Complete 45", "running"),
        ("Complete: 45", "running"),
        ("Complete: 100", "there"),
        ("Completed 3/5", "running"),
        ("Complete: no", "running"),
        ("completed=false", "running"),
        ("Download completed, verification pending", "running"),
        ("Downloaded, not verified", "running"),
        ("to be downloaded", "nothing"),
        ("will be downloaded", "nothing"),
        ("should be downloaded", "nothing"),
        ("Downloaded: No", "nothing"),
        ("Present on conductor", "nothing"),
        ("Downloaded on peer", "nothing"),
        ("available on internet", "nothing"),
        ("Available remotely", "nothing"),
        ("Not OK", None),
        ("Success: false", None),
        ("downloaded successfully: false", None),
        ("nothing is downloaded", "nothing"),
        ("Not all files downloaded", None),
        ("Complete (stale)", None),
        ("Downloaded 5 MB", None),
        ("5 MB downloaded", None),
        ("Downloaded 536870912", None),
        ("not failed", None),
        ("▓▒░", None),
        ("phase 7", None),
        ("", None),
    ],
)
def test_words_mean_what_they_say_also_where_they_hold_the_word_for_the_contrary(words, meant) -> None:
    assert read_words(words).kind == meant


@pytest.mark.parametrize(
    ("status", "progress", "percent"),
    [
        ("In Progress", "45%", 45.0),
        ("Downloading (12.5 %)", "", 12.5),
        ("Downloading", "512 MB of 2 GB", 25.6),
        ("Downloading", "512/1024 MB", 50.0),
        ("Downloading", "45", 45.0),
        ("Complete", "45%", 45.0),
        ("Downloaded", "512 MB of 2 GB", 25.6),
        ("Complete 45", "", 45.0),
        ("Downloading", "", None),
        ("Downloading", "12 MB/s", None),
    ],
)
def test_how_much_is_there_is_read_where_it_is_told(status, progress, percent) -> None:
    words = read_words(status, progress)
    assert (words.kind, words.percent) == ("running", percent)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("Downloading 10 %", "Downloading 11 %", True),
        ("Downloading 10 %, 14 s elapsed", "Downloading 10 %, 29 s elapsed", False),
        ("Downloading 10 % (00:01:10)", "Downloading 10 % (00:01:25)", False),
        ("Downloading 500 MB", "Downloading 510 MB", True),
        ("Downloading 500 MB, 3 MB/s", "Downloading 500 MB, 4 MB/s", False),
        ("Downloading 100 %", "Verifying 100 %", True),
    ],
)
def test_a_clock_that_goes_on_is_no_progress(before, after, moved) -> None:
    assert (read_words(before).mark != read_words(after).mark) is moved


def test_without_a_figure_nothing_tells_whether_it_gets_on() -> None:
    assert read_words("Downloading").mark is None


# -- tables -----------------------------------------------------------------------------------------------------------


TABLE = """\
Mon 2026-03-02 01:02:03 UTC
✔ Retrieving download status 2/2 targets complete...

======== ====== ================= ============= ========== ===========
 Router   Node   Version           Status        Progress   Elapsed
======== ====== ================= ============= ========== ===========
 R        a      6.3.3-39.r1.el7   Complete      100%       14m 2s
          a      6.3.5-37.r1.el7   {status:12}  {progress:9}  {elapsed}
          b      6.3.5-37.r1.el7   Failed        0%         1m 0s

Completed in 0.04 seconds
"""


def table(status: str, progress: str = "-", elapsed: str = "1m 2s") -> str:
    return TABLE.format(status=status, progress=progress, elapsed=elapsed)


@pytest.mark.parametrize(
    ("status", "progress", "meant", "percent"),
    [
        ("Downloaded", "-", "there", None),
        ("Complete", "100%", "there", 100.0),
        ("In Progress", "0%", "running", 0.0),
        ("Downloading", "47%", "running", 47.0),
        ("Paused", "47%", "paused", 47.0),
        ("", "47%", "running", 47.0),
        ("", "100%", "there", 100.0),
        ("???", "-", "unreadable", None),
    ],
)
def test_a_row_counts_by_its_columns_for_its_own_node_and_version(status, progress, meant, percent) -> None:
    download = state(table(status, progress))
    assert (download.kind, download.percent) == (meant, percent)


def test_the_failure_of_the_other_node_and_the_end_of_another_version_do_not_count() -> None:
    assert kind(table("In Progress", "3%")) == "running"
    only_others = "\n".join(line for line in table("x").splitlines() if "x" not in line.split())
    assert kind(only_others) == "nothing"


def test_a_column_of_time_that_ticks_is_no_progress() -> None:
    first, later = state(table("In Progress", "0%", "1m 2s")), state(table("In Progress", "0%", "2m 9s"))
    assert first.mark == later.mark is not None


def test_a_failure_from_before_does_not_count_and_a_new_one_does() -> None:
    before = lines_of(read(table("Failed", "0%")))
    assert kind(table("Failed", "0%"), before=before) == "nothing"
    assert kind(table("Failed", "0%", "59m 1s"), before=before) == "nothing", "it only grew older"
    assert kind(table("Failed", "12%"), before=before) == "failed"
    assert kind(table("Failed", "0%")) == "nothing", "without a request of ours it is history"


def test_what_was_complete_before_the_request_is_there() -> None:
    before = lines_of(read(table("Complete", "100%")))
    assert kind(table("Complete", "100%"), before=before) == "there"


@pytest.mark.parametrize("header", ["Download State", "State", "Result", "Download Status"])
def test_the_column_of_the_status_has_many_names(header) -> None:
    text = f"""\
================= ================
 Version           {header}
================= ================
 6.3.5-37.r1.el7   Downloaded
"""
    assert kind(text) == "there"


def test_columns_that_are_named_after_states_hold_versions_or_yes() -> None:
    text = """\
======== ====== ================= ================= ============
 Router   Node   Available         Downloading       Downloaded
======== ====== ================= ================= ============
 R        a      6.3.5-37.r1.el7
 R        b                        6.3.5-37.r1.el7
"""
    assert kind(text) == "nothing", "that it is offered does not mean that it is there"
    assert kind(text, NodeScope("R", "b", ("a",))) == "running"
    yes = """\
================= ============ =============
 Version           Downloaded   In Progress
================= ============ =============
 6.3.5-37.r1.el7   Yes          No
 6.3.3-39.r1.el7   No           Yes
"""
    assert kind(yes) == "there"


def test_where_no_node_is_named_the_entry_is_for_the_router() -> None:
    text = """\
======== ================= ============
 Router   Version           Status
======== ================= ============
 R        6.3.5-37.r1.el7   Complete
 S        6.3.5-37.r1.el7   Failed
"""
    assert kind(text) == kind(text, NodeScope("R")) == "there"


@pytest.mark.parametrize("target", ["a.R", "R:a", "R/a", "a"])
def test_a_target_is_named_in_many_ways(target) -> None:
    text = f"""\
======== ================= ============
 Target   Version           Status
======== ================= ============
 {target:8} 6.3.5-37.r1.el7   Complete
 b.R      6.3.5-37.r1.el7   Failed
"""
    assert kind(text) == "there"


def test_a_version_that_shows_less_is_the_one_and_another_build_is_not() -> None:
    text = """\
=========== ==========
 Version     Status
=========== ==========
 {}   Complete
"""
    assert kind(text.format("SSR-6.3.5-37")) == "there"
    assert kind(text.format("SSR-6.3.5-39")) == "nothing"
    assert kind(text.format("SSR-6.3.50-3")) == "nothing"


def columns(*cells: tuple[str, str]) -> str:
    """A table of one row for node a of R, with the requested version and these columns: (name, cell)."""
    row = (("Router", "R"), ("Node", "a"), ("Version", "6.3.5-37.r1.el7"), *cells)
    widths = [max(len(name), len(cell)) + 2 for name, cell in row]
    rule = " ".join("=" * width for width in widths)
    names, values = (
        " ".join(f" {pair[at]}".ljust(width) for pair, width in zip(row, widths, strict=True)).rstrip() for at in (0, 1)
    )
    return f"{rule}\n{names}\n{rule}\n{values}\n"


FINISHED = "2026-03-01 22:00:10"


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        ((("Status", "Failed"), ("Finished", FINISHED)), "failed"),
        ((("Status", "Failed"), ("Completed", "22:00:10")), "failed"),
        ((("Status", "Paused"), ("Finished", "never")), "paused"),
        ((("Status", "In Progress"), ("Finished", "-")), "running"),
        ((("Status", "In Progress"), ("Complete", "Yes")), "running"),
        ((("Status", "Completed"), ("Finished", FINISHED)), "there"),
        ((("Downloaded", "Yes"), ("Finished", FINISHED)), "there"),
        ((("Finished", FINISHED),), "unreadable"),
        ((("Finished", "never"),), "nothing"),
        ((("Downloaded", "5 MB"), ("Total", "1200 MB")), "running"),
        ((("Downloaded", "1200 MB"), ("Total", "1200 MB")), "there"),
        ((("Downloaded", "5 MB"),), "unreadable"),
        ((("Downloaded", "536870912"),), "unreadable"),
        ((("Downloaded", "pending"),), "running"),
        ((("Complete", "45"),), "running"),
        ((("Complete", "45%"),), "running"),
        ((("Complete", "100"),), "there"),
        ((("Complete", "1"),), "unreadable"),
        ((("Status", "Active"), ("Complete", "45")), "running"),
        ((("Status", "OK"), ("Complete", "No")), "unreadable"),
        ((("Status", "Completed"), ("In Progress", "Yes")), "running"),
        ((("Status", "Completed"), ("Failed", "3")), "there"),
        ((("Status", "Completed"), ("Progress", "45%")), "running"),
        ((("Status", "Completed"), ("Size", "45")), "there"),
        ((("State", "Completed"), ("Result", "Failed")), "failed"),
        ((("Status", "Completed"), ("Details", "Download failed: no space left")), "failed"),
        ((("Status", "Completed"), ("Message", "Checksum error")), "failed"),
        ((("Status", "Completed"), ("Errors", "2")), "failed"),
        ((("Status", "Completed"), ("Errors", "0")), "there"),
        ((("Status", "Completed"), ("Error", "none")), "there"),
        ((("Status", "Completed"), ("Details", "verification pending")), "running"),
        ((("Status", "Completed"), ("Details", "by admin")), "there"),
        ((("Source State", "OK"), ("State", "-")), "nothing"),
        ((("Status", "Downloaded on b only"),), "nothing"),
    ],
)
def test_the_column_of_the_state_decides_and_times_sizes_and_details_only_take_away(cells, meant) -> None:
    assert kind(columns(*cells), before=[]) == meant


@pytest.mark.parametrize(
    ("cells", "brief"),
    [
        (
            (("Status", "Failed"), ("Progress", "0%"), ("Duration", "2m 55s"), ("Message", "repository timed out")),
            "repository timed out",
        ),
        ((("Status", "Failed"), ("Message", "-"), ("Duration", "4m 27s")), "Failed"),
        ((("Status", "Failed"), ("Words", "no route")), "Status: Failed; Words: no route"),
    ],
)
def test_the_cause_of_a_failure_has_no_names_progress_or_times_that_nodes_differ_in(cells, brief) -> None:
    failed = state(columns(*cells), before=[])
    assert (failed.kind, failed.brief) == ("failed", brief) and "Router: R" in failed.words


def test_the_share_of_what_is_there_comes_from_two_columns() -> None:
    assert state(columns(("Downloaded", "300 MB"), ("Total", "1200 MB"))).percent == 25.0
    assert state(columns(("Status", "Active"), ("Complete", "45"))).percent == 45.0


def test_a_version_in_a_column_of_versions_counts_with_the_words_behind_it() -> None:
    for remark, meant in (("", "there"), (" (failed)", "failed"), (" 45%", "running"), (" (1.2 GB)", "unreadable")):
        text = columns(("Available", ""), ("Downloaded", f"6.3.5-37.r1.el7{remark}")).replace("Version", "Serial ")
        assert kind(text, before=[]) == meant, remark


ROUTERS = """\
======== ====== ================= ============
 Router   Node   Version           Status
======== ====== ================= ============
{}"""


def rows(*lines: tuple[str, str, str]) -> str:
    return ROUTERS.format(
        "".join(f" {target:8} {version:6} 6.3.5-37.r1.el7   {status}\n" for target, version, status in lines)
    )


def test_a_row_of_another_router_never_counts() -> None:
    """Conductors before 7.2.0 put foreign rows behind an answer (I95-65411)."""
    assert kind(rows(("S", "a", "Completed")), before=[]) == "nothing"
    assert kind(rows(("R", "a", "Failed"), ("S", "a", "Completed")), before=[]) == "failed"
    assert kind(rows(("S", "a", "Failed"), ("", "a", "Failed"), ("R", "a", "Completed")), before=[]) == "there"
    assert kind(rows(("S", "a", "In Progress"), ("", "b", "Completed")), before=[]) == "nothing"
    assert kind(rows(("RS", "a", "Completed")), before=[]) == kind(rows(("R.S", "a", "Completed"))) == "nothing"
    assert kind(rows(("all", "a", "Completed"))) == kind(rows(("r", "a", "Completed"))) == "there"


@pytest.mark.parametrize("name", ["a.S", "S/a", "S:a", "a.RS", "S.a", "a.S.example"])
def test_a_target_of_another_router_never_counts(name) -> None:
    text = f"""\
============= ================= ============
 Target        Version           Status
============= ================= ============
 {name:11}   6.3.5-37.r1.el7   Complete
"""
    assert kind(text) == "nothing"
    assert kind(text.replace(f" {name:11} ", f" {'a.R.example':11} "), NodeScope("R.example", "a", ("b",))) == "there"


NODES = """\
====== ================= ============
 Node   Version           Status
====== ================= ============
 a      6.3.5-37.r1.el7   Complete
"""


@pytest.mark.parametrize("above", ["Router: S\n", "Router: S\n\n", "Node: a.S\n", "a.S\n", "hub-2.S\n"])
def test_a_table_headed_by_another_router_never_counts(above) -> None:
    assert kind(f"{above}{NODES}") == "nothing"
    assert kind(f"Router: R\n{NODES}") == kind(f"Software downloads\n\n{NODES}") == kind(NODES) == "there"


@pytest.mark.parametrize(
    "text",
    [
        "S a 6.3.5-37.r1.el7 completed",
        "S: a: 6.3.5-37.r1.el7 completed",
        "S/a: 6.3.5-37.r1.el7 completed",
        "a.S: 6.3.5-37.r1.el7 completed",
        "router S node a: 6.3.5-37.r1.el7 completed",
        "6.3.5-37.r1.el7 completed on node a of router S",
        "S:\n  a 6.3.5-37.r1.el7 completed",
        "hub-2:\n  a 6.3.5-37.r1.el7 completed",
        "Router S:\n\n  a 6.3.5-37.r1.el7 completed",
        "Router: S\nNode: a\n  6.3.5-37.r1.el7 completed",
        "R:\n  b 6.3.5-37.r1.el7 completed",
        "====\n S\n====\nNode:     a\nVersion:  6.3.5-37.r1.el7\nStatus:   Complete\n",
        "====\n a\n====\nRouter:   S\nVersion:  6.3.5-37.r1.el7\nStatus:   Complete\n",
        '{"router": "S", "node": "a", "version": "6.3.5-37.r1.el7", "status": "complete"}',
    ],
)
def test_a_text_of_another_router_never_counts(text) -> None:
    assert kind(text) in ("nothing", "unreadable")
    assert kind(text, before=[]) in ("nothing", "unreadable")


@pytest.mark.parametrize(
    "text",
    [
        "R a 6.3.5-37.r1.el7 completed",
        "R/a: 6.3.5-37.r1.el7 completed",
        "router R node a: 6.3.5-37.r1.el7 completed",
        "6.3.5-37.r1.el7 completed on node a of router R",
        "R:\n  a 6.3.5-37.r1.el7 completed",
        "Router R:\n\n  a 6.3.5-37.r1.el7 completed",
        "Router: S\n  b 6.3.5-37.r1.el7 failed\nRouter: R\nNode: a\n  6.3.5-37.r1.el7 completed",
        "====\n a.R\n====\nVersion:  6.3.5-37.r1.el7\nStatus:   Complete\n",
        "====\n R\n====\nNode:     a\nVersion:  6.3.5-37.r1.el7\nStatus:   Complete\n",
    ],
)
def test_a_text_of_the_router_itself_counts(text) -> None:
    assert kind(text) == "there"


def test_what_is_complete_on_another_node_is_not_named_for_this_one() -> None:
    text = rows(("S", "a", "Completed"), ("R", "b", "Completed"))
    assert versions_there(read(text), NodeScope("R", "a")) == []
    assert versions_there(read(text), NodeScope("R", "b")) == versions_there(read(text)) == ["6.3.5-37.r1.el7"]


def test_a_download_that_is_not_shown_any_more_is_not_there_by_its_absence() -> None:
    before = lines_of(read(table("In Progress", "40%")))
    assert kind("No downloads are in progress.\n", before=before) == kind("\n", before=before) == "nothing"


# -- blocks -----------------------------------------------------------------------------------------------------------


BLOCKS = """\
==============================
 a.R
==============================
 Version:       6.3.5-37.r1.el7
 State:         {}
 Started:       2026-03-02T00:00:00Z
 Requested by:  admin

==============================
 b.R
==============================
 Version:       6.3.5-37.r1.el7
 State:         Failed
 Reason:        no space left on the device
"""


@pytest.mark.parametrize(
    ("words", "meant"),
    [("In Progress (12%)", "running"), ("Complete", "there"), ("Paused", "paused"), ("?", "unreadable")],
)
def test_a_block_counts_for_the_node_in_its_title(words, meant) -> None:
    assert kind(BLOCKS.format(words)) == meant


def test_a_block_that_failed_since_the_request_tells_why() -> None:
    download = state(BLOCKS.format("Complete"), NodeScope("R", "b", ("a",)), before=[])
    assert download.kind == "failed" and "no space left" in download.words


def test_a_block_of_one_version_for_the_node_that_was_asked() -> None:
    assert kind("Version:   6.3.5-37.r1.el7\nStatus:    Downloading\nProgress:  33 %\n") == "running"


# -- sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a.R: download to 6.3.5-37.r1.el7 is in progress.", "running"),
        ("a.R: download to 6.3.5-37.r1.el7 completed successfully.", "there"),
        ("6.3.5-37.r1.el7: downloaded\n6.3.3-39.r1.el7: failed", "there"),
        ("6.3.5-37.r1.el7: failed\n6.3.3-39.r1.el7: downloaded", "nothing"),
        ("Download of 6.3.5-37.r1.el7 on a has not\ncompleted yet", "running"),
        ("Downloading 6.3.5-37.r1.el7 ... 14%", "running"),
        ("✔ 6.3.5-37.r1.el7 downloaded", "there"),
        ("Completed downloads:\n  6.3.5-37.r1.el7\nIn-progress downloads:\n  6.3.3-39.r1.el7 45%", "there"),
        ("Completed downloads:\n  6.3.3-39.r1.el7\nIn-progress downloads:\n  6.3.5-37.r1.el7", "running"),
        ("6.3.5-37.r1.el7 is available for download", "nothing"),
        ("b.R: download to 6.3.5-37.r1.el7 completed successfully.", "nothing"),
        ("a.S: download to 6.3.5-37.r1.el7 completed successfully.", "nothing"),
        ("R a 6.3.5-37.r1.el7 downloading\nR b 6.3.5-37.r1.el7 complete", "running"),
        ("Download: 6.3.0 complete", "nothing"),
        ("No download operations found.", "nothing"),
        ("", "nothing"),
        ("▓▒░ strange signs ░▒▓", "unreadable"),
        ("6.3.5-37.r1.el7 phase 7", "unreadable"),
        ("% Error: Command not supported", "unreadable"),
        ("usage: download [router <router>]\n", "unreadable"),
    ],
)
def test_sentences_count_for_the_version_and_the_node_that_they_name(text, meant) -> None:
    assert kind(text) == meant


def test_names_that_hold_words_of_a_state_say_nothing() -> None:
    text = "hub-failed.done-site: download of 6.3.5-37.r1.el7 is in progress"
    assert kind(text, NodeScope("done-site", "hub-failed")) == "running"


def test_a_line_without_the_version_counts_only_if_it_came_up_after_the_request() -> None:
    assert kind("Status: download complete") != "there"
    assert kind("The download is complete.", before=[]) == "there"


def test_carriage_returns_change_nothing() -> None:
    assert kind(table("Downloading", "47%").replace("\n", "\r\n").replace("\r", "")) == "running"


# -- other sources ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        (Downloads(("6.3.0-107.r1.el7", "SSR-6.3.5-37")), "there"),
        (Downloads(("6.3.0-107.r1.el7",), ("6.3.5-37.r1.el7",)), "running"),
        (Downloads(("6.3.0-107.r1.el7",), (), ("6.3.5-37.r1.el7",)), "nothing"),
        (None, "unreadable"),
    ],
)
def test_the_list_of_the_assets_software_counts_by_its_columns(entry, meant) -> None:
    assert from_software(entry, WANTED).kind == meant


def test_what_is_offered_from_the_channel_downloads_lies_on_the_node() -> None:
    text = """\
========= =============== =========== ===========
 Release   Version         Channel     Source
========= =============== =========== ===========
     6.3   SSR-6.3.5-37    downloads   downloads
     6.3   SSR-6.3.6-11    release     internet
"""
    assert stored_versions(read(text)) == ["SSR-6.3.5-37"]


def test_every_version_that_is_complete_is_named() -> None:
    assert versions_there(read(table("Downloading", "3%"))) == ["6.3.3-39.r1.el7"]
    assert versions_there(None) == []


# -- refusals of an upgrade -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "there", "still"),
    [
        ("Version 6.3.5-37.r1.el7 is still downloading", True, True),
        ("a download is in progress on node a", True, True),
        ("The software is being downloaded. Try again later.", True, True),
        ("wait until the download has finished", True, True),
        ("the software is not downloaded", True, False),
        ("6.3.5-37.r1.el7 has not been downloaded to the node", True, False),
        ("The image must be downloaded first", True, False),
        ("version 6.3.5-37.r1.el7 is not present on the node", True, False),
        ("Version 6.3.5-37 is not offered", False, False),
        ("an upgrade is already in progress", False, False),
        ("not enough disk space", False, False),
        ("Node 'a' not found in router 'R'", False, False),
        ("pre-check failed: no space for the download", False, False),
    ],
)
def test_refusals_that_pass_with_time_are_told_from_those_that_do_not(words, there, still) -> None:
    assert (not_there_yet(words), still_downloading(words)) == (there, still)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Maximum number of concurrent downloads reached", True),
        ("too many simultaneous downloads", True),
        ("The limit of 5 concurrent operations is exceeded", True),
        ("The conductor is busy", True),
        ("please try again later", True),
        ("retry later", True),
        ("node is unreachable", True),
        ("node a.R is not connected", True),
        ("Unable to reach node a", True),
        ("ASSET_DISCONNECTED", True),
        ("a download is in progress on node a", True),
        ("Version 6.3.5-37 is not offered", False),
        ("Version 6.3.5-37 not found. Try again later.", False),
        ("Unknown version 6.3.5-37", False),
        ("not enough disk space", False),
        ("the software is not downloaded", False),
        ("permission denied", False),
        ("6.3.5-37 is the latest version", False),
    ],
)
def test_a_refusal_of_the_moment_is_told_from_a_release_that_is_not_to_be_had(words, meant) -> None:
    assert not_now(words) is meant


def test_a_status_that_failed_takes_back_the_version_in_a_column_of_versions() -> None:
    text = """\
======== ====== ================= =========
 Router   Node   Downloaded        Status
======== ====== ================= =========
 R        a      6.3.5-37.r1.el7   Failed
"""
    assert kind(text, before=[]) == "failed"
    assert kind(text.replace("Failed", "OK"), before=[]) == "there"

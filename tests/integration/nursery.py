# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-playbook`` from a process that has imported Ansible already, and is forked for each run.

A third of the time of a small run is spent on importing Ansible. Each test process keeps one such process; what is run
is the same program with the same arguments. Whoever needs another configuration of Ansible, or wants to end a run in
its middle, starts the program itself: Bench does both.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """One process that is forked for each run; one run at a time."""

    def __init__(self, environment: dict[str, str]):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.nursery"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lock = threading.Lock()

    def run(self, arguments: list[str], environment: dict[str, str], output: Path, timeout: float) -> int:
        """Run to the end; what is printed goes to ``output``. One that does not end is killed: TimeoutExpired."""
        with self._lock:
            request = {"arguments": arguments, "environment": environment, "output": str(output), "cwd": os.getcwd()}
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            pid = int(self._process.stdout.readline())
            killed = threading.Event()

            def kill() -> None:
                killed.set()
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

            timer = threading.Timer(timeout, kill)
            timer.daemon = True
            timer.start()
            code = int(self._process.stdout.readline())
            timer.cancel()
        if killed.is_set():
            raise subprocess.TimeoutExpired(arguments, timeout, output.read_text(encoding="utf-8", errors="replace"))
        return code

    def close(self) -> None:
        """End it, and wait for that."""
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def serve() -> None:
    """Read a request in each line, tell the id of the process, and then its exit code."""
    from ansible.cli import playbook

    with contextlib.suppress(ImportError):
        import paramiko  # noqa: F401
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            become(playbook.main, request)
        print(pid, flush=True)
        _pid, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def become(main: Any, request: dict[str, Any]) -> None:
    """What `ansible-playbook` is when it has been started. Does not return."""
    from ansible import constants as C

    code, shared = 1, C.DEFAULT_LOCAL_TMP
    try:
        # Each run has its own, which is made where Ansible is imported.
        C.DEFAULT_LOCAL_TMP = tempfile.mkdtemp(prefix=f"ansible-local-{os.getpid()}", dir=os.path.dirname(shared))
        os.setsid()
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["cwd"])
        null = os.open(os.devnull, os.O_RDONLY)
        out = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for old, new in ((null, 0), (out, 1), (out, 2)):
            os.dup2(old, new)
        sys.stdin = os.fdopen(0, encoding="utf-8")  # what has been read ahead belongs to the parent
        sys.argv = request["arguments"]
        main(request["arguments"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        if shared != C.DEFAULT_LOCAL_TMP:
            shutil.rmtree(C.DEFAULT_LOCAL_TMP, ignore_errors=True)
        os._exit(code)


if __name__ == "__main__":
    serve()

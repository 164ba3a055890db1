# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, told what to do over a pipe in the DevTools protocol: nothing else needs to be installed.

https://chromedevtools.github.io/devtools-protocol/: with --remote-debugging-pipe, messages are JSON, each ended by a
zero byte.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

#: How the program is called, in the order in which the names are tried.
NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Seconds until an answer counts as lost: a machine may be very busy.
PATIENCE = 120
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en", "--remote-debugging-pipe",
)  # fmt: skip


def program() -> str | None:
    """The path of Chromium; None where it is not installed."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class BrowserError(Exception):
    """Chromium has refused a command, has not answered, or a script in the page has raised something."""


class Chromium:
    """One Chromium with a profile of its own. ``requests``, ``problems``: what its page asked for and complained of."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        to_child, self._write = os.pipe()
        self._read, from_child = os.pipe()
        script = f"exec {program()} {' '.join(_FLAGS)} --user-data-dir={self._profile} 3<&{to_child} 4>&{from_child}"
        self._process = subprocess.Popen(
            ["bash", "-c", script],
            pass_fds=(to_child, from_child),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self._rest, self._number, self._session = b"", 0, None
        self._events: list[dict] = []
        self.requests: list[str] = []
        self.problems: list[str] = []
        self._target: str | None = None
        self.new_page()

    def close(self) -> None:
        """End the browser and remove its profile."""
        with contextlib.suppress(BrowserError, OSError):
            self._session = None
            self.call("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    def new_page(self) -> None:
        """Close the page and open an empty one, in which nothing is emulated."""
        self._session, old = None, self._target
        self._target = self.call("Target.createTarget", url="about:blank")["targetId"]
        if old:
            self.call("Target.closeTarget", targetId=old)
        self._session = self.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.forget()

    # -- the protocol -------------------------------------------------------------------------------------------------

    def call(self, method: str, **parameters: object) -> dict:
        """Send a command and return its result. Raises BrowserError."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        for answer in self._messages(time.monotonic() + PATIENCE):
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)
        raise BrowserError(f"{method}: no answer for {PATIENCE} s")

    def wait_for_event(self, method: str) -> None:
        """Wait until this has happened, since the last :meth:`forget`. Raises BrowserError."""
        deadline = time.monotonic() + PATIENCE
        while not any(event.get("method") == method for event in self._events):
            message = next(self._messages(deadline), None)
            if message is None:
                raise BrowserError(f"{method} has not happened for {PATIENCE} s")
            self._note(message)

    def forget(self) -> None:
        """What has happened so far does not count any more."""
        self._events.clear()
        self.requests.clear()
        self.problems.clear()

    def _messages(self, deadline: float) -> Iterator[dict]:
        while True:
            while b"\0" in self._rest:
                message, _zero, self._rest = self._rest.partition(b"\0")
                yield json.loads(message)
            ready, _writable, _broken = select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))
            data = os.read(self._read, 1 << 20) if ready else b""
            if not data:
                return
            self._rest += data

    def _note(self, event: dict) -> None:
        self._events.append(event)
        method, about = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Log.entryAdded":
            self.problems.append(about["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning", "assert"):
            self.problems.append(str([part.get("value") for part in about["args"]]))

    # -- what tests do ------------------------------------------------------------------------------------------------

    def open(self, path: Path, wide: int = 1280, high: int = 900, theme: str = "light") -> None:
        """Open a page from a file in a window of this size, and wait until it is there."""
        self.window(wide, high)
        self.theme(theme)
        self.forget()
        self.call("Page.navigate", url=path.absolute().as_uri())
        self.wait_for_event("Page.loadEventFired")

    def window(self, wide: int, high: int = 900) -> None:
        """Give the window this size, in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=wide, height=high, deviceScaleFactor=1, mobile=False)

    def theme(self, name: str) -> None:
        """What the system prefers: light or dark."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def run(self, script: str) -> object:
        """The value of a JavaScript expression in the page; of a promise, what it comes to. Raises BrowserError."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"].get("exception", {}).get("description")))
        return answer["result"].get("value")

    def until(self, script: str) -> object:
        """Wait until a JavaScript expression holds, and return its value. Raises BrowserError."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(BrowserError):  # a page that is being loaded again
                if value := self.run(script):
                    return value
            time.sleep(0.05)
        raise BrowserError(f"{script} has not become true for {PATIENCE} s")

    def press(self, key: str) -> None:
        """Press and release a key, by its name in the DOM: ``Tab``, ``Enter``, ``+``."""
        codes = {"Enter": 13, "Tab": 9, " ": 32, "ArrowLeft": 37, "ArrowRight": 39}
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        common = {"key": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Click an element."""
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def picture(self, path: Path, whole: bool = False) -> None:
        """Write what is in the window, or the ``whole`` page, to a PNG file."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def pdf(self) -> bytes:
        """The page as it would be printed on A4."""
        options = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True, "preferCSSPageSize": True}
        return base64.b64decode(self.call("Page.printToPDF", **options)["data"])

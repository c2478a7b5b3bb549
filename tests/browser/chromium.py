"""A headless Chromium, driven over a pipe with its own DevTools protocol: no driver program, no library."""

import json
import os
import shutil
import subprocess
import time
from base64 import b64decode
from fcntl import F_DUPFD, fcntl
from pathlib import Path
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1400,900", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 30.0
"""Seconds after which a page that does not do what it should counts as broken."""


def installed() -> str | None:
    """The browser's path, if there is one."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Page:
    """One page: its requests to the network, its complaints, and what is on it."""

    def __init__(self, program: str, profile: Path) -> None:
        commands, self._out = os.pipe()
        self._in, events = os.pipe()

        def give() -> None:
            # The browser reads commands from 3 and writes events to 4, wherever the two pipes are here.
            spare = fcntl(commands, F_DUPFD, 10), fcntl(events, F_DUPFD, 10)
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self._browser = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}"],
            preexec_fn=give,  # noqa: PLW1509  # nothing else runs in this process meanwhile
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(events)
        self._number, self._left, self._session = 0, b"", None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._browser.kill()
        self._browser.wait()
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the browser, and note what happens until it answers."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            event = self._read()
            if event.get("id") == self._number:
                assert "error" not in event, f"{method}: {event['error']}"
                result: dict[str, Any] = event["result"]
                return result

    def go(self, address: str) -> None:
        """Open an address."""
        self.call("Page.navigate", url=address)

    def value(self, script: str) -> Any:
        """What a script finds on the page."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until a script finds something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if value := self.value(script):
                return value
            time.sleep(0.1)
        raise AssertionError(
            f"waited in vain for {script}; {self.complaints}; {self.value('document.body.innerText')}"
        )

    def picture(self, path: Path) -> None:
        """The page as a PNG file."""
        path.write_bytes(b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            more = os.read(self._in, 1 << 16)
            assert more, "the browser is gone"
            self._left += more
        text, _, self._left = self._left.partition(b"\0")
        event: dict[str, Any] = json.loads(text)
        params = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.complaints.append(params["entry"]["text"])
            case "Runtime.consoleAPICalled" if params["type"] == "error":
                self.complaints.append(str(params["args"]))
        return event

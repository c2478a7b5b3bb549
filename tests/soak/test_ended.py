"""A campaign that is ended early leaves nothing: no server, no command, no disk, no folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

PATIENCE_S = 120


@contextmanager
def _campaign(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A campaign whose disk and files are in a folder; whatever a failed test leaves of it is ended."""
    command = [sys.executable, "-m", "tests.soak", "--rounds", "1", "--seed", "7", "--brief"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, env={**os.environ, "TMPDIR": str(folder)}) as campaign:
        try:
            yield campaign
        finally:
            campaign.kill()
            for process in _processes(folder):
                with suppress(psutil.Error):
                    process.kill()
            for left in _mounts(folder):
                subprocess.run(["umount", "--lazy", left], check=False)


def _processes(folder: Path) -> list[psutil.Process]:
    """The processes of a campaign, itself included."""
    processes = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            ours = process.environ().get("TMPDIR") == str(folder)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                processes.append(process)
    return processes


def _mounts(folder: Path) -> list[str]:
    places = [part.mountpoint for part in psutil.disk_partitions(all=True)]
    return [place for place in places if Path(place).is_relative_to(folder)]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_campaign_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    with _campaign(tmp_path) as campaign:
        until = time.monotonic() + PATIENCE_S
        while not any(process.name().startswith("java") for process in _processes(tmp_path)):
            assert campaign.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        campaign.send_signal(signal.SIGTERM)
        campaign.send_signal(signal.SIGHUP)
        assert campaign.wait(PATIENCE_S) - 128 in (signal.SIGTERM, signal.SIGHUP)
        assert [process.cmdline() for process in _processes(tmp_path)] == []
        assert _mounts(tmp_path) == []
        assert list(tmp_path.iterdir()) == []

"""Temporary homes in the cache: each names the process that it belongs to, and goes with it."""

import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from engine.server.managed import Server
from engine.settings import Settings


def with_home(settings: Settings, home: Path) -> Settings:
    """The same settings, for the managed server of another home."""
    return settings.changed(home=home, neo4j_uri=None)


def new_home(settings: Settings) -> Path:
    """An empty home of this process, which only this user can read."""
    folder = settings.cache / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=folder)).absolute()
    owner = psutil.Process()
    (home / "owner.json").write_text(json.dumps([owner.pid, owner.create_time()]))
    return home


def remove_orphans(settings: Settings) -> None:
    """Remove the servers and homes whose owners were killed."""
    for home in (settings.cache / "scratch").glob("*"):
        try:
            pid, started = json.loads((home / "owner.json").read_text())
            if abs(psutil.Process(pid).create_time() - started) < 5:
                continue
        except psutil.NoSuchProcess:
            pass
        except (OSError, ValueError, psutil.Error):  # being made at this moment, or not readable
            continue
        with suppress(OSError):
            Server(with_home(settings, home.absolute())).kill()
        shutil.rmtree(home, ignore_errors=True)

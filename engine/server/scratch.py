"""Scratch servers: a Neo4j with a temporary home, both removed when the work is done.

The first start with an empty store is what takes long, so it is done only once: a stopped, empty store is
kept in the cache as a template, one per release, and each scratch home begins as a copy of it.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from engine.graph.database import Graph
from engine.server import jars, java
from engine.server.home import RunningServer
from engine.server.jars import CACHE_WAIT_S
from engine.server.locks import locked
from engine.server.managed import Server
from engine.settings import Settings

TEMPLATE = ("data", "password", "version")
"""The parts of a home that make up a template: the store, and what belongs to it."""


class _TemplateServer(Server):
    """The server that makes the template; Java records what it loads, for every later server."""

    def _command(self, classes: Path) -> list[str]:
        return java.recording(super()._command(classes), classes)


@contextmanager
def scratch_server(settings: Settings) -> Iterator[RunningServer]:
    """A new, empty, running server; on exit it is killed and its home removed.

    Work that stops it in between (the offline import) uses `Server(with_home(settings, running.home))`; on
    exit whatever server the home has then is killed.
    """
    _remove_orphans(settings)
    home = _new_home(settings)
    server = Server(with_home(settings, home))
    try:
        copy_template(settings, home)
        yield server.start()
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def copy_template(settings: Settings, home: Path) -> None:
    """Copy the empty store into a home that has none, which spares it the slow first start."""
    template = _template(settings)
    home.mkdir(parents=True, exist_ok=True)
    for part in TEMPLATE:
        source = template / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, home / part)


def with_home(settings: Settings, home: Path) -> Settings:
    """The same settings, for the managed server of another home."""
    return settings.changed(home=home, neo4j_uri=None)


def _new_home(settings: Settings) -> Path:
    folder = settings.cache / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=folder)).absolute()
    owner = psutil.Process()
    (home / "owner.json").write_text(json.dumps([owner.pid, owner.create_time()]))
    return home


def _template(settings: Settings) -> Path:
    place = settings.cache / "templates" / f"{jars.lock().version}-{jars.lock().digest[:12]}"
    if not place.is_dir():
        jars.ensure(settings)
        with locked(settings.cache / "templates.lock", CACHE_WAIT_S):
            if not place.is_dir():
                _make_template(settings, place)
    return place


def _make_template(settings: Settings, place: Path) -> None:
    home = _new_home(settings)
    server = _TemplateServer(with_home(settings, home))
    try:
        running = server.start()
        with Graph(running.uri, running.user, running.password) as graph:
            graph.read("schema/version")
            graph.batched("schema/wipe")
        server.stop()
        java.compile_ahead(jars.folder(settings))
        template = home / "template"
        template.mkdir(mode=0o700)
        for part in TEMPLATE:
            (home / part).rename(template / part)
        place.parent.mkdir(parents=True, exist_ok=True)
        template.rename(place)
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def _remove_orphans(settings: Settings) -> None:
    """Remove the servers and homes of scratch servers whose owners were killed."""
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

"""A Neo4j to throw away: a server of its own in a home of its own, gone when the work is done.

The first boot of an empty store is the dear part, so it is paid once: a stopped, empty store is kept
in the cache as a template, one per release, and each scratch home starts as a copy of it.
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
from engine.server.jars import PATIENCE_S
from engine.server.locks import held
from engine.server.managed import Running, Server
from engine.settings import Settings

TEMPLATE = ("data", "password", "version")
"""What of a home makes a template: the store, and what belongs to it."""


class _First(Server):
    """The server that makes the template, and shows Java what to expect of every later one."""

    def _command(self, classes: Path) -> list[str]:
        return java.recording(super()._command(classes), classes)


@contextmanager
def scratch(settings: Settings) -> Iterator[Running]:
    """A fresh, empty, running server; on exit it is killed and its home removed.

    Work that needs it stopped in between (the offline import) uses `Server(at(settings, running.home))`:
    whatever server the home has at the end is the one that is killed.
    """
    _sweep(settings)
    home = _make(settings)
    server = Server(at(settings, home))
    try:
        furnish(settings, home)
        yield server.start()
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def furnish(settings: Settings, home: Path) -> None:
    """Put a copy of the empty store into a home that has none, which spares it the first boot."""
    template = _template(settings)
    home.mkdir(parents=True, exist_ok=True)
    for part in TEMPLATE:
        source = template / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, home / part)


def at(settings: Settings, home: Path) -> Settings:
    """The same settings for the managed server of another home."""
    return settings.model_copy(update={"home": home, "neo4j_uri": None})


def _make(settings: Settings) -> Path:
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
        with held(settings.cache / "templates.lock", PATIENCE_S):
            if not place.is_dir():
                _boot(settings, place)
    return place


def _boot(settings: Settings, place: Path) -> None:
    home = _make(settings)
    server = _First(at(settings, home))
    try:
        running = server.start()
        with Graph(running.uri, running.user, running.password) as graph:
            graph.read("schema/version")
            graph.batched("schema/wipe")
        server.stop()
        java.compile_ahead(jars.folder(settings))
        made = home / "template"
        made.mkdir(mode=0o700)
        for part in TEMPLATE:
            (home / part).rename(made / part)
        place.parent.mkdir(parents=True, exist_ok=True)
        made.rename(place)
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def _sweep(settings: Settings) -> None:
    """Remove what scratch servers left whose owners were killed."""
    for home in (settings.cache / "scratch").glob("*"):
        try:
            pid, born = json.loads((home / "owner.json").read_text())
            if abs(psutil.Process(pid).create_time() - born) < 5:
                continue
        except psutil.NoSuchProcess:
            pass
        except (OSError, ValueError, psutil.Error):  # being made this moment, or not ours to judge
            continue
        with suppress(OSError):
            Server(at(settings, home.absolute())).kill()
        shutil.rmtree(home, ignore_errors=True)

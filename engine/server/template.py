"""Templates: stopped, empty stores in the cache, with schema and password, copied where a store begins.

The first start with an empty store is what takes long, so it is done once for each release and schema. A
template is made in a temporary home and takes its place in one step, complete. It lists its files, and one
whose files have changed is made anew.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from engine.graph import schema
from engine.graph.database import Graph
from engine.server import jars, java
from engine.server.jars import CACHE_WAIT_S
from engine.server.locks import HomeBusyError, locked
from engine.server.managed import Server
from engine.server.processes import file_size, write_private
from engine.server.temporary import new_home, with_home
from engine.settings import Settings

PARTS = ("data", "password", "version")
"""The parts of a home that make up a template: the store, and what belongs to it."""
FILES = "files.json"
"""The size of each file of a template, by its path."""
LINKING_S = 300
"""Seconds after which the linking of classes, which takes a tenth of it, must have been interrupted."""


class _TemplateServer(Server):
    """The server that makes the template; Java records what it loads, for every later server."""

    def _command(self, classes: Path) -> list[str]:
        return java.recording(super()._command(classes), classes)


def name() -> str:
    """What a template is of: the release of Neo4j, its jars and the schema."""
    lock = jars.lock()
    return f"{lock.version}-{lock.digest[:12]}-{schema.digest()[:8]}"


def copy_template(settings: Settings, home: Path) -> None:
    """Copy the empty store into a home that has none, which spares it the slow first start."""
    template = _ready(settings)
    home.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = template / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, home / part)


def _ready(settings: Settings) -> Path:
    """The folder of the template, which is made where it is missing or not whole."""
    place = settings.cache / "templates" / name()
    if not _whole(place):
        jars.ensure(settings)
        with locked(settings.cache / "templates.lock", CACHE_WAIT_S):
            if not _whole(place):
                shutil.rmtree(place, ignore_errors=True)
                _make(settings, place)
    elif java.linking_is_due(jars.folder(settings), LINKING_S):
        with suppress(HomeBusyError), locked(settings.cache / "templates.lock", 0):
            java.compile_ahead(jars.folder(settings))
    return place


def _whole(place: Path) -> bool:
    """Whether a template is there with all its files, each of its size."""
    try:
        listed = json.loads((place / FILES).read_text())
    except (OSError, ValueError):
        return False
    return bool(listed == dict(_sizes(place)))


def _sizes(place: Path) -> Iterator[tuple[str, int]]:
    for path in place.rglob("*"):
        if path.is_file() and path.name != FILES:
            yield path.relative_to(place).as_posix(), file_size(path)


def _make(settings: Settings, place: Path) -> None:
    home = new_home(settings)
    server = _TemplateServer(with_home(settings, home))
    try:
        running = server.start()
        with Graph(running.uri, running.user, running.password) as graph:
            graph.read("schema/version")
            schema.prepare(graph)
            graph.batched("schema/wipe")
        server.stop()
        java.compile_ahead(jars.folder(settings))
        template = home / "template"
        template.mkdir(mode=0o700)
        for part in PARTS:
            (home / part).rename(template / part)
        write_private(template / FILES, json.dumps(dict(_sizes(template))))
        place.parent.mkdir(parents=True, exist_ok=True)
        template.rename(place)
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)

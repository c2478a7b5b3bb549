"""The jars of Neo4j: listed with their hashes in neo4j.lock, downloaded once, kept in the user's cache.

No versions are resolved at run time. A jar enters the cache only after its SHA-256 has matched the lock, so
a download can be interrupted at any point, and the next one continues it.
"""

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import UplineError
from engine.server.locks import locked
from engine.settings import Settings

THREADS = 8
"""Downloads at a time: enough to use the bandwidth, few enough not to burden a public repository."""
CACHE_WAIT_S = 600
"""Seconds to wait for another process that writes into the same cache."""

DownloadProgress = Callable[[int, int], None]
"""Called with the bytes downloaded so far and the bytes to download."""


class JarsUnavailableError(UplineError):
    """Some jars are not in the cache and cannot be downloaded."""


class JarMismatchError(UplineError):
    """The repository serves a file whose hash differs from the lock's."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One jar of the lock: Maven coordinates, SHA-256 in hex, size in bytes."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The file's name in the cache and in a Maven repository."""
        tail = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{tail}.jar"

    @property
    def path(self) -> str:
        """The file's path in a Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.name}"


@dataclass(frozen=True, slots=True)
class Lock:
    """What the lock file pins: the release of Neo4j and its jars; `digest` identifies the lock itself."""

    version: str
    jars: tuple[Jar, ...]
    digest: str

    @property
    def size(self) -> int:
        """Bytes of all jars together."""
        return sum(jar.size for jar in self.jars)


@cache
def lock() -> Lock:
    """The lock that comes with the engine."""
    text = (Path(__file__).parent / "neo4j.lock").read_text(encoding="utf-8")
    first, *lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    jars = []
    for line in lines:
        coordinates, sha256, size = line.split()
        group, artifact, version, classifier = [*coordinates.split(":"), ""][:4]
        jars.append(Jar(group, artifact, version, classifier, sha256, int(size)))
    return Lock(first.split()[1], tuple(jars), hashlib.sha256("\n".join(lines).encode()).hexdigest())


def folder(settings: Settings) -> Path:
    """The folder of this lock's jars; each lock has its own, so that releases never mix."""
    return settings.cache / "jars" / f"neo4j-{lock().version}-{lock().digest[:12]}"


def ensure(settings: Settings, progress: DownloadProgress | None = None) -> Path:
    """The folder with all jars of the lock; downloads what is missing or damaged.

    A jar whose size and time have not changed since it was verified is trusted; any other is hashed.
    """
    place = folder(settings)
    if not _doubtful(place) and not _foreign(place):
        return place
    with locked(settings.cache / "jars.lock", CACHE_WAIT_S):
        return _repair(place, settings, _damaged(place, _doubtful(place)), progress)


def verify(settings: Settings, progress: DownloadProgress | None = None) -> tuple[str, ...]:
    """Hash every jar in full and download the damaged ones again; returns their names."""
    place = folder(settings)
    with locked(settings.cache / "jars.lock", CACHE_WAIT_S):
        damaged = _damaged(place, lock().jars)
        _repair(place, settings, damaged, progress)
        return tuple(jar.name for jar in damaged)


def _doubtful(place: Path) -> list[Jar]:
    verified = _verified(place)
    return [jar for jar in lock().jars if verified.get(jar.name) != _stamp(place / jar.name)]


def _foreign(place: Path) -> list[Path]:
    # The class path is the whole folder, so no other jar may be in it.
    names = {jar.name for jar in lock().jars}
    files = place.iterdir() if place.is_dir() else ()
    return [file for file in files if file.suffix == ".jar" and file.name not in names]


def _damaged(place: Path, jars: list[Jar] | tuple[Jar, ...]) -> list[Jar]:
    def damaged(jar: Jar) -> bool:
        file = place / jar.name
        if not file.is_file() or file.stat().st_size != jar.size:
            return True
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() != jar.sha256

    with ThreadPoolExecutor(THREADS) as pool:
        return [jar for jar, wrong in zip(jars, pool.map(damaged, jars), strict=True) if wrong]


def _repair(place: Path, settings: Settings, missing: list[Jar], progress: DownloadProgress | None) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for file in (*_foreign(place), *place.glob("*.part")):
        file.unlink()
    if missing:
        from engine.server.download import download

        download(place, settings, missing, progress)
    stamps = {jar.name: _stamp(place / jar.name) for jar in lock().jars}
    draft = place / "verified.part"
    draft.write_text(json.dumps(stamps))
    draft.replace(place / "verified.json")
    return place


def _stamp(file: Path) -> list[int]:
    try:
        stat = file.stat()
    except OSError:
        return []
    return [stat.st_size, stat.st_mtime_ns]


def _verified(place: Path) -> dict[str, list[int]]:
    try:
        stamps = json.loads((place / "verified.json").read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}

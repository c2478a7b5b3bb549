"""The jars of Neo4j: listed with their hashes in neo4j.lock, downloaded once, kept in the user's cache.

No versions are resolved at run time. A jar enters the cache only after its SHA-256 has matched the lock, so
a download can be interrupted at any point, and the next one continues it.
"""

import contextlib
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from engine.errors import UplineError
from engine.server import space
from engine.server.locks import locked
from engine.settings import Settings

THREADS = 8
"""Downloads at a time: enough to use the bandwidth, few enough not to burden a public repository."""
TRIES = 3
"""Attempts per jar; a public repository drops a connection now and then."""
CACHE_WAIT_S = 600
"""Seconds to wait for another process that writes into the same cache."""

DOWNLOAD, MOVE_CACHE = "the download of Neo4j", "set UPLINE_CACHE to another folder"

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
        _download(place, settings, missing, progress)
    stamps = {jar.name: _stamp(place / jar.name) for jar in lock().jars}
    draft = place / "verified.part"
    draft.write_text(json.dumps(stamps))
    draft.replace(place / "verified.json")
    return place


def _download(place: Path, settings: Settings, missing: list[Jar], progress: DownloadProgress | None) -> None:
    source = _source(settings)
    done, total = 0, sum(jar.size for jar in missing)
    space.require(place, total, DOWNLOAD, MOVE_CACHE)
    shown = contextlib.nullcontext(progress) if progress else terminal_progress()
    with shown as show, requests.Session() as session, ThreadPoolExecutor(THREADS) as pool:
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=THREADS))
        show(0, total)
        downloads = {pool.submit(_download_jar, session, source, jar, place): jar for jar in missing}
        try:
            for download in as_completed(downloads):
                download.result()
                done += downloads[download].size
                show(done, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _source(settings: Settings) -> str:
    if settings.maven_mirror:
        return settings.maven_mirror.rstrip("/")
    from jgo.constants import MAVEN_CENTRAL_URL

    return str(MAVEN_CENTRAL_URL).rstrip("/")


def _download_jar(session: requests.Session, source: str, jar: Jar, place: Path) -> None:
    url, draft = f"{source}/{jar.path}", place / f"{jar.name}.part"
    for attempt in range(1, TRIES + 1):
        try:
            response = session.get(url, timeout=(10, 60))
            response.raise_for_status()
            break
        except requests.RequestException as error:
            permanent = error.response is not None and error.response.status_code < 500
            if permanent or attempt == TRIES:
                raise JarsUnavailableError(
                    f"a file of Neo4j {lock().version} cannot be downloaded ({_short(error)})",
                    url,
                    "Check the network, or set UPLINE_MAVEN_MIRROR to a Maven repository within reach; "
                    "downloaded files are kept. Or use a Neo4j of your own: set UPLINE_NEO4J_URI.",
                ) from error
    if hashlib.sha256(response.content).hexdigest() != jar.sha256:
        raise JarMismatchError(
            f"the downloaded file is not the one in neo4j.lock: its SHA-256 differs "
            f"({len(response.content):,} bytes instead of {jar.size:,})",
            url,
            "Set UPLINE_MAVEN_MIRROR to another repository. The file was not kept.",
        )
    try:
        draft.write_bytes(response.content)
        draft.replace(place / jar.name)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in space.FULL:
            raise space.full(place, DOWNLOAD, MOVE_CACHE) from error
        raise


def _short(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"HTTP {error.response.status_code}"
    return type(error).__name__


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


@contextmanager
def terminal_progress() -> Iterator[DownloadProgress]:
    """Show a download on standard error: a bar on a terminal, elsewhere a line for each tenth."""
    title = f"Downloading Neo4j {lock().version}"
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    parts = (TextColumn(title), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True)) as bar:
        task = bar.add_task(title)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(title: str) -> DownloadProgress:
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        if (tenth := done * 10 // total) > shown:
            shown = tenth
            print(f"{title}: {done >> 20} of {total >> 20} MiB", file=sys.stderr, flush=True)

    return show

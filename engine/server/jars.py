"""The jars of Neo4j: named and hashed in neo4j.lock, fetched once, kept in the user's cache.

Nothing is resolved at run time. A jar enters the cache only after its SHA-256 matched the lock, so a
fetch may be interrupted anywhere and goes on where it stopped.
"""

import contextlib
import errno
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
from engine.server.locks import held
from engine.settings import Settings

THREADS = 8
"""Fetches at a time: enough to fill a line, few enough for a public repository's manners."""
TRIES = 3
"""Attempts per jar before the fetch is refused; a public repository drops a connection now and then."""
PATIENCE_S = 600
"""How long to wait for another process that fetches into the same cache."""

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes wanted while jars are fetched."""


class JarsUnavailableError(UplineError):
    """The jars are not in the cache and cannot be fetched."""


class JarMismatchError(UplineError):
    """The repository serves bytes that do not match the lock."""


class DiskFullError(UplineError):
    """There is no room left on the disk."""


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
        """The file's place in a Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.name}"


@dataclass(frozen=True, slots=True)
class Lock:
    """What the lock file pins: the release of Neo4j, its jars, and a digest of the lock itself."""

    version: str
    jars: tuple[Jar, ...]
    digest: str

    @property
    def size(self) -> int:
        """Bytes of all jars together."""
        return sum(jar.size for jar in self.jars)


@cache
def lock() -> Lock:
    """The lock that ships with the engine."""
    text = (Path(__file__).parent / "neo4j.lock").read_text(encoding="utf-8")
    first, *lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    jars = []
    for line in lines:
        coordinates, sha256, size = line.split()
        group, artifact, version, classifier = [*coordinates.split(":"), ""][:4]
        jars.append(Jar(group, artifact, version, classifier, sha256, int(size)))
    return Lock(first.split()[1], tuple(jars), hashlib.sha256("\n".join(lines).encode()).hexdigest())


def folder(settings: Settings) -> Path:
    """Where the jars of this lock lie; another lock has another folder, so releases never mix."""
    return settings.cache / "jars" / f"neo4j-{lock().version}-{lock().digest[:12]}"


def ensure(settings: Settings, progress: Progress | None = None) -> Path:
    """The folder with every jar of the lock, fetching what is missing or damaged.

    A jar whose size and time are as they were when it was verified is trusted; any other is hashed.
    """
    place = folder(settings)
    if not _doubtful(place) and not _strangers(place):
        return place
    with held(settings.cache / "jars.lock", PATIENCE_S):
        return _repair(place, settings, _damaged(place, _doubtful(place)), progress)


def verify(settings: Settings, progress: Progress | None = None) -> tuple[str, ...]:
    """Hash every jar in full and fetch the damaged anew; the names of those that were."""
    place = folder(settings)
    with held(settings.cache / "jars.lock", PATIENCE_S):
        found = _damaged(place, lock().jars)
        _repair(place, settings, found, progress)
        return tuple(jar.name for jar in found)


def _doubtful(place: Path) -> list[Jar]:
    seen = _verified(place)
    return [jar for jar in lock().jars if seen.get(jar.name) != _stamp(place / jar.name)]


def _strangers(place: Path) -> list[Path]:
    # The class path is the whole folder, so nothing else may lie in it.
    names = {jar.name for jar in lock().jars}
    found = place.iterdir() if place.is_dir() else ()
    return [file for file in found if file.suffix == ".jar" and file.name not in names]


def _damaged(place: Path, jars: list[Jar] | tuple[Jar, ...]) -> list[Jar]:
    def bad(jar: Jar) -> bool:
        file = place / jar.name
        if not file.is_file() or file.stat().st_size != jar.size:
            return True
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() != jar.sha256

    with ThreadPoolExecutor(THREADS) as pool:
        return [jar for jar, wrong in zip(jars, pool.map(bad, jars), strict=True) if wrong]


def _repair(place: Path, settings: Settings, wanted: list[Jar], progress: Progress | None) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for left in (*_strangers(place), *place.glob("*.part")):
        left.unlink()
    if wanted:
        _fetch(place, settings, wanted, progress)
    stamps = {jar.name: _stamp(place / jar.name) for jar in lock().jars}
    draft = place / "verified.part"
    draft.write_text(json.dumps(stamps))
    draft.replace(place / "verified.json")
    return place


def _fetch(place: Path, settings: Settings, wanted: list[Jar], progress: Progress | None) -> None:
    source = _source(settings)
    done, total = 0, sum(jar.size for jar in wanted)
    shown = contextlib.nullcontext(progress) if progress else terminal_progress()
    with shown as show, requests.Session() as session, ThreadPoolExecutor(THREADS) as pool:
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=THREADS))
        show(0, total)
        waiting = {pool.submit(_one, session, source, jar, place): jar for jar in wanted}
        try:
            for ended in as_completed(waiting):
                ended.result()
                done += waiting[ended].size
                show(done, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _source(settings: Settings) -> str:
    if settings.maven_mirror:
        return settings.maven_mirror.rstrip("/")
    from jgo.constants import MAVEN_CENTRAL_URL

    return str(MAVEN_CENTRAL_URL).rstrip("/")


def _one(session: requests.Session, source: str, jar: Jar, place: Path) -> None:
    url, draft = f"{source}/{jar.path}", place / f"{jar.name}.part"
    for attempt in range(1, TRIES + 1):
        try:
            answer = session.get(url, timeout=(10, 60))
            answer.raise_for_status()
            break
        except requests.RequestException as error:
            lasting = error.response is not None and error.response.status_code < 500
            if lasting or attempt == TRIES:
                raise JarsUnavailableError(
                    f"a jar of Neo4j {lock().version} cannot be fetched ({_short(error)})",
                    url,
                    "Check the network, or name a repository that can be reached in UPLINE_MAVEN_MIRROR. "
                    "What was fetched is kept. Or use a Neo4j of your own with UPLINE_NEO4J_URI.",
                ) from error
    if hashlib.sha256(answer.content).hexdigest() != jar.sha256:
        raise JarMismatchError(
            f"the SHA-256 is not that of neo4j.lock ({len(answer.content)} bytes for {jar.size})",
            url,
            "Use another repository (UPLINE_MAVEN_MIRROR); nothing of this file was kept.",
        )
    try:
        draft.write_bytes(answer.content)
        draft.replace(place / jar.name)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(
                f"no room for the jars of Neo4j ({lock().size >> 20} MiB)",
                str(place),
                "Free some space, or name another place in UPLINE_CACHE.",
            ) from error
        raise


def _short(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"HTTP {error.response.status_code}"
    return type(error).__name__


def _stamp(file: Path) -> list[int]:
    try:
        found = file.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]


def _verified(place: Path) -> dict[str, list[int]]:
    try:
        read = json.loads((place / "verified.json").read_text())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


@contextmanager
def terminal_progress() -> Iterator[Progress]:
    """Show a fetch on standard error: a bar on a terminal, a line per tenth elsewhere."""
    title = f"Fetching Neo4j {lock().version}"
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    parts = (TextColumn(title), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*parts, console=Console(stderr=True)) as bar:
        task = bar.add_task(title)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(title: str) -> Progress:
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        if (tenth := done * 10 // total) > shown:
            shown = tenth
            print(f"{title}: {done >> 20} of {total >> 20} MiB", file=sys.stderr, flush=True)

    return show

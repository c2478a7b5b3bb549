"""The download of jars from a Maven repository, and how it is shown.

A module of its own, because nobody needs it whose jars are in the cache.
"""

import contextlib
import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from engine.server import jars, space
from engine.server.jars import (
    THREADS,
    DownloadProgress,
    Jar,
    JarMismatchError,
    JarsUnavailableError,
)
from engine.settings import Settings

TRIES = 3
"""Attempts per jar; a public repository drops a connection now and then."""
DOWNLOAD, MOVE_CACHE = "the download of Neo4j", "set UPLINE_CACHE to another folder"


def download(place: Path, settings: Settings, missing: list[Jar], progress: DownloadProgress | None) -> None:
    """Download the missing jars, each checked; raises JarsUnavailableError, JarMismatchError."""
    source = _source(settings)
    done, total = 0, sum(jar.size for jar in missing)
    space.require(place, total, DOWNLOAD, MOVE_CACHE)
    shown = contextlib.nullcontext(progress) if progress else terminal_progress()
    with shown as show, requests.Session() as session, ThreadPoolExecutor(THREADS) as pool:
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=THREADS))
        show(0, total)
        under_way = {pool.submit(_download_jar, session, source, jar, place): jar for jar in missing}
        try:
            for ended in as_completed(under_way):
                ended.result()
                done += under_way[ended].size
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
                    f"a file of Neo4j {jars.lock().version} cannot be downloaded ({_short(error)})",
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


@contextmanager
def terminal_progress() -> Iterator[DownloadProgress]:
    """Show a download on standard error: a bar on a terminal, elsewhere a line for each tenth."""
    title = f"Downloading Neo4j {jars.lock().version}"
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

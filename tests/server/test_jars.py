"""Jars come from a repository exactly as the lock lists them, or not at all; here from a small local one."""

import hashlib
import http.server
import os
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.server import jars
from engine.server.jars import Jar, JarMismatchError, JarsUnavailableError, Lock
from engine.settings import Settings

CONTENT = {name: (name * 999).encode() for name in ("alpha", "beta", "gamma", "delta")}


def jar_of(name: str) -> Jar:
    content = CONTENT[name]
    return Jar("org.example", name, "1.0", "", hashlib.sha256(content).hexdigest(), len(content))


@dataclass
class Repository:
    """A Maven repository of four jars: what it has served, and how it is to fail."""

    url: str = ""
    served: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[int]] = field(default_factory=dict)
    tampered: set[str] = field(default_factory=set)

    def answer(self, path: str) -> tuple[int, bytes]:
        name = path.split("/")[3]
        self.served[name] += 1
        if self.broken.get(name):
            return self.broken[name].pop(0), b""
        return 200, CONTENT[name][:-1] + b"!" if name in self.tampered else CONTENT[name]


@pytest.fixture
def repository() -> Iterator[Repository]:
    repository = Repository()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = repository.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        repository.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield repository
        server.shutdown()
        thread.join()


@pytest.fixture
def small(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with an empty cache, and a lock of the four small jars."""
    lock = Lock("1.0", tuple(map(jar_of, CONTENT)), "0123456789abcdef")
    monkeypatch.setattr(jars, "lock", lambda: lock)
    return Settings(cache=tmp_path, maven_mirror=repository.url + "/")


def cached(settings: Settings) -> dict[str, bytes]:
    return {file.stem.removesuffix("-1.0"): file.read_bytes() for file in jars.folder(settings).glob("*.jar")}


def test_the_lock_names_each_jar_once_with_its_hash() -> None:
    lock = jars.lock()
    assert len(lock.jars) == 230
    assert len({jar.name for jar in lock.jars}) == len(lock.jars)
    assert all(len(bytes.fromhex(jar.sha256)) == 32 and jar.size > 0 for jar in lock.jars)
    assert {f"neo4j-{lock.version}.jar", f"neo4j-server-{lock.version}.jar"} <= {j.name for j in lock.jars}


def test_a_classifier_is_part_of_the_name() -> None:
    jar = Jar("io.netty", "epoll", "4.2", "linux-x86_64", "", 1)
    assert jar.path == "io/netty/epoll/4.2/epoll-4.2-linux-x86_64.jar"


def test_every_jar_is_downloaded_once_and_then_found(small: Settings, repository: Repository) -> None:
    shown: list[tuple[int, int]] = []
    jars.ensure(small, lambda done, total: shown.append((done, total)))
    jars.ensure(small)
    assert cached(small) == CONTENT
    assert repository.served == dict.fromkeys(CONTENT, 1)
    total = sum(map(len, CONTENT.values()))
    assert shown[0] == (0, total)
    assert shown[-1] == (total, total)


def test_two_callers_at_once_download_once(small: Settings, repository: Repository) -> None:
    threads = [threading.Thread(target=jars.ensure, args=(small,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert repository.served == dict.fromkeys(CONTENT, 1)


@pytest.mark.parametrize("damage", [b"", b"short", CONTENT["beta"][:-1] + b"?"])
def test_only_damaged_jars_are_downloaded_again(
    damage: bytes, small: Settings, repository: Repository
) -> None:
    place = jars.ensure(small)
    (place / "beta-1.0.jar").write_bytes(damage)
    jars.ensure(small)
    assert cached(small) == CONTENT
    assert repository.served == {"alpha": 1, "beta": 2, "gamma": 1, "delta": 1}


def test_a_jar_with_a_new_time_is_not_downloaded_again(small: Settings, repository: Repository) -> None:
    os.utime(jars.ensure(small) / "beta-1.0.jar", (1, 1))
    jars.ensure(small)
    assert repository.served["beta"] == 1


def test_verify_finds_damage_that_keeps_size_and_time(small: Settings, repository: Repository) -> None:
    file = jars.ensure(small) / "gamma-1.0.jar"
    before = file.stat()
    file.write_bytes(b"x" * before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert jars.verify(small) == ("gamma-1.0.jar",)
    assert cached(small) == CONTENT
    assert jars.verify(small) == ()


def test_bytes_that_do_not_match_the_lock_are_refused(small: Settings, repository: Repository) -> None:
    repository.tampered = {"delta"}
    with pytest.raises(JarMismatchError, match=r"delta-1\.0\.jar") as refused:
        jars.ensure(small)
    assert refused.value.name == "jar_mismatch"
    assert "delta" not in cached(small)
    assert not list(jars.folder(small).glob("*.part"))


def test_an_interrupted_download_is_continued(small: Settings, repository: Repository) -> None:
    repository.broken = {"delta": [404]}
    with pytest.raises(JarsUnavailableError, match=r"404.*UPLINE_MAVEN_MIRROR"):
        jars.ensure(small)
    (jars.folder(small) / "delta-1.0.jar.part").write_bytes(CONTENT["delta"][:50])
    before = set(cached(small))
    assert before
    jars.ensure(small)
    assert cached(small) == CONTENT
    assert {name for name, times in repository.served.items() if times == 1} >= before
    assert not list(jars.folder(small).glob("*.part"))


def test_a_repository_that_fails_is_tried_again(small: Settings, repository: Repository) -> None:
    repository.broken = {"alpha": [503, 502]}
    jars.ensure(small)
    assert repository.served["alpha"] == 3


def test_no_network_is_refused_with_what_to_do(small: Settings) -> None:
    alone = small.changed(maven_mirror="http://127.0.0.1:9")
    with pytest.raises(JarsUnavailableError) as refused:
        jars.ensure(alone)
    assert "UPLINE_MAVEN_MIRROR" in (refused.value.todo or "")


def test_a_foreign_jar_does_not_stay_on_the_class_path(small: Settings, repository: Repository) -> None:
    place = jars.ensure(small)
    (place / "foreign-1.0.jar").write_bytes(b"foreign code")
    jars.ensure(small)
    assert cached(small) == CONTENT
    assert repository.served == dict.fromkeys(CONTENT, 1)


def test_without_a_terminal_progress_is_printed_in_lines(
    small: Settings, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    jars.ensure(small)
    lines = capsys.readouterr().err.splitlines()
    assert 2 <= len(lines) <= 11
    assert all(line.startswith("Downloading Neo4j 1.0: ") for line in lines)

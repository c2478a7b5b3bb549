"""One real Neo4j for the whole session, and an empty database for each test that asks for one.

UPLINE_TEST_NEO4J says which: an address (with UPLINE_NEO4J_USER and UPLINE_NEO4J_PASSWORD), `docker`
(a container), `local` (a managed server to throw away), or `auto`: docker where an engine answers,
else local.
"""

import gc
import importlib
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from engine.graph.database import Graph
from engine.graph.schema import prepare
from engine.server.scratch import scratch_server
from engine.settings import Settings
from tests.support.commands import PAPER, Commands, Done, prepared

IMAGE = "neo4j:2026.09.0-community"
TEST_HEAP_MIB = 1024
"""Enough for every test's store; two such servers fit on a small machine."""
ROOM_MIB = 2560
"""Memory that a worker asks for: its server, and a second one that some tests start."""
MOST_WORKERS = 4
APART = "server"
"""The folder of tests that start servers of their own, and mostly wait for them. One worker more than the
machine has cores takes all of them, one after the other."""
DEAREST = (
    "hits_families", "hits", "api_arguments", "cases", "agreement", "crash", "campaign", "guard", "offline",
    "query_plans", "bench", "sample",
)  # fmt: skip
"""Files that take a worker longest, the longest first."""

BRISK = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}
"""For servers that end after a few statements; the thorough compiler would be a third of their time."""

os.environ.setdefault("UPLINE_BRIEF", "1")
os.environ.setdefault("UPLINE_TIDY", "now")  # no process of a test outlives it
os.environ.setdefault("UPLINE_STANDBY", "0")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the suite in the background lets all its children ignore Ctrl-C; some tests send it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis_settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.register_profile("ci", hypothesis_settings.get_profile("default"), derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    # The driver calls one of its own arguments a preview; no test is at fault.
    config.addinivalue_line("filterwarnings", "ignore::neo4j.warnings.PreviewWarning")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--proof", action="store_true", help="only tests marked long, which a run of all tests leaves out"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes share the tests, each with a Neo4j of its own; 0: this one alone.

    A few files are done before a second server is warm; a Neo4j at an address is emptied by every test.
    """
    few = _named(config) and all("::" in arg or arg.endswith(".py") for arg in config.args)
    if few or config.option.keyword or "://" in os.environ.get("UPLINE_TEST_NEO4J", ""):
        return 0
    room = psutil.virtual_memory().available // (ROOM_MIB << 20)
    workers = min(psutil.cpu_count() or 1, room, MOST_WORKERS)
    return min(workers + 1, room) if workers > 1 else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is one worker's work, and so is the whole folder APART."""
    scheduling = importlib.import_module("xdist.scheduler").LoadFileScheduling(config, log)
    of_file, folder = scheduling._split_scope, f"tests/{APART}/"
    scheduling._split_scope = lambda nodeid: folder if nodeid.startswith(folder) else of_file(nodeid)
    return scheduling


def _named(config: pytest.Config) -> bool:
    """Whether the command line names some files, rather than all tests."""
    return config.args_source is config.ArgsSource.ARGS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the other kind (`--proof` or not), and begin with what takes longest.

    No worker is then left alone with it at the end. Files that are named run whole.
    """
    long = bool(config.option.proof)
    if long or not _named(config):
        out = [item for item in items if (item.get_closest_marker("long") is not None) != long]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]
    place = {f"test_{name}": number for number, name in enumerate(DEAREST)}
    items.sort(key=lambda item: (item.path.parent.name != APART, place.get(item.path.stem, len(place))))


@dataclass(frozen=True, slots=True)
class Address:
    """Where the session's Neo4j answers, with its user and password."""

    uri: str
    user: str
    password: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "UPLINE_NEO4J_URI": self.uri,
            "UPLINE_NEO4J_USER": self.user,
            "UPLINE_NEO4J_PASSWORD": self.password,
        }


def docker_answers() -> bool:
    """Whether a Docker engine answers; that the docker program exists proves nothing."""
    answers = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a refused connection leaves its socket behind
        with suppress(Exception):
            client = importlib.import_module("docker").from_env(timeout=3)
            answers = bool(client.ping())
            client.close()
        gc.collect()
    return answers


@contextmanager
def container() -> Iterator[Address]:
    """Neo4j in a container, configured like the managed server where a test could notice a difference."""
    from testcontainers.community.neo4j import Neo4jContainer

    made = Neo4jContainer(image=IMAGE, password="for-tests-only")
    for key, value in (
        ("server_memory_heap_max__size", f"{TEST_HEAP_MIB}m"),
        ("dbms_usage__report_enabled", "false"),
        ("server_bolt_connection__keep__alive", "5s"),
        ("server_bolt_connection__keep__alive__streaming__scheduling__interval", "5s"),
        ("server_bolt_connection__keep__alive__probes", "3"),
        ("dbms_cypher_min__replan__interval", "1h"),
        ("dbms_security_allow__csv__import__from__file__urls", "false"),
    ):
        made = made.with_env(f"NEO4J_{key}", value)
    with made as running:
        yield Address(running.get_connection_url(), running.username, running.password)


@contextmanager
def local() -> Iterator[Address]:
    """A managed server of its own home, killed and removed at the end."""
    with scratch_server(Settings(neo4j_uri=None, heap_mib=TEST_HEAP_MIB)) as running:
        yield Address(running.uri, running.user, running.password)


@contextmanager
def chosen(choice: str) -> Iterator[Address]:
    """The Neo4j that UPLINE_TEST_NEO4J asks for."""
    if "://" in choice:
        yield Address(
            choice, os.environ.get("UPLINE_NEO4J_USER", "neo4j"), os.environ.get("UPLINE_NEO4J_PASSWORD", "")
        )
        return
    if choice == "auto":
        choice = "docker" if docker_answers() else "local"
    ways = {"docker": container, "local": local}
    if choice not in ways:
        pytest.exit(f"UPLINE_TEST_NEO4J is {choice!r}: it must be an address, docker, local or auto", 2)
    with ways[choice]() as address:
        yield address


@pytest.fixture(scope="session")
def neo4j_address() -> Iterator[Address]:
    """The session's Neo4j: uri, user, password, and `environment` for commands."""
    with chosen(os.environ.get("UPLINE_TEST_NEO4J", "auto")) as address:
        yield address


@pytest.fixture(scope="session")
def server_graph(neo4j_address: Address) -> Iterator[Graph]:
    """The session's database, schema in place, with whatever the last test left in it."""
    with Graph(neo4j_address.uri, neo4j_address.user, neo4j_address.password) as graph:
        graph.verify()
        prepare(graph)
        yield graph


@pytest.fixture
def graph(server_graph: Graph) -> Graph:
    """The session's database, emptied; constraints and indexes stay."""
    server_graph.batched("schema/wipe")
    return server_graph


@pytest.fixture
def settings(neo4j_address: Address) -> Settings:
    """Settings that lead to the session's Neo4j."""
    return Settings(
        neo4j_uri=neo4j_address.uri,
        neo4j_user=neo4j_address.user,
        neo4j_password=neo4j_address.password,
    )


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers that the test starts start quickly: they end soon."""
    for name, value in BRISK.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def cli_env(neo4j_address: Address) -> dict[str, str]:
    """An environment in which the command `upline` talks to the session's Neo4j."""
    return {**os.environ, **neo4j_address.environment, **PAPER}


Upline = Callable[..., Done]


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """The command `upline`, loaded once."""
    with prepared() as ready:
        yield ready


@pytest.fixture
def upline(commands: Commands, cli_env: dict[str, str]) -> Upline:
    """Run the command `upline` as a user does: ``upline("import", path)``; text out, text err."""

    def run(*args: object, env: Mapping[str, str] | None = None) -> Done:
        return commands.run([*map(str, args)], {**cli_env, **(env or {})})

    return run

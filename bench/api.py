"""A screen by GraphQL: a member, those directly below, and the figures of each, for many clients at once.

The same answers come from @neo4j/graphql on the same store, where Node and its packages can be had.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench import load
from bench.measure import Facts
from bench.progress import show, step
from bench.tree import Tree
from engine.graph.database import Graph
from engine.graph.queries import load_query
from engine.passes.record import RunRecord
from engine.server.locks import locked
from engine.settings import Settings

Login = dict[str, str]
"""How a server reaches the database: settings by their names in the environment."""
HERE = Path(__file__).parent / "graphql_js"
MOST_LINES = load_query(Path(__file__).parent / "most_lines.cypher", "bench/most_lines")
CLIENTS = 16
CHILDREN = (20, 50)
SECONDS = 6.0
WARM_SECONDS = 4.0
ROUNDS = 3
"""Each server takes its turn so many times; the medians count."""
MEMBERS = 200
COMPARED = 5
"""Answers that are compared in full."""
LEAST_NODE = 20
INSTALL_S = 400
END_S = 10
FIGURES = ("personal_volume", "commissionable_volume", "customer_volume", "group_volume")
FIELDS = """memberId status active depth orderCount rank
    personalVolume commissionableVolume customerVolume groupVolume"""
OURS = """query($id: ID!, $first: Int!) {
  standing(memberId: $id) { %s children(first: $first) { nodes { %s } } }
}"""
LINES = """query($id: ID!) {
  standing(memberId: $id) {
    statement { earnings { bonus amount { amount } lineCount } }
    lines(first: 20) { nodes { bonus orderId sourceId level base rate amount { amount } } }
  }
}"""
THEIR_FIELDS = f"member_id status active depth orders rank {' '.join(FIGURES)}"
THEIRS = """query($id: String!, $run: BigInt!, $first: Int!) {
  standings(where: { member_id: { eq: $id }, run: { eq: $run } }) {
    %s children(sort: [{ member_id: ASC }], limit: $first) { %s }
  }
}"""


class NoNodeError(Exception):
    """Node or its packages are not here."""


class OtherAnswerError(Exception):
    """Two servers answer the same request with other figures."""


def measure(
    login: Login, graph: Graph, run: RunRecord, tree: Tree, seed: int, seconds: float = SECONDS
) -> tuple[Facts, list[Facts]]:
    """Requests a second, p50 and p95 in milliseconds of both servers for each size, and what was skipped.

    And of the first page of the lines of whoever has most, for one client: what the server answers at once to
    several clients with the same request would not count.

    Raises OtherAnswerError where their answers differ.
    """
    below = Counter(parent for parent in tree.parents if parent)
    skipped: list[Facts] = []
    rows: list[Facts] = []
    with _server([sys.executable, "-m", "bench.served"], login) as ours, _peer(login, skipped) as theirs:
        for children in CHILDREN:
            leaders = sorted(member for member, count in below.items() if count >= children)
            if not leaders:
                skipped.append({"what": f"GraphQL, {children} children", "why": "nobody has so many"})
                continue
            members = random.Random(f"{seed}/api").choices(leaders, k=MEMBERS)
            rows.append(_row(run, children, members, ours, theirs, seconds))
        lines = _lines(graph, run, ours, seconds)
    return {"clients": CLIENTS, "rows": rows, "lines": lines}, skipped


def _lines(graph: Graph, run: RunRecord, port: int, seconds: float) -> Facts:
    """The statement of whoever has most lines, the first one apart, which finds nothing prepared."""
    top = graph.read(MOST_LINES, run=run.number)[0]
    request = load.body(LINES, id=top["member_id"])
    began = time.perf_counter()
    load.answer(port, "/graphql", request)
    first = 1000 * (time.perf_counter() - began)
    facts = {"lines": top["lines"], "first": round(first, 1)}
    facts |= load.measured(load.Load(port, "/graphql", [request], 1, seconds))
    show(f"GraphQL, 20 of {top['lines']:,} lines", f"first {first:,.0f} ms, p95 {facts['p95']:,.0f} ms")
    return facts


def _row(
    run: RunRecord, children: int, members: Sequence[str], ours: int, theirs: int | None, seconds: float
) -> Facts:
    """One size: both servers in turn, so that what else the machine does hits both."""
    our_query, their_query = OURS % (FIELDS, FIELDS), THEIRS % (THEIR_FIELDS, THEIR_FIELDS)
    bodies = {"ours": [load.body(our_query, id=one, first=children) for one in members]}
    ports, names = {"ours": ours}, ["ours"]
    if theirs is not None:
        names.append("theirs")
        ports["theirs"] = theirs
        bodies["theirs"] = [
            load.body(their_query, id=one, first=children, run=str(run.number)) for one in members
        ]
        for place in range(min(COMPARED, len(members))):
            left, right = (load.answer(ports[name], "/graphql", bodies[name][place]) for name in names)
            if _figures(left["standing"], run) != _their_figures(right["standings"][0]):
                raise OtherAnswerError(f"{members[place]}: {left} and {right}")
    measured: dict[str, list[Facts]] = {name: [] for name in names}
    for number in range(ROUNDS + 1):
        for name in names:
            with step(f"GraphQL, {children} children: {name}"):
                length = seconds if number else min(WARM_SECONDS, seconds)
                facts = load.measured(load.Load(ports[name], "/graphql", bodies[name], CLIENTS, length))
            if number:  # the first round warms up
                measured[name].append(facts)
    row: Facts = {"children": children, **{name: _median(measured[name]) for name in names}}
    for name in names:
        each = row[name]
        show(
            f"GraphQL, {children} children: {name}", f"{each['per_second']:,.0f}/s, p95 {each['p95']:,.0f} ms"
        )
    return row


def _median(rounds: list[Facts]) -> Facts:
    """The round in the middle by requests a second."""
    return sorted(rounds, key=lambda facts: float(facts["per_second"]))[len(rounds) // 2]


def _figures(standing: Facts, run: RunRecord) -> list[Any]:
    """Our answer as plain figures: volumes in hundredths, the rank by its number."""
    nodes = standing.get("children", {}).get("nodes", [])
    names = [_camel(name) for name in FIGURES]
    return [
        standing["memberId"], standing["status"].lower(), standing["active"], standing["depth"],
        standing["orderCount"], run.facts["ranks"].index(standing["rank"]),
        *(int(standing[name].replace(".", "")) for name in names),
        [_figures(node, run) for node in nodes],
    ]  # fmt: skip


def _their_figures(standing: Facts) -> list[Any]:
    return [
        standing["member_id"], standing["status"], standing["active"], standing["depth"],
        standing["orders"], standing["rank"], *(int(standing[name]) for name in FIGURES),
        [_their_figures(node) for node in standing.get("children", [])],
    ]  # fmt: skip


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


@contextmanager
def _peer(login: Login, skipped: list[Facts]) -> Iterator[int | None]:
    """The port of the other server; None where there is no Node, with a word for that."""
    try:
        folder = installed()
    except NoNodeError as error:
        skipped.append({"what": "GraphQL by @neo4j/graphql", "why": str(error)})
        yield None
        return
    with _server(["node", str(folder / "server.mjs")], login) as port:
        yield port


@contextmanager
def _server(command: list[str], login: Login) -> Iterator[int]:
    """A server on the same database, which prints its port when it listens."""
    environment = {**os.environ, **login, "NODE_ENV": "production"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_S)
        process.kill()
        process.wait()
        process.stdout.close()


def installed() -> Path:
    """The folder of the other server with its packages, in the cache of this machine; raises NoNodeError."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise NoNodeError("Node and npm are not here")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").partition(".")[0]) < LEAST_NODE:
        raise NoNodeError(f"Node {version} is older than {LEAST_NODE}")
    names = ("package.json", "package-lock.json", "server.mjs", ".npmrc")
    mark = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in names)).hexdigest()[:16]
    place = Settings().cache / "node" / mark
    place.parent.mkdir(parents=True, exist_ok=True)
    with locked(place.with_suffix(".lock"), INSTALL_S):
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            for name in names:
                shutil.copy(HERE / name, place)
            done = subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund"], check=False, cwd=place, capture_output=True,
                text=True, timeout=INSTALL_S,
            )  # fmt: skip
            if done.returncode != 0:
                raise NoNodeError(f"npm cannot install the packages: {done.stderr[-300:]}")
            (place / "complete").touch()
    return place

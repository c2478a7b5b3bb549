"""The page on the graph model, checked against the query files and against a company in the database."""

import re
from pathlib import Path

import pytest

from engine.graph.adhoc import ask, parameters
from engine.graph.database import Graph
from engine.graph.queries import folder
from tests.support.months import month

PAGES = Path(__file__).parent.parent.parent / "docs" / "graph"
MODEL = (PAGES / "model.md").read_text(encoding="utf-8")
OPEN_NAMES = re.compile(r"fact_\w+")


def section(title: str, page: str = MODEL) -> str:
    text: str = page.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]
    return text


def names(text: str) -> set[str]:
    """What is in backticks."""
    return set(re.findall(r"`(\w+)`", text))


def rows(title: str) -> dict[str, set[str]]:
    """A section's table: each name in backticks in the first column, with those in the other columns."""
    lines = [line.split("|")[1:-1] for line in section(title).splitlines() if line.startswith("| `")]
    return {name: names("|".join(rest)) for first, *rest in lines for name in names(first)}


NODES, RELATIONSHIPS = rows("Nodes"), rows("Relationships")
for label in ("Change", "Run", "Standing"):  # which have a table of their own
    part = section("Nodes").split(f"\n### Properties of a {label.lower()}\n")[1]
    NODES[label] = names(part.split("\n###")[0])
MEASURES = {path.stem for path in (folder() / "parts" / "measures").glob("*.cypher")}


@pytest.fixture(scope="module")
def company(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    return server_graph


def keys_stored(graph: Graph, text: str) -> dict[str, set[str]]:
    with ask(graph, text) as answer:
        return {str(name): set(keys) for name, keys in answer.rows}


def test_every_property_of_a_node_is_documented(company: Graph) -> None:
    text = "MATCH (n) UNWIND labels(n) AS label UNWIND keys(n) AS key RETURN label, collect(DISTINCT key)"
    stored = keys_stored(company, text)
    assert {"Member", "Customer", "Order", "Standing", "Earning", "Run", "BonusTotal"} <= stored.keys()
    stray = {
        f"{label}.{key}"
        for label, keys in stored.items()
        for key in keys - NODES.get(label, set()) - (MEASURES if label == "Standing" else set())
        if not OPEN_NAMES.fullmatch(key)
    }
    assert stray == set()


def test_every_property_of_a_relationship_is_documented(company: Graph) -> None:
    text = "MATCH ()-[e]->() WITH type(e) AS type, keys(e) AS keys UNWIND keys + [null] AS key"
    stored = keys_stored(company, f"{text} RETURN type, collect(DISTINCT key)")
    assert {"SPONSORED_BY", "PLACED_UNDER", "UNDER", "EARNED_BY"} <= stored.keys()
    same = RELATIONSHIPS["SPONSORED_BY"]
    stray = {f"{type}.{key}" for type, keys in stored.items() for key in keys - RELATIONSHIPS[type] - same}
    assert stray == set()


def test_the_model_names_what_the_query_files_name() -> None:
    """No relationship type of a query file is missing, and none is documented that no file knows."""
    used: set[str] = set()
    for path in folder().rglob("*.cypher"):
        text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        for types in re.findall(r"-\[\w*:([A-Z_|]+)", text):
            used |= set(types.split("|"))
    known = set(RELATIONSHIPS)
    assert used - known == set()
    assert known - used - {"SPONSORED_BY", "PLACED_UNDER"} == set()


def test_the_pictures_show_every_relationship() -> None:
    closed = {
        f"{state}_{name}" for state in ("WAS", "WILL", "ONCE") for name in ("SPONSORED_BY", "PLACED_UNDER")
    }
    for picture in section("The picture").split("```")[1::2]:
        assert [name for name in set(RELATIONSHIPS) - closed if name not in picture] == []


def test_the_example_statement_is_answered(company: Graph) -> None:
    page = (PAGES / "ask.md").read_text(encoding="utf-8")
    line = next(line for line in section("From the command line", page).splitlines() if "MATCH" in line)
    text = line.split('"')[1].replace("\\$", "$")
    with ask(company, text, parameters(['id="1"'])) as answer:
        assert sorted(answer.rows) == [("11", "Ben"), ("111", "Dan"), ("12", "Cat")]

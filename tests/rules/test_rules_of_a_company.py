"""A company's own rules of every kind: begun from a template, found in packages, vetted by the server."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.commands.rules import COMPANIONS, PLACES, templates
from engine.composition.vetting import vet, vet_placement, vet_question
from engine.genealogy.placement import options
from engine.graph.database import Graph
from engine.plans.reader import parse
from engine.rules.contract import load_question
from engine.rules.library import RulesPlaceError, RuleTwiceError, questions, roots, rules
from engine.rules.module import RuleError
from engine.settings import Settings
from engine.workbench import cases

PUSH = '[volume]\npush_up = "mine"\n'


def begun(folder: Path, kind: str, change: Callable[[str], str] = str) -> Path:
    """A rule called mine, from the template of its kind, and its case next to it."""
    place = folder / PLACES[kind]
    place.mkdir(parents=True, exist_ok=True)
    for suffix in (".cypher", ".case"):
        template = templates() / f"{kind}{suffix}"
        if template.is_file():
            text = template.read_text(encoding="utf-8").replace("NAME", "mine")
            made = change(text) if suffix == ".cypher" else text
            (place / f"mine{suffix}").write_text(made, encoding="utf-8")
    if other := COMPANIONS.get(kind):
        text = (templates() / f"{kind}_{other}.cypher").read_text(encoding="utf-8")
        (folder / PLACES[other]).mkdir()
        (folder / PLACES[other] / "mine.cypher").write_text(text.replace("NAME", "mine"), encoding="utf-8")
    return place / "mine.case"


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_a_template_of_every_kind_passes_its_own_case(
    kind: str, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = begun(tmp_path, kind)
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    assert Settings().rules == tmp_path
    assert cases.failures(cases.read(case), graph) == []


def judge(kind: str, graph: Graph, folder: Path) -> None:
    """Vet the rule called mine as rules of its kind are vetted."""
    if kind == "placement":
        vet_placement(graph, options("mine", {}, folder).module)
    elif kind in ("check", "report"):
        vet_question(graph, questions(kind, folder)["mine"])
    elif kind == "push":
        vet(graph, parse('name = "Own"\n' + PUSH, Path("plan.toml"), folder))
    elif kind == "compression":
        bonus = '[[bonus]]\nname = "B"\nkind = "unilevel"\nrates = ["0.1"]\ncompression = "mine"\n'
        vet(graph, parse('name = "Own"\n' + bonus, Path("plan.toml"), folder))
    else:
        rules(kind, folder)


@pytest.mark.parametrize("kind", sorted(PLACES))
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("SET standing.earned = 1", "a rule only reads: SET is not allowed"),
        ("CALL db.ping()", r"a rule only reads: CALL db\.ping is not allowed"),
        ("LOAD CSV FROM 'file:///x' AS row", "a rule only reads: LOAD CSV is not allowed"),
    ],
)
def test_every_kind_is_refused_with_its_line_when_it_reaches_beyond_reading(
    kind: str, words: str, message: str, graph: Graph, tmp_path: Path
) -> None:
    begun(tmp_path, kind, lambda text: text.replace("\n\n", f"\n\n{words}\n", 1))
    path = tmp_path / PLACES[kind] / "mine.cypher"
    line = path.read_text(encoding="utf-8").splitlines().index(words) + 1
    with pytest.raises(RuleError, match=message) as raised:
        judge(kind, graph, tmp_path)
    assert raised.value.where == f"{path}:{line}"
    assert raised.value.todo


@pytest.mark.parametrize(
    ("kind", "before", "after", "name"),
    [
        ("push", "standing.personal_volume AS volume", "standng.personal_volume AS volume", "standng"),
        ("push", "standing.personal_volume AS volume", "size(legs) AS volume", "legs"),
        ("compression", "standing.personal_volume AS figure", "standng.depth AS figure", "standng"),
        ("placement", "ORDER BY taken", "ORDER BY nobody", "nobody"),
        ("check", "ORDER BY where", "ORDER BY nobody", "nobody"),
        ("report", "WHERE standing.depth", "WHERE standng.depth", "standng"),
    ],
)
def test_what_the_server_cannot_read_is_refused_with_its_line(
    kind: str, before: str, after: str, name: str, graph: Graph, tmp_path: Path
) -> None:
    begun(tmp_path, kind, lambda text: text.replace(before, after, 1))
    path = tmp_path / PLACES[kind] / "mine.cypher"
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if after in text)
    with pytest.raises(RuleError, match=name) as raised:
        judge(kind, graph, tmp_path)
    assert raised.value.where == f"{path}:{line}"
    assert raised.value.todo


@pytest.mark.parametrize(
    ("kind", "before", "after", "message"),
    [
        ("check", "actual: INTEGER", "found: INTEGER", "a check returns where, expected, actual"),
        ("check", "mode:    read", "mode:    write", "a check has mode read, not write"),
        ("report", "shown: INTEGER = 20", "shown: INTEGER", "shown is none of run, floor"),
    ],
)
def test_a_question_that_breaks_its_contract_is_refused(
    kind: str, before: str, after: str, message: str, tmp_path: Path
) -> None:
    begun(tmp_path, kind, lambda text: text.replace(before, after, 1))
    with pytest.raises(RuleError, match=message) as raised:
        load_question(kind, tmp_path / PLACES[kind] / "mine.cypher")
    assert raised.value.todo


def package(folder: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution that offers the rules of a package of its own; the folder of those."""
    info = folder / "acme_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[upline.rules]\nacme = {value}\n", "utf-8")
    own = folder / "acme_rules"
    own.mkdir()
    code = "from pathlib import Path\n\ndef place():\n    return Path(__file__).parent\n"
    (own / "__init__.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "acme_rules", raising=False)
    for cached in (rules, questions):
        cached.cache_clear()
    return own


@pytest.mark.parametrize("value", ["acme_rules", "acme_rules:place"])
def test_an_installed_package_offers_its_rules_and_replaces_none(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        own = package(tmp_path, value, monkeypatch)
        begun(own, "compression")
        begun(own, "report")
        assert own in list(roots(None))
        assert rules("compression")["mine"].path.is_relative_to(own)
        assert questions("report")["mine"].path.is_relative_to(own)
        begun(tmp_path / "company", "compression")
        with pytest.raises(RuleTwiceError, match="the compression rule mine is already defined by"):
            rules("compression", tmp_path / "company")
    finally:
        rules.cache_clear()
        questions.cache_clear()


def test_a_place_that_holds_no_rules_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RulesPlaceError, match="there is no folder"):
        list(roots(tmp_path / "nowhere"))
    package(tmp_path, "acme_rules:absent", monkeypatch)
    with pytest.raises(RulesPlaceError, match="entry point acme = acme_rules:absent"):
        list(roots(None))

"""Imports point one way: what each layer of the engine may know, as one table."""

import ast
from pathlib import Path

ENGINE = Path(__file__).parent.parent / "engine"

LAYERS = (
    {"errors"},
    {"money", "period", "queries", "locks", "processes", "printing", "refusals", "leash", "timelines"},
    {"header"},
    {"settings", "contracts", "plan_text", "java"},
    {"plan", "plan_values", "jars", "neo4jconf"},
    {"climbs", "plan_holds"},
    {"plan_reader", "plan_check", "server"},
    {"graph", "py2neo"},
    {"store", "scratch", "adhoc", "work", "placement"},
    # Company tables in.
    {"tables"},
    {"columns"},
    {"genealogy"},
    {"orders", "moves"},
    {"supplied"},
    {"load"},
    {"bulk"},
    {"company"},
    # A run: its life, what stages share, then the stages, which meet only in the graph.
    {"runs"},
    {"levels", "caps", "hashes", "spans"},
    {"measures", "flows", "push", "matched", "ignored"},
    {"activity"},
    {"standings", "volumes", "ranks", "compression", "bonuses", "statements", "checks"},
    {"vetting", "live", "carry"},
    {"run"},
    # Answers out.
    {"overlays", "transfers"},
    {"answers", "export", "reports", "rollup"},
    {"words"},
    {"stories"},
    {"walks", "entries"},
    {"trees", "downline", "explain", "compute"},
    {"cases", "api"},
    {"sample"},
    {"commands"},
    {"cli"},
)
"""From the ground up: a module may import those of lower layers, none of its own layer or of a higher one."""

INSIDE = {"api", "commands", "sample"}
"""Packages: their modules may import each other."""

STAGES = ("standings", "volumes", "ranks", "compression", "bonuses", "statements", "checks")


def imports() -> dict[str, set[str]]:
    """The modules and packages of the engine that each of them imports, imports inside functions too."""
    found: dict[str, set[str]] = {}
    for path in sorted(ENGINE.rglob("*.py")):
        parts = path.relative_to(ENGINE).with_suffix("").parts
        if parts == ("__init__",):
            continue
        here = found.setdefault(parts[0], set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "engine":
                here |= {alias.name for alias in node.names if alias.name != "__version__"}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine."):
                here.add((node.module or "").split(".")[1])
            elif isinstance(node, ast.Import):
                here |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("engine.")}
    return found


def test_every_module_has_its_place_in_the_table() -> None:
    placed = [name for layer in LAYERS for name in layer]
    assert len(placed) == len(set(placed))
    assert set(placed) == set(imports())


def test_no_module_imports_one_of_its_own_layer_or_of_a_higher_one() -> None:
    height = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    wrong = [
        f"{name} imports {other}"
        for name, others in imports().items()
        for other in sorted(others - ({name} & INSIDE))
        if height.get(other, 99) >= height.get(name, -1)
    ]
    assert wrong == []


def test_stages_meet_only_in_the_graph() -> None:
    found = imports()
    assert {stage: found[stage] & set(STAGES) for stage in STAGES} == {stage: set() for stage in STAGES}


def test_only_the_door_to_neo4j_opens_sessions() -> None:
    """One module talks to the driver; the others hand it queries from files."""
    openers = [
        path.relative_to(ENGINE).as_posix()
        for path in sorted(ENGINE.rglob("*.py"))
        if "GraphDatabase" in path.read_text(encoding="utf-8")
    ]
    assert openers == ["graph.py"]

"""Imports point one way: one row for each package, and what each may import."""

import ast
import subprocess
import sys
from pathlib import Path

ENGINE = Path(__file__).parent.parent / "engine"

LAYERS = (
    {"drafts", "errors", "money", "parquet", "period", "progress", "ranges", "settings", "text"},
    {"graph"},
    {"server"},
    {"rules"},
    {"plans"},
    {"composition"},
    {"passes"},
    {"genealogy"},
    {"stages"},
    {"runs"},
    {"corrections"},
    {"run"},
    {"run_period"},
    {"ledger"},
    {"preview"},
    {"access"},
    {"answers"},
    {"explain"},
    {"archive"},
    {"periods"},
    {"whatif"},
    {"intake"},
    {"compute"},
    {"workbench", "sample"},
    {"api"},
    {"commands"},
    {"cli"},
)
"""From the ground up: a module imports its own package and lower rows, never its own row's other names."""

STAGES = ("standings", "volumes", "ranks", "compression", "statements", "checks", "bonuses.pay")

FLAT = {"drafts", "errors", "money", "parquet", "period", "progress", "ranges", "settings", "text"}
"""Modules of the ground floor, which may know each other."""


def name_of(path: Path) -> str:
    """A module's dotted name below `engine`."""
    parts = path.relative_to(ENGINE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(ENGINE.rglob("*.py")) if path.parent.name != "_cypher"}


def imports(name: str) -> set[str]:
    """The engine's modules that one imports, imports inside functions too."""
    modules = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("engine."):
            base = (node.module or "").removeprefix("engine").removeprefix(".")
            for alias in node.names:
                full = f"{base}.{alias.name}".removeprefix(".")
                modules.add(full if full in MODULES else base)
        elif isinstance(node, ast.Import):
            modules |= {
                alias.name.removeprefix("engine.") for alias in node.names if alias.name.startswith("engine.")
            }
    return modules - {""}


def row(name: str) -> str:
    """The entry of the table that a module belongs to."""
    return name.split(".", maxsplit=1)[0]


def test_every_package_has_its_row() -> None:
    placed = [name for layer in LAYERS for name in layer]
    assert len(placed) == len(set(placed))
    assert set(placed) == {row(name) for name in MODULES if name}


def test_imports_point_down() -> None:
    height = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    wrong = [
        f"{name} imports {other}"
        for name in MODULES
        if name
        for other in sorted(imports(name))
        if row(other) != row(name)
        and not {row(other), row(name)} <= FLAT
        and height.get(row(other), 99) >= height[row(name)]
    ]
    assert wrong == []


def test_stages_meet_only_in_the_graph() -> None:
    imported = {
        stage: {other.split(".")[1] for other in imports(f"stages.{stage}") if other.startswith("stages.")}
        for stage in STAGES
    }
    assert {stage: others & set(STAGES) for stage, others in imported.items()} == {
        stage: set() for stage in STAGES
    }


def test_only_the_door_to_neo4j_opens_sessions() -> None:
    """Two modules talk to the driver, in threads and on loops; the others hand them queries from files."""
    openers = [name for name, path in MODULES.items() if "GraphDatabase" in path.read_text(encoding="utf-8")]
    assert openers == ["graph.awaited", "graph.database"]


LOADED = """
import importlib, pkgutil, sys
import engine.stages.bonuses as stage
for module in pkgutil.iter_modules(stage.__path__):
    importlib.import_module(f"{stage.__name__}.{module.name}")
print(*(name for name in sys.modules if name.partition(".")[0] == "engine"))
"""


def test_the_bonus_stage_loads_little() -> None:
    """At most 24 modules of ours, faces of packages aside, and nothing of intake, server or commands."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("engine").removeprefix(".") for name in done.stdout.split()} - {""}
    assert "stages.bonuses.pay" in loaded
    assert {row(name) for name in loaded} & {
        "server",
        "intake",
        "genealogy",
        "commands",
        "api",
        "runs",
    } == set()
    assert len([name for name in loaded if MODULES[name].name != "__init__.py"]) <= 24

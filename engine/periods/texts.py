"""What a committed run keeps, to be explained by for good: texts, each once by its hash for all runs.

The plan, each rule that it uses, and the statements that the engine composes of these, those that computed
the run and those that read it: another release may compose others.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import TZPATH

from engine.composition.bonuses import store_query
from engine.composition.overlays import compressing
from engine.composition.reading import reading
from engine.composition.requirements import qualifying
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.passes.record import READING, RunRecord
from engine.passes.replay import plan_of
from engine.plans import kept as plans_kept

UNKNOWN = "unknown"


def texts_of(run: RunRecord) -> list[dict[str, str]]:
    """The texts of a run: what each was used as, its SHA-256 in hex, and the text."""
    return [
        {"as": name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text}
        for name, text in _texts(run)
    ]


def kept_texts(graph: Graph, run: int) -> dict[str, str]:
    """The texts that a committed run has kept, by what each was used as."""
    return {row["as"]: row["text"] for row in graph.read("periods/texts", run=run)}


def _texts(run: RunRecord) -> Iterator[tuple[str, str]]:
    yield "plan", run.plan_text
    for name, text in run.rules.items():
        yield f"rule {name}", text
    plan = replace(plan_of(run), kept={})
    if plan.ranks:
        yield "statement ranks", _text(qualifying(plan)[0])
    for label, statement in compressing(plan):
        yield f"statement compression {label}", _text(statement[0])
    for bonus in plan.bonuses:
        yield f"statement bonus {bonus.name}", _text(store_query(plan, bonus))
    for subject, statements in (("plan", plans_kept.as_data(plan)), *reading(plan)):
        yield f"{READING}{subject}", json.dumps(statements, sort_keys=True, indent=1, ensure_ascii=False)


def _text(statement: Query) -> str:
    return statement.text


def time_zone_data() -> str:
    """The version of the time zone database by which periods begin and end here, such as 2026a."""
    for folder in TZPATH:
        zones = Path(folder) / "tzdata.zi"
        if zones.is_file():
            with zones.open(encoding="utf-8") as file:
                return file.readline().removeprefix("# version ").strip() or UNKNOWN
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return UNKNOWN

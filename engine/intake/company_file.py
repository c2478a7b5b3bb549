"""company.json: what a folder of tables says of the company as a whole; an export writes it for an import."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.intake.refusals import Refusals

NAME = "company.json"
LARGEST = 100_000
"""Bytes of the longest such file."""


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """The time zone of local times, and whether there is one tree only; None where nothing is said."""

    time_zone: str | None = None
    one_tree: bool | None = None

    @property
    def text(self) -> str:
        """The content of the file."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def read(directory: Path, refusals: Refusals) -> CompanyFile:
    """The file of a folder; an empty one where there is none. Refuses one that says anything else."""
    path = directory / NAME
    if not path.is_file():
        return CompanyFile()
    try:
        with path.open("rb") as file:
            facts = json.loads(file.read(LARGEST + 1)[:LARGEST].decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        return _refused(f"the file cannot be read: {str(error).partition(chr(10))[0]}", refusals)
    if not isinstance(facts, dict) or facts.keys() - {"time_zone", "one_tree"}:
        return _refused("the file says more than time_zone and one_tree", refusals)
    zone, one_tree = facts.get("time_zone"), facts.get("one_tree")
    if not isinstance(zone, str | None) or not isinstance(one_tree, bool | None):
        return _refused("time_zone is a text, one_tree is true or false", refusals)
    return CompanyFile(zone, one_tree)


def _refused(what: str, refusals: Refusals) -> CompanyFile:
    todo = "Export the company again, or remove the file and name the zone with --time-zone."
    refusals.file("bad_company_file", what, NAME, todo)
    return CompanyFile()

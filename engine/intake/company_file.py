"""company.json: what a folder of tables says of the company as a whole; an export writes it for an import."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from engine.intake.correcting import REFUSED
from engine.intake.refunds import CONTRADICTIONS
from engine.intake.refusals import Refusals
from engine.money import AmountError, declared_digits

NAME = "company.json"
LARGEST = 100_000
"""Bytes of the longest such file."""


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """The settings of a company; None where nothing is said.

    They are the time zone of local times, whether there is one tree only, what refunds may contradict in the
    orders that they take back, and the digits of currencies that ISO 4217 does not know, by code.
    """

    time_zone: str | None = None
    one_tree: bool | None = None
    remarked_refunds: tuple[str, ...] | None = None
    currencies: Mapping[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The content of the file."""
        facts = {name: value for name, value in asdict(self).items() if name != "currencies" or value}
        return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


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
    if wrong := _wrong(facts):
        return _refused(wrong, refusals)
    try:
        digits = {code: declared_digits(code, digits) for code, digits in facts.get("currencies", {}).items()}
    except AmountError as error:
        return _refused(error.what, refusals)
    remarked = facts.get("remarked_refunds")
    return CompanyFile(
        facts.get("time_zone"),
        facts.get("one_tree"),
        None if remarked is None else tuple(sorted(remarked)),
        digits,
    )


def _wrong(facts: Any) -> str | None:
    """What is wrong with the content of a file, if anything is."""
    names = [each.name for each in fields(CompanyFile)]
    if not isinstance(facts, dict) or facts.keys() - set(names):
        return "the file says more than time_zone, one_tree, remarked_refunds and currencies"
    zone, one_tree, remarked, currencies = (facts.get(name) for name in names)
    if not isinstance(zone, str | None) or not isinstance(one_tree, bool | None):
        return "time_zone is a text, one_tree is true or false"
    known = [*CONTRADICTIONS, REFUSED]
    if not isinstance(remarked, list | None) or any(each not in known for each in remarked or ()):
        return f"remarked_refunds is a list of some of {', '.join(known)}"
    if "currencies" in facts and not isinstance(currencies, dict):
        return "currencies holds the digits of each by its code"
    return None


def _refused(what: str, refusals: Refusals) -> CompanyFile:
    todo = "Export the company again, or remove the file and name the zone with --time-zone."
    refusals.file("bad_company_file", what, NAME, todo)
    return CompanyFile()

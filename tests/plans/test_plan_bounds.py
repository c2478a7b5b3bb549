"""Hostile values under every key of a plan: each is refused by name, with its line, within a second."""

import copy
import dataclasses
import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plans.plan import Plan
from engine.plans.reader import parse, read
from engine.plans.table import PlanTable
from engine.plans.text import PlanError
from engine.workbench import cases
from tests.support import hostile

ROOT = Path(__file__).parent.parent.parent
SECONDS = 1.0
PATH = Path("plan.toml")


@dataclasses.dataclass(frozen=True)
class Raw:
    """Text that is put into the file as it is."""

    text: str


def toml(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(entry) for entry in value) + "]"
    if isinstance(value, str):
        return quoted(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def document(data: Mapping[str, Any]) -> str:
    """A plan file: one line for each key, tables within tables on the line of their key."""
    lines = [f"{json.dumps(key)} = {toml(value)}" for key, value in data.items() if not _tables(value)]
    for key, value in data.items():
        if _tables(value):
            for table in value:
                lines.append(f"[[{json.dumps(key)}]]")
                lines += [f"{json.dumps(name)} = {toml(entry)}" for name, entry in table.items()]
    return "\n".join(lines) + "\n"


def _tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


Step = str | int
"""A key of a table, or a place in a list."""


@dataclasses.dataclass(frozen=True)
class Key:
    """One key that the reader asks for: in which plan, in which table of it."""

    data: dict[str, Any] = dataclasses.field(compare=False, repr=False)
    path: tuple[Step, ...]
    name: str

    def with_value(self, value: Any) -> str:
        """The plan's text with that value under the key."""
        data = copy.deepcopy(self.data)
        table: Any = data
        for step in self.path:
            table = table[step]
        table[self.name] = value
        return document(data)


def paths(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[int, tuple[Step, ...]]]:
    """Every table within a table, by identity, with the way to it."""
    if isinstance(value, dict):
        yield id(value), path
        for key, entry in value.items():
            yield from paths(entry, (*path, key))
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from paths(entry, (*path, place))


def plan_texts() -> Iterator[str]:
    for path in sorted((ROOT / "engine" / "plans").glob("*.toml")):
        yield path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "tests" / "cases").rglob("*.case")):
        yield cases.read(path).plan


def every_key() -> dict[str, Key]:
    """The keys that the reader asks for while it reads every ready plan and every rule's case.

    A key is named after its table, the rule that the table names, and itself; the first plan counts.
    """
    reads: list[tuple[PlanTable, dict[str, Any], str]] = []
    original = PlanTable.value

    def value(self: PlanTable, key: str, default: Any = ...) -> Any:
        reads.append((self, self._data, key))
        return original(self, key, default)

    keys: dict[str, Key] = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PlanTable, "value", value)
        for text in plan_texts():
            reads.clear()
            parse(text, PATH)
            data = reads[0][1]
            ways = dict(paths(data))
            for _, table, key in reads:
                if id(table) in ways:
                    way = ways[id(table)]
                    place = ".".join(step for step in way if isinstance(step, str))
                    rule = str(table.get("kind") or table.get("rule") or "")
                    named = " ".join(part for part in (place, rule, key) if part)
                    keys.setdefault(named, Key(data, way, key))
    return keys


KEYS = every_key()

BARE = re.compile(r"-?(\d+(\.\d+)?(e-?\d+)?|nan|inf)", re.ASCII)
"""Numbers that a plan file may have without quotes."""
written = st.one_of(
    hostile.anything.map(quoted),
    st.sampled_from([text for text in hostile.NUMBERS if BARE.fullmatch(text)]),
    st.sampled_from(["2026-11-05", "true", "[]", "{}", "[[]]", "0x" + "f" * 20_000, "[" * 150 + "]" * 150]),
).map(Raw)
"""Values as a plan file may have them."""
shapes = st.sampled_from([
    lambda value: value, lambda value: [value], lambda value: [[value, value]], lambda value: {"none": value},
    lambda value: [[Raw("1"), value]], lambda value: {"none": [value]}, lambda value: {"1": value},
    lambda value: [value] * 20_000, lambda value: [{"kind": value}] * 2_000, lambda value: {"rule": value},
    lambda value: [{"name": value}] * 2_000,
])  # fmt: skip
"""The shapes that plan types have: one value, lists, pairs, tables by rank; and far too many of them."""


def numbers(value: Any) -> Iterator[int]:
    """Every whole number that a plan holds."""
    if isinstance(value, int):
        yield value
    elif isinstance(value, Mapping):
        yield from (number for entry in value.values() for number in numbers(entry))
    elif isinstance(value, list | tuple):
        yield from (number for entry in value for number in numbers(entry))
    elif dataclasses.is_dataclass(value):
        yield from (
            number for field in dataclasses.fields(value) for number in numbers(getattr(value, field.name))
        )


def outcome(text: str) -> Plan | PlanError:
    """What reading comes to, within a second; any other exception is a failure of the test."""
    began = time.process_time()
    try:
        result: Plan | PlanError = parse(text, PATH)
    except PlanError as error:
        result = error
    assert time.process_time() - began < SECONDS
    return result


def test_every_rule_and_every_part_of_a_plan_is_among_the_keys() -> None:
    assert len(KEYS) > 200
    for name in (
        "point_value",
        "activity days",
        "rank grace",
        "cap amount",
        "rounding half_even rule",
        "name",
        "rank_demotion",
    ):
        assert name in KEYS


@pytest.mark.parametrize("name", KEYS)
@settings(max_examples=10)
@given(value=written, shape=shapes)
def test_a_hostile_value_is_refused_with_its_line_or_fits(name: str, value: Raw, shape: Any) -> None:
    result = outcome(KEYS[name].with_value(shape(value)))
    if isinstance(result, PlanError):
        assert re.fullmatch(r"plan\.toml(:\d+)?", result.where or "")
        assert len(result.what) < 1000
    else:
        assert all(abs(number) < 2**62 for number in numbers(result))
        assert all(table.isprintable() for table in result.rank_names)


ENDLESS = Raw("0x" + "f" * 20_000)
"""An integer that TOML reads, and Python does not write out."""


@pytest.mark.parametrize("number", [*hostile.NUMBERS, ENDLESS], ids=lambda number: str(number)[:20])
def test_the_numbers_of_the_issue_are_refused_or_fit_under_every_key(number: str | Raw) -> None:
    """Those that once hung or ended in a traceback, whatever Hypothesis happens to draw."""
    for key in KEYS.values():
        outcome(key.with_value(number))


LEVELS = 'name = "P"\n[[bonus]]\nname = "B"\nkind = "unilevel"\nrates = [{}]\n'
RANK = '[[rank]]\nname = "R{}"\nrequire = [{{ kind = "personal_volume", at_least = {} }}]\n'


def test_a_plan_has_at_most_100_levels_and_100_ranks() -> None:
    most = parse(LEVELS.format(", ".join(["0.01"] * 100)), PATH)
    assert most.bonuses[0].steps == 100
    for count in (101, 1_000_000 // 40):
        error = outcome(LEVELS.format(", ".join(["0.01"] * count)))
        assert isinstance(error, PlanError)
        assert (error.what, error.where) == (
            f"rates: has {count:,} entries, and must not have more than 100", "plan.toml:5"
        )  # fmt: skip
    ladder = "".join(RANK.format(number, number) for number in range(100))
    assert len(parse(f'name = "P"\n{ladder}', PATH).ranks) == 100
    error = outcome(f'name = "P"\n{ladder}' + RANK.format("X", 5) * 1900)
    assert isinstance(error, PlanError)
    assert error.what == "rank: has 2,000 entries, and must not have more than 100"


def test_a_file_that_is_too_long_is_not_read_at_all(tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_text(LEVELS.format(", ".join(["0.01"] * 1_000_000)))
    with pytest.raises(PlanError, match="longer than 200,000 characters"):
        read(path)


def test_a_byte_order_mark_before_a_plan_is_not_part_of_it(tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.toml", tmp_path / "marked.toml"
    plain.write_text(LEVELS.format("0.01"))
    marked.write_text("\ufeff" + LEVELS.format("0.01"))
    assert read(marked).hash == read(plain).hash
    marked.write_text(LEVELS.format("0.01").replace("rates", "\ufeffrates"))
    with pytest.raises(PlanError, match="not valid TOML") as raised:
        read(marked)
    assert raised.value.where == f"{marked}:5"

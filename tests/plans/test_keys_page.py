"""The page of keys: every key, its type and its default are those that the reader takes."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.plans.table import PlanTable
from engine.plans.values import ValueReader
from engine.rules.library import rules
from engine.rules.module import Module, Param

PAGE = Path(__file__).parent.parent.parent / "docs" / "plan" / "keys.md"
TEXT = PAGE.read_text(encoding="utf-8")
KINDS = ("bonus", "requirement", "compression", "push")


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    section = re.split(r"^## ", TEXT.split(f"\n## {heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[1:]]


def cell(param: Param) -> str:
    """A parameter as the page has it."""
    kind = re.sub(
        r"ONE_OF<(.+)>", lambda match: " or ".join(f"`{each}`" for each in match[1].split("|")), param.type
    )
    default = {"null": "nothing", "[]": "none"}.get(param.default or "", f"`{param.default}`")
    return f"`{param.name}` {kind}" + (f", else {default}" if param.default is not None else "")


def row(module: Module) -> list[str]:
    needed = [cell(param) for param in module.params if param.default is None]
    others = [cell(param) for param in module.params if param.default is not None]
    return [f"`{module.name}`", "; ".join(needed) or "-", "; ".join(others) or "-"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_of_every_rule_are_those_of_its_header(kind: str) -> None:
    expected = [row(module) for _, module in sorted(rules(kind).items())]
    heading = {
        "bonus": "Bonuses",
        "requirement": "Requirements",
        "compression": "Compression",
        "push": "Push-up",
    }
    printed = "\n".join(f"| {' | '.join(cells)} |" for cells in expected)
    assert rows(heading[kind]) == expected, f"the table should be\n{printed}"


def test_every_type_of_value_is_explained() -> None:
    listed = [re.findall(r"`([A-Z_]+)`", cells[0]) for cells in rows("Types of values")]
    known = {*ValueReader((), None)._types, "ONE_OF"}
    assert {name for names in listed for name in names} == known
    assert sum(map(len, listed)) == len(known)


RANK = '[[rank]]\nname = "Gold"\nrequire = [{ kind = "fact", name = "gold" }]\n'
AROUND = {
    "top": "{}" + RANK,
    "rounding": "[rounding]\n{}",
    "volume": "[volume]\n{}",
    "activity": '[activity]\nrequire = [{{ kind = "fact", name = "one" }}, '
    '{{ kind = "fact", name = "two" }}]\n{}',
    "rank": RANK + "{}",
    "bonus": '[[bonus]]\nname = "B"\nkind = "personal"\nrate = 0.1\nrequire = '
    '[{{ kind = "fact", name = "one" }}, {{ kind = "fact", name = "two" }}]\n{}',
    "compression": '[[bonus]]\nname = "B"\nkind = "unilevel"\nrates = [0.1, 0.1]\n'
    'compression = {{ rule = "activity_skip", {} }}\n',
    "cap": '[[bonus]]\nname = "B"\nkind = "personal"\nrate = 0.1\n[[cap]]\namount = 5\nbonuses = ["B"]\n{}',
}
DEFAULTS = rows("The plan itself")


def parsed(place: str, line: str) -> Plan:
    text = AROUND[place].replace("{}", line) if "{{" not in AROUND[place] else AROUND[place].format(line)
    text = text.replace(", ,", ",").replace(",  }", " }")
    return replace(parse(f'name = "P"\n{text}', Path("plan.toml")), text="", hash="")


@pytest.mark.parametrize(
    ("place", "key", "default"), [cells[:3] for cells in DEFAULTS], ids=lambda cell: cell
)
def test_a_key_of_the_plan_is_what_the_page_says_where_it_is_left_out(
    place: str, key: str, default: str
) -> None:
    place, key = place.strip("`[]"), key.strip("`")
    written = re.fullmatch(r"`(.+)`", default)
    if written is None:
        assert default in ("nothing", "must be given")
        return
    end = "" if place == "compression" else "\n"
    assert parsed(place, f"{key} = {written[1]}{end}") == parsed(place, "")


def test_every_key_of_the_plan_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: set[str] = set()
    for name in ("value", "has"):
        method = getattr(PlanTable, name)

        def recording(self: PlanTable, key: str, *rest: object, method: object = method) -> object:
            keys.add(key)
            return method(self, key, *rest)  # type: ignore[operator]

        monkeypatch.setattr(PlanTable, name, recording)
    for place in AROUND:
        parsed(place, "")
    parse(f'name = "P"\nrank_grace = 1\n[volume]\npush_up = {{ at_least = 1 }}\n{RANK}', Path("plan.toml"))
    of_rules = {param.name for kind in KINDS for module in rules(kind).values() for param in module.params}
    listed = {name for cells in DEFAULTS for name in re.findall(r"`(\w+)`", cells[1])}
    assert keys - of_rules - listed == set()

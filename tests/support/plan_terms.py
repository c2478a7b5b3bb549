"""A written value for every plan type, with the words that a reader must find for it."""

import json
import re
from dataclasses import dataclass

from engine.rules.library import rule
from engine.rules.module import Module, Param

HEAD = """
name = "Terms"
[[rank]]
name = "Silver"
require = [{ kind = "fact", name = "silver" }]
[[rank]]
name = "Gold"
require = [{ kind = "fact", name = "gold" }]
[[bonus]]
name = "First"
kind = "personal"
"""
NEEDS = {"max_leg": "0.9"}


@dataclass(frozen=True, slots=True)
class Term:
    """A key with its value as TOML, and the words for it, in their order on one line of the page."""

    toml: str
    words: tuple[str, ...]


def term(param: Param, number: int) -> Term:
    """The parameter with a value that is not its default; no other has its two-digit number, at most 40."""
    key, label, kind = param.name, param.name.replace("_", " "), param.type
    single = {
        "VOLUME": (f"1{number}.5", f"1{number}.50"),
        "SIZE": (f"71{number}.5", f"7,1{number}.50"),
        "MONEY": (f"1{number}2.5", f"1,{number}2.50 USD"),
        "RATE": (f'"{number}.25%"', f"{number}.25 %"),
        "PART": (f'"{number}.25%"', f"{number}.25 %"),
        "SHARE": (f'"{number}.25%"', f"{number}.25 %"),
        "RANK": ('"Gold"', "Gold"),
        "BORDER": ('"Gold"', "Gold"),
        "TEXT": (f'"word{number}"', f"word{number}"),
        **dict.fromkeys(("COUNT", "POSITIVE", "DAYS", "PERIODS", "DEPTH"), (str(number), str(number))),
    }
    if words := re.fullmatch(r"ONE_OF<(.+)>", kind):
        word = next(each for each in words[1].split("|") if each != param.default)
        return Term(f"{key} = {json.dumps(word)}", (f"{label} {word}",))
    if kind == "BOOLEAN":
        new = param.default != "true"
        return Term(f"{key} = {str(new).lower()}", (f"{label} {'yes' if new else 'no'}",))
    if kind in single:
        written, shown = single[kind]
        return Term(f"{key} = {written}", (f"{label} {shown}",))
    if kind.endswith(("_BY_RANK", "_OF_RANK")):
        return _by_rank(key, label, kind, number)
    if kind in ("TIERS", "MONEY_STEPS", "STEPS", "VOLUME_STEPS"):
        return _steps(key, label, kind, number)
    special: dict[str, tuple[str, tuple[str, ...]]] = {
        "TEXTS": ('["First"]' if key == "bonuses" else f'["a{number}", "b{number}"]',
                  (f"{label} {'First' if key == 'bonuses' else f'a{number}, b{number}'}",)),
        "RANKS": ('["Silver", "Gold"]', (f"{label} Silver, Gold",)),
        "AMOUNTS": (f"[3{number}.5, 4{number}.5]", (f"{label} 3{number}.50 USD, 4{number}.50 USD",)),
        "SHARES": (f'[5{number}, "6{number}.5"]', (f"{label} 5{number}, 6{number}.5",)),
        "RATES": (f'["{number}.25%", "{number}.5%"]', (f"{label} {number}.25 %, {number}.5 %",)),
        "FACTOR": ("0.8", (f"{label} of 0.8",)),
        "TREE": (f'"{"main" if param.default == "sponsor" else "sponsor"}"',
                 (f"ree: {'main' if param.default == 'sponsor' else 'sponsor'}",)),
        "COMPRESSION": (
            '{ rule = "rank_relink", rank = "Gold", inactive = "keep", from_level = 1, to_level = 1 }',
            ("Compression: rank relink", "rank Gold", "inactive keep", "from level 1", "to level 1"),
        ),
        "REQUIREMENTS": (
            '[{ kind = "personal_volume", at_least = 1234 }]', ("personal volume (at least 1,234.00)",),
        ),
    }  # fmt: skip
    return Term(f"{key} = {special[kind][0]}", special[kind][1])


def _by_rank(key: str, label: str, kind: str, number: int) -> Term:
    if kind in ("RATES_BY_RANK", "AMOUNTS_BY_RANK"):
        silver, gold = ([f"{place}.{number}" for place in places] for places in ((1, 2), (3, 4)))
        unit = " %" if kind.startswith("RATES") else " USD"
        lists = [
            [f'"{each}%"' if kind.startswith("RATES") else each for each in row] for row in (silver, gold)
        ]
        rows = (f"{name} {each}{unit}" for name, each in (("Silver", silver[0]), ("Gold", gold[0])))
        return Term(
            f"{key} = {{ Silver = [{', '.join(lists[0])}], Gold = [{', '.join(lists[1])}] }}",
            (f"table {label}", *rows, *(f"{each}{unit}" for each in (silver[1], gold[1]))),
        )
    if kind == "SHARES_BY_RANK":
        values = ((str(number), str(number)), (str(number + 1), str(number + 1)))
    elif kind == "RATE_BY_RANK":
        values = ((f'"{number}.25%"', f"{number}.25 %"), (f'"{number}.5%"', f"{number}.5 %"))
    else:
        unit = "" if kind == "VOLUME_BY_RANK" else " USD"
        values = ((f"5{number}.5", f"5{number}.50{unit}"), (f"6{number}.5", f"6{number}.50{unit}"))
    (lower, lower_shown), (higher, higher_shown) = values
    return Term(
        f"{key} = {{ Silver = {lower}, Gold = {higher} }}",
        (f"{label} none", f"Silver {lower_shown}", f"Gold {higher_shown}"),
    )


def _steps(key: str, label: str, kind: str, number: int) -> Term:
    floor = "5" if kind == "STEPS" else f"5{number}.5"
    shown = "5" if kind == "STEPS" else f"5{number}.50"
    written, reached = {
        "TIERS": (f'"{number}.25%"', f"{number}.25 %"),
        "MONEY_STEPS": (f"8{number}.5", f"8{number}.50 USD"),
        "STEPS": ("1", "1"),
        "VOLUME_STEPS": ("1", "1"),
    }[kind]
    return Term(f"{key} = [[{floor}, {written}]]", (f"{label} from {shown} {reached}",))


def plan_with(module: Module, param: Param) -> tuple[str, Term]:
    """The lines of a table of the rule, with this parameter and those that must be given, and its term."""
    terms = {each.name: term(each, number) for number, each in enumerate(module.params, 11)}
    required = [each for each in module.params if each.default is None and each is not param]
    if module.name == "personally_sponsored" and param.name == "per_leg":
        required = [each for each in required if each.name != "rank"]
    body = "\n".join(terms[each.name].toml for each in (*required, param))
    return body, terms[param.name]


def bonus(module: Module, body: str) -> str:
    """A plan with a bonus of the rule."""
    return f'{HEAD}[[bonus]]\nname = "Under test"\nkind = "{module.name}"\n{body}\n'


def required_by_a_bonus(module: Module, body: str) -> str:
    """A plan with a bonus that requires the rule."""
    line = ", ".join([f'kind = "{module.name}"', *body.splitlines()])
    return f'{HEAD}[[bonus]]\nname = "Under test"\nkind = "structure"\namount = 1\nrequire = [{{ {line} }}]\n'


def compressed(module: Module, body: str) -> str:
    """A plan with a bonus over the compression."""
    line = ", ".join([f'rule = "{module.name}"', *body.splitlines()])
    rates = rule("bonus", "unilevel").param("rates")
    assert rates
    return bonus(rule("bonus", "unilevel"), f"{term(rates, 11).toml}\ncompression = {{ {line} }}")


def pushed(module: Module, body: str) -> str:
    """A plan that pushes volume up by the rule."""
    line = ", ".join([f'rule = "{module.name}"', *body.splitlines()])
    return f"{HEAD}[volume]\npush_up = {{ {line} }}\n"

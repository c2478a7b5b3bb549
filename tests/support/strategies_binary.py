"""Random companies with legs, and plans of binaries, pools, rewards and caps, for both engines."""

from hypothesis import strategies as st

from tests.support.strategies import (
    PERIODS,
    RANKS,
    Case,
    Tables,
    _one_of_each,
    _rank,
    companies,
    drawn,
    forest,
)
from tests.support.strategies_options import (
    ROUNDING_OPTIONS,
    TOP_OPTIONS,
    VOLUME_OPTIONS,
    by_figure,
    own_value,
    with_requirements,
)

_HEAD = {"tree": ['"placement"'] * 5 + ['"sponsor"'], "point_value": ['"1"', '"0.75"', '"12"']}
LEFTS, RIGHTS = ("L", "l", "left", "1"), ("R", "r", "Right", "2")


def legged_grove(seed: int, count: int = 120, most: int = 10) -> Case:
    """Many companies of two-legged positions with one plan, the same for the same seed.

    Those of odd seeds have one tree, with the legs beside the sponsors.
    """
    ranks = RANKS[: seed % 4]
    plan = drawn(binary_plans(ranks), 5, seed)[-1]
    some = drawn(legged_companies(most, ranks, ("placement", "sponsor")[seed % 2]), count, seed)
    return Case(forest(some), plan)


@st.composite
def indebted(draw: st.DrawFn) -> Case:
    """Positions with two legs, whose sales and refunds of three months leave many a leg below 0."""
    tables = Tables()
    volumes = st.sampled_from([0, 0, 50, 100, 333, -40, -100, -250])
    for number in range(draw(st.integers(1, 12))):
        status = draw(st.sampled_from(["active", "active", "suspended"]))
        for name, side in (("U", ""), ("L", "left"), ("R", "right")):
            above = f"U{number}" if side else ""
            links = {"sponsor_id": above, "placement_id": above, "leg": side}
            row = {"member_id": f"{name}{number}", "enrolled_on": "2025-01-01", "status": "active"} | links
            tables.rows["members"].append(row if side else row | {"status": status})
            for month in PERIODS:
                volume = str(draw(volumes))
                order = {"order_id": f"{name}{number}/{month}", "ordered_at": f"{month}-10T12:00:00Z"}
                order |= {"member_id": f"{name}{number}", "amount": volume, "currency": "USD"}
                order |= {"kind": "refund" if volume[0] == "-" else "sale"}
                tables.rows["orders"].append(
                    order | {"qualifying_volume": volume, "commissionable_volume": volume}
                )
    head = ['name = "Drawn"', *_one_of_each(draw, {**TOP_OPTIONS, **_HEAD})]
    activity = ["[activity]", *_one_of_each(draw, {"personal_volume": ["0", "50"]})]
    bonuses = [_binary(draw, name, ()) for name in ("One", "Two", "Three")]
    return Case(tables, "\n".join([*head, *activity, *bonuses]) + "\n")


@st.composite
def legged_companies(draw: st.DrawFn, most: int, ranks: tuple[str, ...], main: str = "placement") -> Tables:
    """A company whose members are mostly in legs of one tree; from the third under a member on, in none."""
    tables = draw(companies(most, main == "placement", ranks))
    taken: set[tuple[str, int]] = set()
    for row in [*tables.rows["members"], *tables.rows["moves"]]:
        if "tree" in row and row["tree"] != main:
            continue
        parent = row.get(f"{main}_id") or row.get("parent_id") or ""
        free = [side for side in (0, 1) if (parent, side) not in taken]
        if parent and free and draw(st.integers(0, 9)):
            side = draw(st.sampled_from(free))
            taken.add((parent, side))
            row["leg"] = draw(st.sampled_from((LEFTS, RIGHTS)[side]))
    for row in tables.rows["members"]:
        row["owner_id"] = draw(st.sampled_from(["", "", "o1", "o2"]))
        for period in PERIODS:
            if amount := draw(st.sampled_from(["", "", "", "40", "7", "-3"])):
                earned = {"member_id": row["member_id"], "period": period, "bonus": "Their own"}
                tables.rows["outside_earnings"].append(earned | {"amount": amount, "currency": ""})
    return tables


@st.composite
def binary_plans(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    """A plan with two binaries, a pool, a reward for ranks, and up to three caps."""
    lines = [
        'name = "Drawn"',
        *_one_of_each(draw, {**TOP_OPTIONS, **_HEAD}),
        "[rounding]",
        *_one_of_each(draw, ROUNDING_OPTIONS),
        "[volume]",
        *_one_of_each(draw, VOLUME_OPTIONS),
        "[activity]",
        *_one_of_each(draw, {"personal_volume": ["0", "0", "10", "50"]}),
        *(_rank(draw, name, ranks) for name in ranks),
        *(_binary(draw, name, ranks) for name in ("One", "Two")),
        _pool(draw, ranks),
        '[[bonus]]\nname = "Else"\nkind = "outside"\nof = "Their own"',
        '[[bonus]]\nname = "Match"\nkind = "matching"\nbonuses = ["One", "Two", "Else"]',
        'rates = ["0.5", "0.1"]',
    ]
    if ranks:
        amounts = ", ".join(f"{name} = {draw(st.integers(0, 90))}" for name in ranks if draw(st.booleans()))
        choices = {"held": ["1", "1", "2"], "pay_skipped": ["true", "false"], "instalments": ["1", "2", "3"]}
        options = _one_of_each(draw, choices | {"missed": ['"pay"', '"wait"', '"lose"']})
        head = [
            "[[bonus]]",
            'name = "Rise"',
            'kind = "rank_advancement"',
            f"amounts = {{ {amounts or f'{ranks[0]} = 30'} }}",
        ]
        lines += [*head, *options]
    lines += ["[[bonus]]", 'name = "Matrix"', 'kind = "filled_levels"']
    choices = {"width": ["1", "2"], "counts": ['"active"', '"all"'], "again": ["true", "false"]}
    lines += _one_of_each(draw, choices)
    some = [draw(st.lists(st.sampled_from([0, 7, 20]), min_size=1, max_size=3)) for _ in ("none", *ranks)]
    named = ", ".join(f"{name} = {row}" for name, row in zip(("none", *ranks), some, strict=True))
    lines.append(f"amounts = {{ {named} }}")
    for _ in range(draw(st.integers(0, 3))):
        lines += _cap(draw, ranks)
    return with_requirements(draw, "\n".join(lines) + "\n")


def _binary(draw: st.DrawFn, name: str, ranks: tuple[str, ...]) -> str:
    sizes, counts = ["50", "100", '"33.33"', "7", "250"], ["1", "3", "10"]
    kind = draw(st.sampled_from(["binary", "_pairs", "_cycles", "_strong_weak", "_steps"]))
    per = {
        "binary": {
            "rate": [_by_rank(draw, ranks, ['"0.1"', '"0.05"', '"0.0333"', "0"])],
            "ratio": ["true", "false"],
            "tiers": ["[]", "[]", '[[50, "0.01"], ["333.33", "0.12"]]'],
        },
        "_pairs": {
            "pair": sizes,
            "per_pair": [_by_rank(draw, ranks, ["5", '"7"', "10", "0"])],
            "first_double": ["true", "false", "false"],
        },
        "_cycles": {"left": sizes, "right": sizes, "per_cycle": [_by_rank(draw, ranks, ["14", "20", "0"])]},
        "_strong_weak": {"strong": sizes, "weak": sizes, "per_cycle": [_by_rank(draw, ranks, ["14", "16"])]},
        "_steps": {"amounts": ["[[100, 5]]", "[[50, 3], [200, 20], [1000, 150]]"]},
    }[kind]
    for key in ("per_pair", "per_cycle"):
        if key in per and draw(st.integers(0, 2)) == 0:
            own = own_value(draw, "5", "12")
            per[key], ranks = [draw(st.sampled_from([by_figure(draw, ["5", "8", "14"]), own]))], ()
    if kind != "_steps" and draw(st.booleans()):
        per["most"] = [
            _by_rank(draw, ranks, ["0", *counts] if kind != "binary" else ["0", "100", '"333.33"'])
        ]
        per["over"] = ['"carry"', '"lose"']
    options = {
        "volume": ['"commissionable"', '"qualifying"'],
        "after": ['"carry_both"', '"carry_both"', '"carry_excess"', '"net_off"', '"flush"'],
        "eligible": ['"active"', '"active"', '"leg_each"'],
        "ineligible": ['"keep"', '"lose"', '"lose_matched"'],
    }
    if draw(st.booleans()):
        options["carry_cap"] = [_by_rank(draw, ranks, ["0", "100", '"333.33"'])]
    if draw(st.integers(0, 2)) == 0:
        options["expires"] = ["1", "1", "2"]
    called = kind if kind == "binary" else f"binary{kind}"
    head = ["[[bonus]]", f'name = "{name}"', f'kind = "{called}"']
    return "\n".join([*head, *_one_of_each(draw, per), *_one_of_each(draw, options)])


def _by_rank(draw: st.DrawFn, ranks: tuple[str, ...], figures: list[str]) -> str:
    """One figure for all, or a table of figures by rank with a few ranks left out."""
    if draw(st.booleans()):
        return draw(st.sampled_from(figures))
    named = [name for name in ("none", *ranks) if draw(st.booleans())] or ["none"]
    return "{ " + ", ".join(f"{name} = {draw(st.sampled_from(figures))}" for name in named) + " }"


def _pool(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    lines = ["[[bonus]]", 'name = "Pool"', 'kind = "pool"']
    lines += _one_of_each(
        draw,
        {
            "share": ['"0.01"', '"0.0333"', "1"],
            "by": ['"equal"', '"shares"', '"contribution"', '"fact"', '"place"', '"place"'],
            "shares_by_place": ['["50", "30.5", "19.5"]', '["3", "0", "0.000001"]', '["7"]'],
            "fact": ['"training"'],
            "membership": ['"cumulative"', '"cumulative"', '"exact"'],
            "countries": ["[]", "[]", '["DE"]', '["DE", "US"]'],
            "qualifiers": ['"everywhere"', '"countries"'],
        },
    )
    if draw(st.integers(0, 1)):
        measures = ["personal_volume", "commissionable_volume", "customer_volume", "group_volume", "fact"]
        choices = {"top": ["1", "3", "40"], "top_by": [f'"{each}"' for each in measures]}
        choices |= {"ties": ['"all"', '"none"', '"enrolled"', '"last_sale"'], "top_fact": ['"training"']}
        lines += _one_of_each(draw, choices | {"among": ['"company"', '"qualifiers"']})
    lines += draw(st.sampled_from([[], [], ["shares_in_all = 4"], ["shares_in_all = 1000"]]))
    limited: bool = draw(st.booleans())
    if limited:
        lines.append(f"most_each = {draw(st.sampled_from(['0', '3', '50']))}")
    lines += _one_of_each(draw, {"contribution": ['"personal"', '"group"'], "overdraw": ["true", "false"]})
    lines += draw(st.sampled_from([[], ["each = 50"], ["each = 0.01"]]))
    lines.append(f"shares_by_rank = {_by_rank(draw, ranks, ['1', '2', '5', '0'])}")
    lines.append(f"multiplier_by_rank = {_by_rank(draw, ranks, ['1', '2', '3'])}")
    named: bool = draw(st.booleans())
    if ranks and named:
        lines.append(f'rank = "{draw(st.sampled_from(ranks))}"')
    return "\n".join(lines)


def _cap(draw: st.DrawFn, ranks: tuple[str, ...]) -> list[str]:
    lines = ["[[cap]]"]
    if draw(st.booleans()):
        lines.append('bonuses = ["One"]')
        lines.append(f"before_matching = {draw(st.sampled_from(['true', 'false']))}")
    limits = st.sampled_from(["0", "5", "20", "100"])
    per = draw(st.sampled_from(["member", "owner", "company", "share", "cut"]))
    if per in ("share", "cut"):
        return [*lines, 'per = "company"', f"{per} = {draw(st.sampled_from(['0', '0.05', '0.333333']))}"]
    amount = _by_rank(draw, ranks, ["5", "20", "100"]) if per == "member" else draw(limits)
    return [*lines, f'per = "{per}"', f"amount = {amount}"]

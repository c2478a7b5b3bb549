"""Random plans of the families that pay differences, leaders, roles and pieces, for groves of companies."""

from hypothesis import strategies as st

from tests.support.strategies import RANKS, Case, companies, drawn, forest, plans
from tests.support.strategies_options import (
    KINDS_COUNTED,
    ONS,
    OPENS,
    STARTS,
    by_figure,
    own_value,
    with_fine_rates,
    with_requirements,
)

FLOORS = ("0", "0.01", "100", "250.5", "1000", "3000")
RATES = ("0", "0.01", "0.0333", "0.05", "0.10", "0.25")
AMOUNTS = ("0", "1", "2", "12", "40")
COMPRESSIONS = ("none", "status_skip", "activity_skip", "dynamic")


def family_grove(seed: int, count: int) -> Case:
    """Many companies with one plan of these families, the same for the same seed."""
    ranks, two_trees = seed % (len(RANKS) + 1), seed % 2 == 1
    plan = drawn(family_plans(ranks), 10, seed)[-1]
    some = drawn(companies(9, two_trees, RANKS[:ranks]), count, seed)
    deeper = drawn(companies(27, two_trees, RANKS[:ranks]), max(1, count // 20), seed)
    return Case(forest([*some, *deeper]), plan)


@st.composite
def family_plans(draw: st.DrawFn, ranks: int) -> str:
    """A random plan's head and ranks, with one bonus of each family that the ranks allow."""
    head = draw(plans(ranks)).split("[[bonus]]")[0]
    held = RANKS[:ranks]
    bonuses = [_stairstep, _personal, _differential, _infinity, _grouped, _fees, _amounts, _after_earnings]
    if held:
        bonuses += [_breakaway, _group_level, _roles, _recruiter]
    written = [make(draw, held) for make in bonuses]
    text = "".join(f'\n[[bonus]]\nname = "B{place}"\n{text}' for place, text in enumerate(written))
    return with_fine_rates(draw, with_requirements(draw, head + text))


def _pick(draw: st.DrawFn, **options: tuple[str, ...]) -> str:
    """One value of each option; an option whose value is empty is left out."""
    chosen = {key: draw(st.sampled_from(values)) for key, values in options.items()}
    return "".join(f"{key} = {value}\n" for key, value in chosen.items() if value)


def _tree(draw: st.DrawFn) -> str:
    return _pick(draw, tree=("", '"main"', '"sponsor"'))


def _table(draw: st.DrawFn, name: str, ranks: tuple[str, ...], values: tuple[str, ...], most: int) -> str:
    """Lists by rank (one value each where `most` is 0), under a heading of their own."""
    listed = draw(st.lists(st.sampled_from(["none", *ranks]), min_size=1, unique=True))
    lines = []
    for rank in listed:
        if most == 0:
            lines.append(f'{rank} = "{draw(st.sampled_from(values))}"')
        else:
            some = draw(st.lists(st.sampled_from(values), min_size=1, max_size=most))
            lines.append(f"{rank} = [{', '.join(f'{each!r}' for each in some)}]")
    return f"[bonus.{name}]\n" + "\n".join(lines) + "\n"


def _stairstep(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    floors = sorted(draw(st.lists(st.sampled_from(FLOORS), min_size=1, unique=True)), key=float)
    reached = [(floor, draw(st.sampled_from(RATES))) for floor in floors]
    pairs = ", ".join(f'["{floor}", "{rate}"]' for floor, rate in reached)
    table = ", ".join(f'"{floor}" = "{rate}"' for floor, rate in reached)
    brackets = draw(st.sampled_from((f"[{pairs}]", f"{{ {table} }}")))
    border = ("", *(f'"{rank}"' for rank in ranks))
    return f'kind = "stairstep"\nbrackets = {brackets}\n' + _tree(draw) + _pick(
        draw,
        bracket_on=("", '"bv"'), pay_on=("", '"pv"'), accumulated=("", "true"),
        below_first=("", '"0.05"'), below_first_paid=("", "true"),
        not_deducted_kinds=("", '["kit"]', '["kit", "refund"]'), border=border, base=("", "18"),
        reached=("", '"before"', '"higher"'), inactive=("", '"pass"'),
    )  # fmt: skip


def _personal(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    head = 'kind = "personal"\n' + _pick(draw, on=("", '"own"', '"customers"'), base=("", '"0.4"'))
    if draw(st.booleans()):
        by = draw(
            st.sampled_from([by_figure(draw, ['"0.05"', '"0.25"']), own_value(draw, '"0.07"', '"0.2"')])
        )
        return f"{head}rate_by_rank = {by}\n"
    return head + _table(draw, "rate_by_rank", ranks, RATES, 0)


def _differential(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    options = _pick(
        draw, from_level=("", "2", "3"), to_level=("", "3", "5"), receivers=("", "", "1", "2"),
        source_counts=("", "false"), base=("", '"0.4"'),
    )  # fmt: skip
    options += _picked(draw)
    return 'kind = "differential"\n' + _tree(draw) + options + _table(draw, "rates", ranks, RATES, 0)


def _infinity(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    options = _pick(
        draw,
        above_levels=("", "1", "2"), from_level=("", "", "2"), to_level=("", "", "2", "4"),
        blocked_by=("", '"higher"'), one_more=("", "true"),
        own_blocks=("", "true"), base=("", '"0.4"'),
    )  # fmt: skip
    options += _picked(draw)
    return 'kind = "infinity"\n' + _tree(draw) + options + _table(draw, "rates", ranks, RATES, 0)


def _breakaway(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    options = _pick(
        draw,
        border=tuple(f'"{rank}"' for rank in ranks), minimum_group=("", "50", "500"),
        floor_rate=("", '"0.02"'), guaranteed=("", "100", "1000"), base=("", '"0.5"'),
        override=("", '"difference"'), least=("", '"0.03"'), inactive=("", '"keep"'),
    )  # fmt: skip
    return 'kind = "breakaway"\n' + _tree(draw) + options + _table(draw, "rates", ranks, RATES, 3)


def _group_level(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    options = _compression(draw, ranks) + _pick(
        draw,
        border=tuple(f'"{rank}"' for rank in ranks), inactive=("", '"keep"'), base=("", '"0.4"'),
        start=("", *STARTS),
    ) + _picked(draw) + draw(st.sampled_from(["", "", *(f"{opens}\n" for opens in OPENS)]))  # fmt: skip
    return 'kind = "group_level"\n' + _tree(draw) + options + _table(draw, "rates", ranks, RATES, 3)


def _grouped(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    options = _compression(draw, ranks) + _pick(draw, base=("", '"0.4"'), start=tuple(STARTS)) + _picked(draw)
    return 'kind = "grouped_level"\n' + _tree(draw) + options + _table(draw, "rates", ranks, RATES, 3)


def _fees(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    fees = ", ".join(f"{rank} = {draw(st.sampled_from([0, 40, 99.95]))}" for rank in ("none", *ranks))
    options = _compression(draw, ranks) + _pick(draw, kinds=tuple(KINDS_COUNTED)) + f"fees = {{ {fees} }}\n"
    return 'kind = "grouped_fee"\n' + _tree(draw) + options + _table(draw, "rates", ranks, RATES, 3)


def _after_earnings(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    """Tiers by what the bonuses before paid: B0 the stairstep, B1 the personal bonus."""
    bonuses = draw(st.sampled_from(['["B0"]', '["B1"]', '["B0", "B1"]']))
    rates = ['["0.05"]', '["0.10", "0.02"]']
    tiers = f"[[1, {draw(st.sampled_from(rates))}], [20, {draw(st.sampled_from(rates))}]]"
    options = (
        _tree(draw) + _pick(draw, compression=("", '"activity_skip"'), base=("", '"0.4"')) + _picked(draw)
    )
    return f'kind = "unilevel"\n{options}rates = {{ by = "earned", bonuses = {bonuses}, tiers = {tiers} }}\n'


def _amounts(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    options = _compression(draw, ranks) + _pieces(draw)
    options += _pick(draw, grouped=("", "true"), start=tuple(STARTS), on=tuple(ONS))
    options += draw(st.sampled_from(["", *(f"{opens}\n" for opens in OPENS)]))
    if "grouped" not in options and "threshold_rank" not in options and draw(st.booleans()):
        options += f"amounts = {by_figure(draw, ['[1, 2]', '[12]', '[0, 40, 1]'])}\n"
        return 'kind = "level_amount"\n' + _tree(draw) + options
    return 'kind = "level_amount"\n' + _tree(draw) + options + _table(draw, "amounts", ranks, AMOUNTS, 3)


def _roles(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    roles = draw(st.lists(st.sampled_from(ranks), min_size=1, max_size=4))
    amounts = [draw(st.sampled_from(AMOUNTS)) for _ in roles]
    return (
        f'kind = "role_shares"\nroles = {roles}\namounts = {amounts}\n'.replace("'", '"')
        + _tree(draw)
        + _pieces(draw)
    )


def _recruiter(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    options = _pieces(draw) + _pick(draw, full=("", "20", "40"))
    return 'kind = "recruiter"\n' + _tree(draw) + options + _table(draw, "direct", ranks, AMOUNTS, 0)


def _compression(draw: st.DrawFn, ranks: tuple[str, ...]) -> str:
    rules = [f'"{rule}"' for rule in COMPRESSIONS]
    rules += [f'{{ rule = "threshold_rank", rank = "{rank}" }}' for rank in ranks]
    return _pick(draw, compression=tuple(rules))


def _picked(draw: st.DrawFn) -> str:
    return _pick(draw, on=tuple(ONS), kinds=tuple(KINDS_COUNTED))


def _pieces(draw: st.DrawFn) -> str:
    return _pick(
        draw,
        per=("", '"member"', '"volume"'), each=("40",), kinds=("", '["kit"]', '["sale"]'),
        without_sale=("", "true"), days=("", "", "510"), first_orders=("", "", "1", "3"),
    )  # fmt: skip

"""Random plans of generations, matching and fast start, with ranks of every requirement kind, for groves."""

from hypothesis import strategies as st

from tests.support.strategies import RANKS, Case, companies, drawn, forest, plans
from tests.support.strategies_options import FACTS, KINDS_COUNTED, ONS, with_requirements

ACTIVE = (
    'match = "any"\nrequire = [{ kind = "orders" }, { kind = "fact", name = "training" }]',
    'require = [{ kind = "recent_volume", at_least = 100 }]',
    'match = "any"\nrequire = [{ kind = "personal_volume", at_least = 50 },'
    ' { kind = "customers", at_least = 1 }]',
    'require = [{ any = [{ kind = "accumulated_volume", at_least = 300, of = "personal" },'
    ' { kind = "retail_share", at_least = "0.5" }] }]',
)
_floors = st.sampled_from(["0", "50", "100", "250", '"333.33"', "1000"])
_counts = st.integers(0, 3)
_levels = st.sampled_from(["", ", levels = 1", ", levels = 2", ", levels = 3"])
_flags = st.sampled_from(["true", "false"])
_rates = st.sampled_from(["0", "0.01", "0.0125", "0.0333", "0.05", "0.10", "0.25"])


def grove(seed: int, count: int, *, ranked: bool) -> Case:
    """Hundreds of companies under one plan, the same for the same seed.

    `ranked`: ranks come from requirements of every kind; else from the facts of the company, so that all
    ranks are held by many.
    """
    ranks, two_trees = 1 + seed % len(RANKS), seed % 2 == 1
    plan = drawn(_plans(RANKS[:ranks], ranked=ranked), 10, seed)[-1]
    some = drawn(companies(12, two_trees, RANKS[:ranks]), count, seed)
    return Case(
        forest([*some, *drawn(companies(30, two_trees, RANKS[:ranks]), max(1, count // 20), seed)]), plan
    )


def calendar_grove(seed: int, count: int) -> Case:
    """The same with weekly bonuses, and matches by the month on what the weeks paid."""
    case = grove(seed, count, ranked=False)
    head, *bonuses = case.plan.split("[[bonus]]\n")
    timed = [f'calendar = "{"month" if "matching" in each else "week"}"\n{each}' for each in bonuses]
    decided = 'rank_calendar = "month"\n' if seed % 2 else ""
    cap = '\n[[cap]]\nbonuses = ["Level"]\namount = 25\n'
    return Case(case.tables, decided + "[[bonus]]\n".join([head, *timed]) + cap)


@st.composite
def _plans(draw: st.DrawFn, names: tuple[str, ...], *, ranked: bool) -> str:
    head = draw(plans(0)).split("[[bonus]]")[0]
    if push := draw(st.sampled_from(["", 'push_up = "push_up"', 'push_up = { at_least = "99.99" }'])):
        head = head.replace("[volume]", f"[volume]\n{push}")
    if draw(st.booleans()):
        head = head.replace("[activity]", f"[activity]\n{draw(st.sampled_from(ACTIVE))}")
    if draw(st.booleans()):
        head = f"rank_demotion = {draw(st.integers(0, 2))}\n" + head
    if draw(st.booleans()):
        head = f"rank_grace = {draw(st.integers(0, 2))}\n" + head
    ladder = [_rank(draw, step, name, names, ranked=ranked) for step, name in enumerate(names, 1)]
    own = '[[bonus]]\nname = "Own"\nkind = "personal"\nrate = "0.25"'
    level = '[[bonus]]\nname = "Level"\nkind = "unilevel"\nrates = ["0.10", "0.05"]'
    kinds = ["generation", "generation_all", "generation_matching", "matching", "fast_start", "pass_up"]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=3, max_size=5, unique=True))
    drawn_ones = [_bonus(draw, kind, names) for kind in chosen]
    return with_requirements(draw, "\n".join([head, *ladder, own, level, *drawn_ones]) + "\n")


def _rank(draw: st.DrawFn, step: int, name: str, names: tuple[str, ...], *, ranked: bool) -> str:
    lines = ["[[rank]]", f'name = "{name}"', f"must_be_active = {draw(_flags)}"]
    if draw(st.integers(0, 2)) == 0:
        lines.append(f"grace = {draw(st.integers(0, 2))}")
    if draw(st.integers(0, 3)) == 0:
        lines.append("permanent = true")
    if not ranked:
        floor = draw(st.sampled_from(["0", "0", "50"]))
        by_fact = f'{{ kind = "fact", name = "rank", at_least = {step - 1} }}'
        return "\n".join(
            [*lines, f'require = [{{ kind = "personal_volume", at_least = {floor} }}, {by_fact}]']
        )
    lines.append(f"match = {draw(st.sampled_from([chr(34) + 'all' + chr(34), chr(34) + 'any' + chr(34)]))}")
    require = ",\n  ".join(draw(st.lists(_conditions(names), min_size=1, max_size=3)))
    return "\n".join([*lines, f"require = [\n  {require},\n]"])


def _conditions(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A requirement, or several joined by all or any, at most two deep."""
    one = _requirements(names)
    inner = st.builds(
        "{{ {} = [{}] }}".format,
        st.sampled_from(["all", "any"]),
        st.lists(one, min_size=1, max_size=2).map(", ".join),
    )
    outer = st.builds(
        "{{ {} = [{}] }}".format,
        st.sampled_from(["all", "any"]),
        st.lists(st.one_of(one, inner), min_size=1, max_size=2).map(", ".join),
    )
    return st.one_of(one, one, one, outer)


def _requirements(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    shares = st.sampled_from(["0", "0.333333", "0.5", "0.55", "1"])
    ranks = st.sampled_from(names)
    return st.one_of(
        st.builds('kind = "personal_volume", at_least = {}'.format, _floors),
        st.builds('kind = "group_volume", at_least = {}, leg_cap = "{}"'.format, _floors, shares),
        st.builds('kind = "group_commissionable_volume", at_least = {}'.format, _floors),
        st.builds('kind = "legs_with_rank", at_least = {}, rank = "{}"'.format, _counts, ranks),
        st.builds('kind = "fact", at_least = {}, name = "{}"'.format, _counts, st.sampled_from(FACTS)),
        st.builds(
            'kind = "group_volume_smaller", at_least = {}, max_leg = "{}", with_own = {}'.format,
            _floors, shares, _flags,
        ),
        st.builds(
            'kind = "leg_shape", largest = {}, second = {}, rest = {}'.format, _floors, _floors, _floors
        ),
        st.builds(
            'kind = "active_frontline", at_least = {}, through = "{}", each = {}'.format,
            _counts, st.sampled_from(["none", "terminated", "inactive"]), _flags,
        ),
        st.builds(
            'kind = "personally_sponsored", at_least = {}, pv = {}, active = {}'.format,
            _counts, _floors, _flags,
        ),
        st.builds(
            'kind = "personally_sponsored", at_least = {}, pv = {}, per_leg = {}'.format,
            _counts, _floors, st.integers(1, 2),
        ),
        st.builds(
            'kind = "personally_sponsored", at_least = {}, active = {}, rank = "{}"'.format,
            _counts, _flags, ranks,
        ),
        st.builds(
            'kind = "personally_sponsored", at_least = {}, per_leg = {}, rank = "{}"'.format,
            _counts, st.integers(1, 2), ranks,
        ),
        st.builds(
            'kind = "customer_volume", at_least = {}, of = "{}"'.format,
            _floors, st.sampled_from(["personal", "group"]),
        ),
        st.builds('kind = "customers", at_least = {}, volume = {}'.format, _counts, _floors),
        st.builds(
            'kind = "retail_share", at_least = "{}", of = "{}"'.format,
            shares, st.sampled_from(["personal", "group"]),
        ),
        st.builds('kind = "team_volume", at_least = {}, levels = {}'.format, _floors, st.integers(1, 3)),
        st.builds(
            'kind = "accumulated_volume", at_least = {}, of = "{}"'.format,
            _floors, st.sampled_from(["personal", "group"]),
        ),
        st.builds(
            'kind = "group_volume", at_least = {}, leg_most = {}, own = {}'.format, _floors, _floors, _flags
        ),
        st.builds('kind = "legs_with_volume", at_least = {}, volume = {}'.format, _counts, _floors),
        st.builds('kind = "active_team", at_least = {}{}'.format, _counts, _levels),
        st.builds(
            'kind = "recent_volume", at_least = {}, periods = {}, how = "{}"'.format,
            _floors, st.integers(1, 3), st.sampled_from(["any", "every", "sum"]),
        ),
        st.builds(
            'kind = "orders", at_least = {}, on = "{}"{}'.format,
            _counts, st.sampled_from(["own", "customers", "all"]),
            st.sampled_from(["", "", ', kinds = ["kit"]', ', kinds = ["sale"], volume = "50.5"']),
        ),
        st.builds(
            'kind = "legs_with_rank", at_least = {}, rank = "{}", levels = {}'.format,
            _counts, ranks, st.integers(1, 2),
        ),
        st.builds('kind = "group_volume_after", at_least = {}, border = "{}"'.format, _floors, ranks),
    ).map(lambda text: f"{{ {text} }}")  # fmt: skip


def _bonus(draw: st.DrawFn, kind: str, names: tuple[str, ...]) -> str:
    lines = ["[[bonus]]", f'name = "B {kind}"', f'kind = "{kind}"']
    if kind.startswith("generation"):
        border = draw(st.sampled_from(names if kind == "generation" else (*names, "own", "own")))
        lines += [
            f'border = "{border}"',
            f'inactive = "{draw(st.sampled_from(["lose", "keep"]))}"',
        ]
    if kind == "generation":
        lines += [f"on = {draw(st.sampled_from(ONS))}", f"kinds = {draw(st.sampled_from(KINDS_COUNTED))}"]
    if kind in ("generation_all", "generation_matching"):
        lines.append(f'closes = "{draw(st.sampled_from(["in", "out"]))}"')
        lines.append(f"endless = {draw(_flags)}")
        lines += draw(st.sampled_from([[], ['lines = "source"']]))
    if kind.endswith("matching"):
        lines.append(draw(st.sampled_from(['bonuses = ["Own"]', 'bonuses = ["Own", "Level"]'])))
    if kind in ("matching", "fast_start"):
        rule = draw(st.sampled_from(["none", "status_skip", "activity_skip", "dynamic", "rank_relink"]))
        kept = draw(st.sampled_from(["lose", "keep"]))
        relink = f'{{ rule = "rank_relink", rank = "{draw(st.sampled_from(names))}", inactive = "{kept}" }}'
        lines.append(f"compression = {relink if rule == 'rank_relink' else chr(34) + rule + chr(34)}")
    if kind == "fast_start":
        lines += draw(st.sampled_from([[], ["days = 520"], ["days = 600"]]))
        lines += draw(st.sampled_from([[], ["first_orders = 1"], ["first_orders = 3"]]))
        lines += draw(st.sampled_from([[], ['kinds = ["kit"]']]))
        lines.append(f"customers = {draw(_flags)}")
    lines += draw(st.sampled_from([[], ['tree = "main"'], ['tree = "sponsor"']]))
    lines += draw(st.sampled_from([[], ['base = "0.4"']]))
    listed = ["none", *draw(st.lists(st.sampled_from(names), max_size=2, unique=True))]
    if kind == "pass_up":
        lines.append(f"first = {draw(st.integers(1, 3))}")
        lines += draw(st.sampled_from([[], ['of = "recruits"'], ['of = "recruits"']]))
        lines += [f"on = {draw(st.sampled_from(ONS))}", f"kinds = {draw(st.sampled_from(KINDS_COUNTED))}"]
        by_rank = [f'{name} = "{draw(_rates)}"' for name in listed]
        return "\n".join([*lines, "[bonus.rate]", *by_rank])
    rates = {name: draw(st.lists(_rates, min_size=1, max_size=3)) for name in listed}
    return "\n".join(
        [*lines, "[bonus.rates]", *(f"{name} = {_quoted(each)}" for name, each in rates.items())]
    )


def _quoted(values: list[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"

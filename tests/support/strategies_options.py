"""Values of options as plan files write them: those of whole plans, and those that level bonuses share."""

from hypothesis import strategies as st

FACTS = ("training", "rank")
OPENS = [
    "depth_by_active_legs = { 0 = 1, 1 = 2, 2 = 4 }",
    "depth_by_active_legs = { 1 = 2 }",
    'depth_by_active_legs = { 0 = 1, 1 = 2, 2 = 4 }\nlegs_through = "inactive"',
    'depth_by_active_legs = { 0 = 1, 1 = 2, 2 = 4 }\nlegs_through = "terminated"',
    "depth_by_recruits = { 0 = 1, 1 = 3 }",
    'depth_by_volume = [[0, 1], ["100.01", 2], [250, 4]]',
    'depth_by_recruits = [[1, 4]]\ndepth_by_volume = [["99.99", 3]]',
]
VOLUMES_OF_TIERS = [
    f'"{name}"'
    for name in (
        "personal_volume", "commissionable_volume", "customer_volume", "group_volume",
        "group_commissionable_volume",
    )
]  # fmt: skip
STARTS = ['"above"', '"buyer"', '"self"']
ONS = ['"all"', '"all"', '"own"', '"customers"']
KINDS_COUNTED = ["[]", "[]", '["kit"]', '["sale", "other"]']
TOP_OPTIONS = {
    "currency": ['"USD"', '"USD"', '"JPY"', '"KWD"', '{ code = "USDT", digits = 3 }'],
    "time_zone": ['"UTC"', '"America/New_York"', '"Asia/Kolkata"', '"Pacific/Auckland"'],
    "tree": ['"placement"', '"sponsor"'],
    "point_value": ['"1"', '"0.75"', '"1.333333"', '"12"'],
}
ROUNDING_OPTIONS = {"rule": ['"half_even"', '"half_up"', '"floor"'], "at": ['"line"', '"total"']}
VOLUME_OPTIONS = {
    "customers": ["true", "false"],
    "exclude_kinds": ["[]", "[]", '["kit"]', '["kit", "refund"]'],
}
REQUIRED = [
    "",
    "",
    "",
    'require = [{ kind = "personal_volume", at_least = 100 }]\n',
    'require = [{ kind = "personal_volume_by_rank", at_least = { none = 50 }, by = "now" }]\n',
    'match = "any"\n'
    'require = [{ kind = "fact", name = "rank" }, { kind = "active_frontline", at_least = 1 }]\n',
]
"""What a bonus may require of its payees."""
HELDS = st.builds(
    "periods = {}, by = {}, this_period = {}".format,
    st.sampled_from(["1", "2", "3", "2, at_least = 1", "3, at_least = 2"]),
    st.sampled_from(['"qualified"', '"paid"']),
    st.sampled_from(["false", "true"]),
)
"""How long, and how, a rank was held."""


def requirements(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One line of a rank's requirements, where the ranks are called so."""
    volumes = st.sampled_from(["0", "50", "100", "250", '"333.33"', "1000"])
    caps = st.sampled_from(["0.25", "0.333333", "0.4", "0.5", "0.8"])
    goals = st.sampled_from(["training", "rank"])
    own = st.sampled_from(["true", "false", "true, best_legs = 2", "false, best_legs = 1"])
    counts = st.integers(0, 3)
    return st.one_of(
        st.builds('kind = "personal_volume", at_least = {}'.format, volumes),
        st.builds('kind = "group_volume", at_least = {}'.format, volumes),
        st.builds(
            'kind = "personal_volume", at_least = {{ fact = "{}", otherwise = {} }}'.format, goals, volumes
        ),
        st.builds(
            'kind = "group_volume", at_least = {{ fact = "{}", otherwise = {} }}, leg_cap = "{}"'.format,
            goals, volumes, caps,
        ),
        st.builds(
            'kind = "group_volume", at_least = {}, leg_cap = "{}", cap_own = {}'.format, volumes, caps, own
        ),
        st.builds(
            'kind = "legs_with_rank", at_least = {}, rank = "{}"'.format, counts, st.sampled_from(names)
        ),
        st.builds('kind = "fact", at_least = {}, name = "{}"'.format, counts, st.sampled_from(FACTS)),
        st.builds('kind = "personal_volume_by_rank", at_least = {}'.format, st.just(floors(names[::2]))),
        st.builds('kind = "rank_held", rank = "{}", {}'.format, st.sampled_from(names), HELDS),
    ).map(lambda text: f"{{ {text} }}")  # fmt: skip


def with_requirements(draw: st.DrawFn, plan: str) -> str:
    """The plan, in which some bonuses now require something of their payees."""
    head, *bonuses = plan.split("[[bonus]]\n")
    required = [each if "guaranteed" in each else draw(st.sampled_from(REQUIRED)) + each for each in bonuses]
    return "[[bonus]]\n".join([head, *required])


def by_figure(draw: st.DrawFn, values: list[str]) -> str:
    """A table by tiers of a figure in place of the rank; the values are written as the plan file has them."""
    by = draw(st.sampled_from([*VOLUMES_OF_TIERS, '"fact", fact = "rank"']))
    floors = ["-1", "0", "1", "2"] if "fact" in by else ["0", '"0.01"', "100", '"250.5"', "1000"]
    some = draw(st.lists(st.sampled_from(range(len(floors))), min_size=1, max_size=3, unique=True))
    tiers = ", ".join(f"[{floors[place]}, {draw(st.sampled_from(values))}]" for place in sorted(some))
    return f"{{ by = {by}, tiers = [{tiers}] }}"


def own_value(draw: st.DrawFn, unit: str, most: str) -> str:
    """A fact of the member in place of a value."""
    name = draw(st.sampled_from(FACTS))
    return f'{{ by = "fact", fact = "{name}", unit = {unit}, most = {most} }}'


def with_fine_rates(draw: st.DrawFn, plan: str) -> str:
    """The plan, in which some rates now have seven decimals, which a `base` makes nine.

    Next to those a point of seven digits needs more than 64 bits.
    """
    if "0.0333" not in plan or draw(st.integers(0, 2)):
        return plan
    return plan.replace("0.0333", "0.0333333").replace('"1.333333"', '"1.25"').replace('"1.3333"', '"1.25"')


def floors(names: tuple[str, ...]) -> str:
    """An activity floor by rank."""
    return "{ " + ", ".join(f"{name} = {place * 40}" for place, name in enumerate(["none", *names])) + " }"

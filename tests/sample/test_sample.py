"""Generated companies: same bytes for the same arguments, correct tables, and the promised shapes."""

import csv
import hashlib
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from engine.commands.sample import sample
from engine.errors import UplineError
from engine.sample import Summary, make
from engine.sample.names import COUNTRIES
from engine.sample.tables import TABLES

MEMBERS = 4_000
SHAPES = ("bushy", "deep", "binary")
PERIOD_END = "2026-12-01"

Row = dict[str, str]


class Company:
    """A company as written, read back without any of the generator's code."""

    def __init__(self, directory: Path, summary: Summary) -> None:
        self.summary = summary
        self.members = read(directory / "members.csv")
        self.customers = read(directory / "customers.csv")
        self.orders = read(directory / "orders.csv")
        self.moves = read(directory / "moves.csv")
        self.by_id = {row["member_id"]: row for row in self.members}
        self.sponsor = {row["member_id"]: row["sponsor_id"] for row in self.members}
        self.placement = {row["member_id"]: row["placement_id"] for row in self.members}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def depth_of(parents: dict[str, str]) -> int:
    """Edges below the roots; fails on an orphan, and on a cycle, which never becomes reachable."""
    children = defaultdict(list)
    for child, parent in parents.items():
        assert not parent or parent in parents, f"{child} is under the unknown {parent}"
        children[parent].append(child)
    seen, depth, level = 0, -1, children[""]
    while level:
        seen, depth = seen + len(level), depth + 1
        level = [child for member in level for child in children[member]]
    assert seen == len(parents), "a cycle"
    return depth


@pytest.fixture(scope="module", params=SHAPES)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Company:
    directory = tmp_path_factory.mktemp(request.param)
    return Company(directory, make(MEMBERS, 11, request.param, directory))


# A change of these values changes every company that anyone has generated: write it in the changelog.
PINNED = {"bushy": "32d718da2ff2e98e", "deep": "560ee9d5ef946fbb", "binary": "1bf6df2196c75829"}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_arguments_make_the_same_bytes(shape: str, tmp_path: Path) -> None:
    make(300, 5, shape, tmp_path)
    content = b"".join((tmp_path / f"{table}.csv").read_bytes() for table in TABLES)
    assert hashlib.sha256(content).hexdigest()[:16] == PINNED[shape]


def test_another_seed_makes_another_company(tmp_path: Path) -> None:
    for seed in (1, 2):
        make(100, seed, "bushy", tmp_path / str(seed))
    for table in ("members", "customers", "orders", "moves"):
        first, second = ((tmp_path / seed / f"{table}.csv").read_bytes() for seed in "12")
        assert first != second


def test_more_months_leave_the_people_as_they_are(tmp_path: Path) -> None:
    for months in (1, 3):
        make(200, 3, "bushy", tmp_path / str(months), months=months)
    for table in ("members", "customers", "moves"):
        one, three = ((tmp_path / months / f"{table}.csv").read_bytes() for months in "13")
        assert one == three
    months_written = {row["ordered_at"][:7] for row in read(tmp_path / "3" / "orders.csv")}
    assert months_written == {"2026-09", "2026-10", "2026-11"}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("members", [1, 2, 3, 12, 41])
def test_small_companies_are_correct_too(shape: str, members: int, tmp_path: Path) -> None:
    small = Company(tmp_path, make(members, 1, shape, tmp_path))
    assert len(small.members) == members
    assert depth_of(small.sponsor) == small.summary.sponsor_depth


def test_members_are_correct(company: Company) -> None:
    assert len(company.by_id) == len(company.members) == MEMBERS
    assert [row["member_id"] for row in company.members] == [f"M{n:04d}" for n in range(1, MEMBERS + 1)]
    for row in company.members:
        assert row["name"]
        assert row["status"] in ("active", "suspended", "terminated")
        assert row["owner_id"] in company.by_id
        assert row["enrolled_on"] < PERIOD_END
        for parent in (row["sponsor_id"], row["placement_id"]):
            assert not parent or company.by_id[parent]["enrolled_on"] <= row["enrolled_on"]
    assert depth_of(company.sponsor) == company.summary.sponsor_depth
    assert [row["member_id"] for row in company.members if not row["sponsor_id"]] == ["M0001"]


def test_members_are_realistic(company: Company) -> None:
    countries = Counter(row["country"] for row in company.members)
    assert set(countries) == {country.code for country in COUNTRIES}
    assert countries.most_common(1)[0][0] == "US"
    statuses = Counter(row["status"] for row in company.members)
    assert 0.02 < statuses["terminated"] / MEMBERS < 0.06
    assert 0 < statuses["suspended"] / MEMBERS < 0.02
    joined = Counter(row["enrolled_on"][:4] for row in company.members)
    years = [joined[str(year)] for year in range(2019, 2027)]
    assert all(earlier < later for earlier, later in pairwise(years[:-1]))
    assert sum(sponsor == "M0001" for sponsor in company.sponsor.values()) < MEMBERS // 10
    recruited = Counter(company.sponsor.values())
    assert 0.4 < 1 - len(recruited) / MEMBERS < 0.75, "most members recruit nobody"


def test_market_shares_add_up() -> None:
    assert sum(country.share for country in COUNTRIES) == 1000
    for country in COUNTRIES:
        assert len(set(country.first_names)) == len(country.first_names), country.code
        assert len(set(country.family_names)) == len(country.family_names), country.code
        assert not any("," in name or '"' in name for name in country.first_names + country.family_names)


def test_one_tree_companies_name_no_placement_and_one_owner_each(company: Company) -> None:
    placed = [row for row in company.members if row["placement_id"] or row["leg"]]
    several = [row for row in company.members if row["owner_id"] != row["member_id"]]
    is_binary = company.summary.depth != company.summary.sponsor_depth
    assert bool(placed) == bool(several) == is_binary
    assert is_binary or all(move["tree"] == "sponsor" for move in company.moves)


def test_shapes_have_their_depth(tmp_path: Path) -> None:
    depths = {}
    for shape in SHAPES:
        company = Company(tmp_path / shape, make(5_000, 7, shape, tmp_path / shape))
        tree = company.placement if shape == "binary" else company.sponsor
        depths[shape] = depth_of({k: v for k, v in tree.items() if v or k == "M0001"})
        assert depths[shape] == company.summary.depth
    assert 15 <= depths["bushy"] <= 30
    assert depths["deep"] == 500
    assert 300 <= depths["binary"] <= 1_500


def test_the_deep_leg_has_other_members_along_it(tmp_path: Path) -> None:
    make(1_000, 7, "deep", tmp_path)
    sponsor = {row["member_id"]: row["sponsor_id"] for row in read(tmp_path / "members.csv")}
    chain = [f"M{number:04d}" for number in range(2, 1_000, 10)]
    assert [sponsor[member] for member in chain] == ["M0001", *chain[:-1]]
    others = [member for member, above in sponsor.items() if above in chain and member not in chain]
    assert len({sponsor[member] for member in others}) > 20


def test_binary_places_at_most_two_below_each_member(tmp_path: Path) -> None:
    summary = make(MEMBERS, 11, "binary", tmp_path)
    members = read(tmp_path / "members.csv")
    slots = Counter((row["placement_id"], row["leg"]) for row in members if row["placement_id"])
    assert max(slots.values()) == 1
    assert {leg for _, leg in slots} == {"L", "R"}
    tank = [row for row in members[1:] if not row["placement_id"]]
    assert 0 < len(tank) == summary.holding_tank < MEMBERS // 50
    assert not any(row["leg"] for row in tank)
    below = {row["placement_id"] for row in members} | {row["sponsor_id"] for row in members}
    assert not below & {row["member_id"] for row in tank}, "nobody is below the holding tank"


def test_binary_owners_of_several_positions(tmp_path: Path) -> None:
    make(MEMBERS, 11, "binary", tmp_path)
    by_id = {row["member_id"]: row for row in read(tmp_path / "members.csv")}
    further = [row for row in by_id.values() if row["owner_id"] != row["member_id"]]
    positions = Counter(row["owner_id"] for row in further)
    assert set(positions.values()) == {1, 2}
    for row in further:
        owner = by_id[row["owner_id"]]
        assert owner["owner_id"] == owner["member_id"]
        assert (row["name"], row["country"]) == (owner["name"], owner["country"])
        assert row["placement_id"] == row["sponsor_id"] == owner["member_id"]


def test_customers_are_correct(company: Company) -> None:
    assert len({row["customer_id"] for row in company.customers}) == len(company.customers)
    assert len(company.customers) == company.summary.customers > 0
    for row in company.customers:
        assert company.by_id[row["member_id"]]["enrolled_on"] <= row["since"] < PERIOD_END


def test_orders_are_correct(company: Company) -> None:
    customers = {row["customer_id"]: row for row in company.customers}
    by_id: dict[str, Row] = {}
    refunded = set()
    for row in company.orders:
        assert row["order_id"] not in by_id
        by_id[row["order_id"]] = row
        day = row["ordered_at"][:10]
        assert company.by_id[row["member_id"]]["enrolled_on"] <= day < PERIOD_END
        assert row["ordered_at"].endswith("Z")
        if row["customer_id"]:
            assert customers[row["customer_id"]]["member_id"] == row["member_id"]
            assert customers[row["customer_id"]]["since"] <= day
        figures = [Decimal(row[c]) for c in ("qualifying_volume", "commissionable_volume", "amount")]
        assert all(figure.as_tuple().exponent == -2 for figure in figures)
        assert row["currency"] == "USD"
        if row["kind"] != "refund":
            assert not row["refund_of"]
            assert min(figures) >= 0
            continue
        assert row["refund_of"] not in refunded, "no order is refunded twice"
        refunded.add(row["refund_of"])
        order = by_id[row["refund_of"]]  # It was written earlier.
        assert order["ordered_at"] < row["ordered_at"]
        assert order["kind"] != "refund"
        assert (order["member_id"], order["customer_id"]) == (row["member_id"], row["customer_id"])
        assert max(figures) < 0
        assert -figures[0] <= Decimal(order["qualifying_volume"])
        assert -figures[2] <= Decimal(order["amount"])
    moments = [row["ordered_at"] for row in company.orders]
    assert moments == sorted(moments)


def test_orders_are_realistic(company: Company) -> None:
    for month, orders, buyers in zip(
        company.summary.months, company.summary.orders, company.summary.buyers, strict=True
    ):
        rows = [
            row for row in company.orders if row["ordered_at"].startswith(month) and row["kind"] != "refund"
        ]
        own = {row["member_id"] for row in rows if not row["customer_id"] and row["kind"] != "kit"}
        assert (len(rows), len(own)) == (orders, buyers)
        assert 0.30 < buyers / MEMBERS < 0.60
        assert 0.2 < sum(bool(row["customer_id"]) for row in rows) / len(rows) < 0.6
    refunds = [row for row in company.orders if row["kind"] == "refund"]
    assert len(refunds) == company.summary.refunds
    assert 0.01 < len(refunds) / sum(company.summary.orders) < 0.02
    month_of = {row["order_id"]: row["ordered_at"][:7] for row in company.orders}
    earlier = [row for row in refunds if month_of[row["refund_of"]] < row["ordered_at"][:7]]
    assert earlier, "some are for orders of the previous month"
    assert all(month_of[row["refund_of"]] <= row["ordered_at"][:7] for row in refunds)
    for row in company.orders:
        qualifying, commissionable = Decimal(row["qualifying_volume"]), Decimal(row["commissionable_volume"])
        assert qualifying * 79 / 100 <= commissionable <= qualifying * 91 / 100 or row["kind"] == "refund"
        assert (row["kind"] == "kit") == (not qualifying)


def test_autoships_repeat(company: Company) -> None:
    baskets = defaultdict(list)
    for row in company.orders:
        if row["kind"] == "autoship":
            baskets[row["member_id"]].append((row["ordered_at"][8:10], row["qualifying_volume"]))
    twice = [both for both in baskets.values() if len(both) == 2]
    assert len(twice) > MEMBERS // 10
    assert all(first == second for first, second in twice)


def test_terminated_members_order_nothing_in_the_last_month(company: Company) -> None:
    terminated = {row["member_id"] for row in company.members if row["status"] == "terminated"}
    orders = [row for row in company.orders if row["member_id"] in terminated and row["kind"] != "refund"]
    assert orders, "some ordered before they left"
    assert {row["ordered_at"][:7] for row in orders} == {"2026-10"}


def test_moves_never_break_a_tree(company: Company) -> None:
    assert len(company.moves) == company.summary.moves >= 4
    now = {"sponsor": dict(company.sponsor), "placement": dict(company.placement)}
    legs = {row["member_id"]: row["leg"] for row in company.members}
    used = Counter((row["placement_id"], row["leg"]) for row in company.members if row["placement_id"])
    days = [move["effective_on"] for move in company.moves]
    assert days == sorted(days)
    assert days[0] < PERIOD_END <= days[-1], "before and after the period's end"
    for move in company.moves:
        member, parent, tree = move["member_id"], move["parent_id"], move["tree"]
        assert company.by_id[member]["enrolled_on"] <= move["effective_on"]
        assert company.by_id[parent]["enrolled_on"] <= move["effective_on"]
        assert (now[tree][member], legs[member]) != (parent, move["leg"]), "a move changes something"
        assert (
            abs(date.fromisoformat(move["effective_on"]) - date.fromisoformat(move["recorded_at"][:10])).days
            < 9
        )
        assert move["actor"]
        assert move["reason"]
        now[tree][member] = parent
        if tree == "placement":
            legs[member] = move["leg"]
            used[parent, move["leg"]] += 1
        else:
            assert not move["leg"]
        depth_of(now[tree])
    assert not used or max(used.values()) == 1, "a place is never given to a second member"


def test_some_member_moves_twice(tmp_path: Path) -> None:
    make(20_000, 1, "bushy", tmp_path)
    moved = Counter(row["member_id"] for row in read(tmp_path / "moves.csv"))
    assert max(moved.values()) == 2
    for member in (member for member, count in moved.items() if count == 2):
        first, second = (row for row in read(tmp_path / "moves.csv") if row["member_id"] == member)
        assert first["effective_on"] < PERIOD_END <= second["effective_on"]
        assert first["recorded_at"] < second["recorded_at"]


@pytest.mark.parametrize("shape", ["bushy", "binary"])
def test_parquet_has_the_same_values_as_csv(shape: str, tmp_path: Path) -> None:
    text = make(600, 9, shape, tmp_path / "csv")
    typed = make(600, 9, shape, tmp_path / "parquet", format="parquet")
    assert replace(text, files=()) == replace(typed, files=())
    for table, columns in TABLES.items():
        stored = pq.read_table(tmp_path / "parquet" / f"{table}.parquet")
        kinds = {"text": "string", "date": "date32[day]", "decimal": "decimal128(18, 2)"}
        assert [str(field.type) for field in stored.schema] == [
            kinds.get(kind, "timestamp[us, tz=UTC]") for _, kind in columns
        ]
        rows = [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in stored.to_pylist()
        ]
        for row, (name, kind) in product(rows, columns):
            if kind == "instant":
                row[name] = row[name].replace(" ", "T").replace("+00:00", "Z")
        assert rows == read(tmp_path / "csv" / f"{table}.csv")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"shape": "round"}, "unknown_shape"),
        ({"format": "xlsx"}, "unknown_format"),
        ({"currency": "JPY"}, "unknown_currency"),
        ({"members": 0}, "out_of_range"),
        ({"members": 10_000_001}, "out_of_range"),
        ({"months": 97}, "out_of_range"),
        ({"until": "2026-13"}, "bad_month"),
        ({"until": "2026-11-01"}, "bad_month"),
        ({"until": "1890-01"}, "bad_month"),
    ],
)
def test_refusals_have_names(arguments: dict[str, object], name: str, tmp_path: Path) -> None:
    valid: dict[str, object] = {"members": 10, "seed": 1, "shape": "bushy", "out": tmp_path / "out"}
    with pytest.raises(UplineError) as refused:
        make(**(valid | arguments))  # type: ignore[arg-type]
    assert refused.value.name == name
    assert refused.value.todo
    assert not (tmp_path / "out").exists()


def test_two_formats_never_share_a_folder(tmp_path: Path) -> None:
    make(10, 1, "bushy", tmp_path)
    with pytest.raises(UplineError, match="not_a_directory"):
        make(10, 1, "bushy", tmp_path / "orders.csv")
    with pytest.raises(UplineError, match="mixed_formats"):
        make(10, 1, "bushy", tmp_path, format="parquet")
    make(20, 1, "bushy", tmp_path)
    assert len(read(tmp_path / "members.csv")) == 20
    assert {path.name for path in tmp_path.iterdir()} == {f"{table}.csv" for table in TABLES}


def test_an_interrupted_sample_leaves_nothing_that_looks_like_a_company(tmp_path: Path) -> None:
    def interrupt(table: str, rows: int, expected: int) -> None:
        if table == "orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(50, 1, "bushy", tmp_path, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_with_the_rows_of_each_table(tmp_path: Path) -> None:
    last: dict[str, int] = {}
    summary = make(500, 1, "bushy", tmp_path, progress=lambda table, rows, _: last.update({table: rows}))
    orders = sum(summary.orders) + summary.refunds
    assert last == {
        "members": 500, "customers": summary.customers, "orders": orders, "moves": summary.moves,
    }  # fmt: skip


def test_the_command_prints_a_summary(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command("sample")(sample)
    printed = CliRunner().invoke(app, ["--members", "300", "--shape", "binary", "--out", str(tmp_path)])
    assert printed.exit_code == 0, printed.output
    for words in ("members", "300", "orders of 2026-11", "refunds", str(tmp_path)):
        assert words in printed.output
    as_json = CliRunner().invoke(app, ["--members", "300", "--json", "--out", str(tmp_path)])
    assert '"members": 300' in as_json.output

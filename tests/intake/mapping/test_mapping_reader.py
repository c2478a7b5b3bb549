"""Mapping files: what each key says, and that whatever is wrong is refused with its line, within a second."""

import copy
import json
import re
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.mapping.dates import CALENDARS, TOKENS
from engine.intake.mapping.mapping import CompanyMapping, Condition, MappingError, Numbers
from engine.intake.mapping.reader import READY, parse_mapping, read_mapping, ready_names
from tests.support import hostile

PATH = Path("mapping.toml")
SECONDS = 1.0
WHOLE = """
name = "whole"
time_zone = "Europe/Warsaw"
refunds = { other_member = "remark" }

[[table]]
table = "members"
file = ["a.csv", "b-*.csv"]
optional = true
encoding = "windows-1250"
delimiter = ";"
skip = 2
decimal = ","
thousands = " "
affixes = ["zł"]
dates = ["DD.MM.YYYY"]
calendar = "gregorian"
empty = ["0"]
time_zone = "UTC"
where = { Typ = ["Partner", "Lider"] }
where_not = { Stan = "test" }
only_with = ["sponsor_id"]

[table.columns]
member_id = "Numer"
sponsor_id = { column = "Polecił", itself = "empty", empty = ["0", "-"] }
enrolled_on = { first_of = ["Zapis", "Data"], format = ["YYYY-MM-DD"], calendar = "gregorian" }
name = { joined = ["Imię", "Nazwisko"], with = " " }
status = { column = "Stan", words = { Aktywny = "active" }, otherwise = "terminated" }
country = { value = "PL" }
owner_id = { column = "Numer", prefix = "O-", upper = true }

[[table]]
table = "orders"
file = "o.csv"

[table.columns]
order_id = "Id"
ordered_at = "Data"
kind = { value = "sale" }
qualifying_volume = { column = "Pkt", negative = true, decimal = ",", thousands = ".", affixes = ["PV"] }
commissionable_volume = "Pkt"
amount = "Kwota"
currency = { value = "PLN" }

[table.columns.member_id]
column = "Id"
lookup = { file = "who.csv", key = "Id", value = "Who", where = { A = "1" }, where_not = { B = "2" } }
"""
"""Every key of a mapping."""


def parsed(text: str) -> CompanyMapping:
    return parse_mapping(text, PATH)


def test_every_key_is_read() -> None:
    mapping = parsed(WHOLE)
    assert (mapping.time_zone, mapping.refund_rules) == ("Europe/Warsaw", {"other_member": "remark"})
    members, orders = mapping.feeds
    assert (members.files, members.optional, members.zone) == (("a.csv", "b-*.csv"), True, "UTC")
    assert (members.dialect.delimiter, members.dialect.encoding, members.dialect.skip) == (";", "cp1250", 2)
    assert members.where == (Condition("Typ", ("Partner", "Lider")), Condition("Stan", ("test",), but=True))
    columns = {column.target: column for column in members.columns}
    assert columns["sponsor_id"].empty == ("0", "-")
    assert columns["member_id"].empty == ("0",)
    assert (columns["name"].label, columns["enrolled_on"].label) == ("Imię and Nazwisko", "Zapis or Data")
    assert columns["status"].words == {"aktywny": "active"}
    volume = {column.target: column for column in orders.columns}["qualifying_volume"]
    assert (volume.numbers, volume.negative) == (Numbers(",", ".", ("PV",)), True)
    assert volume.place == "mapping.toml:41"
    lookup = {column.target: column for column in orders.columns}["member_id"].lookup
    assert lookup is not None
    assert lookup.where == (Condition("A", ("1",)), Condition("B", ("2",), but=True))


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ('name = "whole"', 'nome = "whole"', 2, "nome: is not an option here"),
        ('"Europe/Warsaw"', '"Europe/Warszawa"', 3, "no time zone is called"),
        ('"remark"', '"ignore"', 4, "must be one of refuse, remark"),
        ("other_member", "other_membre", 4, "other_membre: is not an option here"),
        ('table = "members"', 'table = "member"', 7, "Did you mean 'members'"),
        ('["a.csv", "b-*.csv"]', '"../a.csv"', 8, "must be the name of a file in the folder"),
        ('["a.csv", "b-*.csv"]', '"a.xlsx"', 8, "ends in none of .csv"),
        ('"windows-1250"', '"windows-1259"', 10, "Did you mean"),
        ('delimiter = ";"', 'delimiter = "::"', 11, "must be one of"),
        ("skip = 2", "skip = -1", 12, "must not be negative"),
        ('thousands = " "', 'thousands = ","', 14, "the same sign as that of decimals"),
        ('affixes = ["zł"]', 'affixes = ["1"]', 15, "may be part of a figure"),
        ('["DD.MM.YYYY"]', '["dd.mm.yyyy"]', 16, "is no part of a date"),
        ('["DD.MM.YYYY"]', '["ERAY.MM.DD"]', 16, "ERA and Y go together"),
        ('"gregorian"\nempty', '"maya"\nempty', 17, "must be one of gregorian"),
        ('Typ = ["Partner", "Lider"]', "Typ = 1", 20, "needs a text or a list of texts"),
        ('only_with = ["sponsor_id"]', 'only_with = ["leg"]', 22, "is no column that this entry feeds"),
        ('member_id = "Numer"', 'membre_id = "Numer"', 25, "Did you mean 'member_id'"),
        ('member_id = "Numer"\n', "", 24, "member_id of members is fed by nothing"),
        ('member_id = "Numer"', "member_id = 5", 25, "must be the name of a column or a table"),
        ('{ value = "PL" }', '{ value = "PL", column = "Kraj" }', 30, "needs one of column"),
        ('{ value = "PL" }', '{ format = "DD.MM.YYYY", value = "PL" }', 30, "holds no date"),
        ('{ value = "PL" }', '{ decimal = ",", value = "PL" }', 30, "holds no figure"),
        ('{ value = "PL" }', '{ vaule = "PL", column = "a" }', 30, "vaule: is not an option here"),
        ('{ Aktywny = "active" }', "{ Aktywny = 1 }", 29, "must be a table of texts"),
        ('file = "who.csv"', 'file = "*.csv"', 48, "must be one file"),
        ('key = "Id"', 'kee = "Id"', 48, "key: is missing"),
        ('table = "members"', 'table = "customers"', 26, "is no column of customers"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_line(before: str, after: str, line: int, message: str) -> None:
    assert WHOLE.count(before) >= 1
    with pytest.raises(MappingError) as caught:
        parsed(WHOLE.replace(before, after, 1))
    assert message in str(caught.value)
    assert caught.value.where == f"mapping.toml:{line}"


def test_a_mapping_that_feeds_no_members_or_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no entry feeds members"):
        parsed('name = "x"\n')
    with pytest.raises(MappingError, match=r"mapping\.toml:2: the mapping is not valid TOML"):
        parsed('name = "x"\nname\n')
    with pytest.raises(MappingError, match="Name a file, or a ready mapping: bydesign, exigo"):
        read_mapping(str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MappingError, match="no UTF-8 text"):
        read_mapping(str(tmp_path / "bad.toml"))
    with pytest.raises(MappingError):
        read_mapping("a\0b")
    with pytest.raises(MappingError, match="characters"):
        parsed("#" * 300_000)


Step = str | int


def places(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The way to every value of a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield (*path, key)
        yield from places(each, (*path, key))


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    if isinstance(value, str):
        return quoted(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def document(data: dict[str, Any]) -> str:
    """A mapping with each top key on a line, and each entry's keys on lines of their own."""
    lines = [f"{quoted(key)} = {toml(value)}" for key, value in data.items() if key != "table"]
    entries = data.get("table")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries) or not entries:
        return "\n".join([*lines, f"table = {toml(entries)}"]) + "\n"
    for entry in entries:
        lines += ["[[table]]", *(f"{quoted(key)} = {toml(value)}" for key, value in entry.items())]
    return "\n".join(lines) + "\n"


DATA = tomllib.loads(WHOLE)
PLACES = list(places(DATA))
_values = st.one_of(
    hostile.anything, st.integers(-(10**30), 10**30), st.booleans(), st.floats(),
    st.lists(hostile.texts, max_size=3), st.dictionaries(hostile.texts, hostile.texts, max_size=3),
    st.lists(st.dictionaries(hostile.texts, hostile.texts, max_size=2), max_size=2),
)  # fmt: skip


@pytest.mark.parametrize("path", PLACES, ids=["/".join(map(str, path)) for path in PLACES])
@settings(max_examples=12)
@given(value=_values)
def test_a_hostile_value_of_any_key_is_refused_or_read(path: tuple[Step, ...], value: Any) -> None:
    data = copy.deepcopy(DATA)
    table: Any = data
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = value
    text = document(data)
    began = time.process_time()
    try:
        parsed(text)
    except MappingError as error:
        assert re.match(r"mapping\.toml(:\d+)?: ", str(error))  # noqa: PT017
        assert len(str(error)) < 2_000  # noqa: PT017
    assert time.process_time() - began < SECONDS


def test_the_ready_mappings_are_named_like_their_files() -> None:
    assert ready_names() == ["bydesign", "exigo", "odoo", "woocommerce-affiliatewp"]
    for name in ready_names():
        assert read_mapping(name).name == name
        assert max(map(len, (READY / f"{name}.toml").read_text(encoding="utf-8").splitlines())) <= 120


def test_the_page_on_mappings_has_every_key_and_its_example_is_one() -> None:
    page = (Path(__file__).parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert parsed(example).feeds[0].table == "members"
    keys = {path[-1] for path in PLACES if "columns" not in path[-2:] and "words" not in path}
    written = {
        key for key in keys if isinstance(key, str) and key not in ("columns", "table", "other_member")
    }
    of_files = {"Typ", "Stan", "Aktywny", "A", "B", "key"}
    assert [key for key in sorted(written - of_files) if f"`{key}`" not in page] == []
    assert [name for name in (*TOKENS, *CALENDARS) if f"`{name}`" not in page] == []
    assert [name for name in ready_names() if f"| `{name}` |" not in page] == []

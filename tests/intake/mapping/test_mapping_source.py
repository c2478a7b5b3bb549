"""A company's own files, read by a mapping: what becomes of their rows, and what is refused, and how."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from engine.compute import compute
from engine.genealogy.changes.lane import Company, read_company
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.intake.load import Load, check
from engine.intake.mapping.mapping import CompanyMapping
from engine.intake.mapping.reader import parse_mapping
from engine.intake.refusals import ImportRefusedError
from engine.progress import silent
from tests.conftest import Upline
from tests.support.small_tables import dump

FIELD = Path(__file__).parent.parent.parent / "cases" / "field"
PEOPLE = """Raport: osoby
Numer;Imię;Nazwisko;Typ;Stan;Polecił;Zapis
1;Żaneta;Łuk;Partner;Aktywny;1;01.02.2026
2;Józef;Cień;Partner;Zawieszony;1;3.2.2026
K7;Ewa;Śliwa;Klient;Aktywny;2;4.2.2026
3;Bób;;Partner;Aktywny;2;05.02.2026
X;Test;;Test;Aktywny;;05.02.2026
"""
SALES = """Id;Data;Kto;Klient;Punkty;Kwota
Z/1;10.03.2026 23:30;2;;1.250,5;1.500,00 zł
Z/2;11.03.2026 08:00;2;K7;10;12,50 zł
"""
RETURNS = "Korekta;Do;Data;Kto;Klient;Punkty;Kwota\nR/1;Z/1;12.03.2026;2;;250,5;300,00 zł\n"
MAPPING = """
name = "polska"
time_zone = "Europe/Warsaw"

[[table]]
table = "members"
file = "osoby.csv"
encoding = "windows-1250"
delimiter = ";"
skip = 1
where = { Typ = "Partner" }
dates = ["DD.MM.YYYY"]
[table.columns]
member_id = "Numer"
sponsor_id = { column = "Polecił", itself = "empty" }
enrolled_on = "Zapis"
name = { joined = ["Imię", "Nazwisko"] }
status = { column = "Stan", words = { Aktywny = "active", Zawieszony = "suspended" } }
country = { value = "PL" }

[[table]]
table = "customers"
file = "osoby.csv"
encoding = "windows-1250"
delimiter = ";"
skip = 1
where = { Typ = "Klient" }
dates = ["DD.MM.YYYY"]
[table.columns]
customer_id = "Numer"
member_id = "Polecił"
name = { joined = ["Imię", "Nazwisko"] }
since = "Zapis"

[[table]]
table = "orders"
file = "sprzedaz-*.csv"
delimiter = ";"
decimal = ","
thousands = "."
affixes = ["zł"]
dates = ["DD.MM.YYYY hh:mm", "DD.MM.YYYY"]
[table.columns]
order_id = "Id"
ordered_at = "Data"
member_id = "Kto"
customer_id = "Klient"
kind = { value = "sale" }
qualifying_volume = "Punkty"
commissionable_volume = "Punkty"
amount = "Kwota"
currency = { value = "PLN" }

[[table]]
table = "orders"
file = "korekty.csv"
delimiter = ";"
decimal = ","
affixes = ["zł"]
dates = ["DD.MM.YYYY"]
optional = true
[table.columns]
order_id = "Korekta"
ordered_at = "Data"
member_id = "Kto"
customer_id = "Klient"
kind = { value = "refund" }
qualifying_volume = { column = "Punkty", negative = true }
commissionable_volume = { column = "Punkty", negative = true }
amount = { column = "Kwota", negative = true }
currency = { value = "PLN" }
refund_of = "Do"
"""


def polish(text: str = MAPPING) -> CompanyMapping:
    return parse_mapping(text, Path("polska.toml"))


def export(folder: Path, people: str = PEOPLE, sales: str = SALES, returns: str | None = RETURNS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "osoby.csv").write_text(people, encoding="cp1250")
    (folder / "sprzedaz-03.csv").write_text(sales, encoding="utf-8")
    if returns:
        (folder / "korekty.csv").write_text(returns, encoding="utf-8")
    return folder


def loaded(folder: Path, mapping: CompanyMapping | None = None) -> Load:
    return check(None, folder, Company(), None, {}, silent, mapping or polish())


def refusals(load: Load) -> list[tuple[str, str, str]]:
    return [(one.name, one.where, one.what) for one in load.refusals.resolve()]


def test_a_companys_own_files_become_its_tables(tmp_path: Path) -> None:
    load = loaded(export(tmp_path))
    assert refusals(load) == []
    assert load.zone.key == "Europe/Warsaw"
    people = load.members.added.select(["member_id", "name", "status", "sponsor_id", "country"]).to_pylist()
    assert [tuple(row.values()) for row in people] == [
        ("1", "Żaneta Łuk", "active", None, "PL"),
        ("2", "Józef Cień", "suspended", "1", "PL"),
        ("3", "Bób", "active", "2", "PL"),
    ]
    assert load.customers
    assert load.orders
    assert load.customers.added["customer_id"].to_pylist() == ["K7"]
    orders = load.orders.added
    assert orders["order_id"].to_pylist() == ["Z/1", "Z/2", "R/1"]
    assert [at.isoformat() for at in orders["ordered_at"].to_pylist()] == [
        "2026-03-10T22:30:00+00:00", "2026-03-11T07:00:00+00:00", "2026-03-11T23:00:00+00:00",
    ]  # fmt: skip
    assert orders["qualifying_volume"].to_pylist() == [1250_50, 10_00, -250_50]
    assert orders["amount"].to_pylist() == [1500_00, 12_50, -300_00]
    assert load.warnings == ["osoby.csv: 1 row feeds no table, as the mapping says"]
    assert set(load.files) == {"osoby.csv", "sprzedaz-03.csv", "korekty.csv", "mapping polska"}


def test_every_refusal_names_their_file_line_and_column(tmp_path: Path) -> None:
    """Of a row with a value that cannot be read, only such values are refused."""
    people = PEOPLE.replace("3.2.2026", "30.2.2026").replace("K7;Ewa;Śliwa;Klient", "3;Ewa;Śliwa;Partner")
    people = people.replace("Partner;Aktywny;1;01.02.2026", "Partner;Usunięty;1;1 lutego")
    sales = SALES.replace("1.250,5", "1,250.5").replace("12,50 zł", "12,505 zł").replace(";K7;", ";K9;")
    returns = RETURNS.replace("300,00", "kwota")
    refused = refusals(loaded(export(tmp_path, people, sales, returns)))
    figure = "is no figure with decimals by ','"
    assert [each for each in refused if not each[0].startswith("refused_")] == [
        ("bad_date", "osoby.csv:3", "Zapis (enrolled_on) '1 lutego' is no date of the form DD.MM.YYYY"),
        ("unknown_word", "osoby.csv:3", "Stan (status) 'Usunięty' is no word of the mapping"),
        ("bad_date", "osoby.csv:4", "Zapis (enrolled_on) '2026-02-30' is not a date"),
        ("duplicate_id", "osoby.csv:6", "Numer (member_id) 3 is there more than once"),
        (
            "bad_decimal", "sprzedaz-03.csv:2",
            f"Punkty (qualifying_volume) '1,250.5' {figure} and groups by '.'",
        ),
        (
            "bad_decimal", "sprzedaz-03.csv:3",
            "Kwota (amount) 12.505 has too many decimals: the currency has fewer",
        ),
        ("unknown_customer", "sprzedaz-03.csv:3", "customer K9 is not known"),
        ("bad_decimal", "korekty.csv:2", f"Kwota (amount) 'kwota zł' {figure}"),
    ]  # fmt: skip


def test_what_is_missing_in_a_file_names_the_line_of_the_mapping(tmp_path: Path) -> None:
    folder = export(tmp_path, people=PEOPLE.replace("Polecił", "Sponsor"))
    with pytest.raises(ImportRefusedError) as caught:
        loaded(folder)
    assert {(one.name, one.where) for one in caught.value.refusals} == {("missing_column", "osoby.csv:2")}
    (refusal, *_) = caught.value.refusals
    assert refusal.what.startswith(
        "column Polecił is missing, which the mapping reads; there are Numer, Imię"
    )
    assert "polska.toml:15" in refusal.todo
    (folder / "sprzedaz-03.csv").unlink()
    with pytest.raises(ImportRefusedError, match=r"there is no sprzedaz-\*\.csv"):
        loaded(folder)


def test_a_wrong_encoding_or_delimiter_of_the_mapping_is_told(tmp_path: Path) -> None:
    folder = export(tmp_path)
    with pytest.raises(ImportRefusedError, match=r"osoby\.csv:2: byte 0x.. is not UTF-8 \[wrong_encoding\]"):
        loaded(folder, polish(MAPPING.replace("windows-1250", "utf-8")))
    with pytest.raises(ImportRefusedError, match=r"sprzedaz-03\.csv:1: column Id is missing"):
        loaded(folder, polish(MAPPING.replace('sprzedaz-*.csv"\ndelimiter = ";"', 'sprzedaz-*.csv"')))


def test_broken_rows_are_refused_by_their_line_whatever_conditions_say(tmp_path: Path) -> None:
    refused = refusals(
        loaded(export(tmp_path, people=PEOPLE.replace("X;Test;;Test;Aktywny;;05.02.2026", "X;Test;;Te")))
    )
    assert refused == [("wrong_field_count", "osoby.csv:7", "the row has 4 fields, the header 7")]


def test_several_files_of_one_table_are_one_table(tmp_path: Path) -> None:
    folder = export(tmp_path)
    (folder / "sprzedaz-04.csv").write_text(
        SALES.replace("Z/2", "Z/4").replace("Z/1", "Z/2"), encoding="utf-8"
    )
    refused = refusals(loaded(folder))
    assert refused == [
        ("duplicate_id", "sprzedaz-04.csv:2", "Id, Korekta (order_id) Z/2 is there more than once")
    ]


def test_parquet_is_mapped_too(tmp_path: Path) -> None:
    people = {
        "Id": ["a", "b"],
        "By": ["a", "a"],
        "On": pa.array([19_000, 19_001], pa.date32()),
        "Kind": ["P", "P"],
    }
    pa.parquet.write_table(pa.table(people), tmp_path / "p.parquet")
    text = """
        [[table]]
        table = "members"
        file = "p.parquet"
        where = { Kind = "P" }
        [table.columns]
        member_id = { column = "Id", prefix = "M-" }
        sponsor_id = { column = "By", itself = "empty", prefix = "M-" }
        enrolled_on = "On"
    """
    load = loaded(tmp_path, polish(text))
    assert refusals(load) == []
    assert load.members.added["member_id"].to_pylist() == ["M-a", "M-b"]
    assert load.members.added["sponsor_id"].to_pylist() == [None, "M-a"]


def test_a_lookup_reads_its_file_as_that_is_written(tmp_path: Path) -> None:
    """As the lookup says, or like the entry that reads the same file."""
    own = '{ file = "kto.csv", key = "Zam", value = "Kto", encoding = "windows-1250", delimiter = "|" }'
    people = '{ file = "osoby.csv", key = "Numer", value = "Numer" }'
    by_order = f'member_id = {{ column = "Id", lookup = {own} }}'
    by_person = f'member_id = {{ column = "Kto", lookup = {people} }}'
    sales, refunds = MAPPING.split('file = "korekty.csv"')
    text = sales.replace('member_id = "Kto"', by_order) + 'file = "korekty.csv"'
    text += refunds.replace('member_id = "Kto"', by_person)
    (export(tmp_path) / "kto.csv").write_text("Zam|Kto|Ł\nZ/1|2|ą\nZ/2|3|ą\n", encoding="cp1250")
    load = loaded(tmp_path, polish(text))
    assert refusals(load) == []
    assert load.orders
    assert load.orders.added["member_id"].to_pylist() == ["2", "3", "2"]
    assert "kto.csv" in load.files
    (tmp_path / "kto.csv").write_text("Zam|Kto|Ł\nZ/1|2|ą\n|3|ą\n", encoding="cp1250")
    ((name, where, what),) = refusals(loaded(tmp_path, polish(text)))
    assert (name, where) == ("missing_value", "sprzedaz-03.csv:3")
    assert what == "Id, looked up in kto.csv, Kto, looked up in osoby.csv (member_id) is empty"


JAPANESE = """
time_zone = "Asia/Tokyo"
[[table]]
table = "members"
file = "members.csv"
encoding = "{encoding}"
delimiter = "{delimiter}"
dates = ["YYYY-MM-DD", "YYYY/MM/DD", "ERAY年MM月DD日", "YYYY年MM月DD日"]
calendar = "japanese"
[table.columns]
member_id = "{names[0]}"
name = "{names[1]}"
status = {{ column = "{names[2]}", words = {{ "アクティブ" = "active", "休会中" = "suspended" }} }}
enrolled_on = "{names[3]}"
placement_id = "{names[4]}"
sponsor_id = "{names[5]}"
"""
OURS = ("member_id", "name", "status", "enrolled_on", "placement_id", "sponsor_id")
THEIRS = ("会員番号", "氏名", "ステータス", "登録日", "直上者ID", "紹介者ID")


@pytest.mark.parametrize(
    ("folder", "encoding", "delimiter", "names"),
    [
        ("raw", "utf-8", ",", THEIRS), ("company", "utf-8", ",", OURS), ("semi", "utf-8", ";", OURS),
        ("sjis", "shift-jis", ",", OURS),
    ],
)  # fmt: skip
def test_a_template_in_another_language_calendar_and_encoding(
    folder: str, encoding: str, delimiter: str, names: tuple[str, ...]
) -> None:
    text = JAPANESE.format(encoding=encoding, delimiter=delimiter, names=names)
    load = loaded(FIELD / "10-japanese-template" / folder, polish(text))
    days = dict(
        zip(
            load.members.added["member_id"].to_pylist(),
            load.members.added["enrolled_on"].to_pylist(),
            strict=True,
        )
    )
    if folder == "raw":
        assert refusals(load) == []
        assert {name: str(day) for name, day in days.items()} == {"1001": "2023-01-15", "1002": "2022-12-01"}
        return
    ((name, where, _),) = refusals(load)
    assert (name, where) == ("bad_date", "members.csv:6")
    assert {name: str(day) for name, day in days.items()} == {
        "1001": "2023-01-15", "1002": "2022-12-01", "1003": "2023-04-01", "1004": "2021-08-15",
        "1006": "2023-02-28",
    }  # fmt: skip
    statuses = load.members.added["status"].to_pylist()
    assert statuses == ["active", "active", "active", "suspended", "active"]


def test_a_referral_export_is_read_as_it_is(tmp_path: Path) -> None:
    """Addresses as ids; the root names itself, and one sponsor is not in the file."""
    text = """
        [[table]]
        table = "members"
        file = "members.csv"
        [table.columns]
        member_id = "USER BEP20 ADDRESS"
        sponsor_id = { column = "REFERAL ADDRESS", itself = "empty" }
        enrolled_on = { value = "2026-01-01" }
    """
    refused = refusals(loaded(FIELD / "09-referral-export-import" / "raw", polish(text)))
    assert [(name, where) for name, where, _ in refused] == [
        ("unknown_sponsor", "members.csv:6"), ("duplicate_id", "members.csv:8"),
        ("refused_sponsor", "members.csv:7"),
    ]  # fmt: skip
    assert refused[1][2].startswith("USER BEP20 ADDRESS (member_id) 0xAa03 is there more than once")


def test_a_mapped_import_is_stored_counted_and_repeated_like_any_other(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    folder = export(tmp_path / "export")
    mapping = tmp_path / "polska.toml"
    mapping.write_text(MAPPING + "\n", encoding="utf-8")
    report = import_company(graph, folder, mapping=polish())
    assert (report.members.added, report.customers.added, report.orders.added) == (3, 1, 3)
    assert report.time_zone == "Europe/Warsaw"
    before = dump(graph)
    done = upline("import", folder, "--mapping", mapping, "--json")
    assert done.returncode == 0, done.stderr
    assert '"unchanged": 3' in done.stdout
    assert dump(graph) == before
    assert read_company(graph).last_change == 1
    export(folder, sales=SALES.replace("12,50 zł", "12,60 zł"))
    with pytest.raises(ImportRefusedError, match=r"csv:3: order Z/2 is stored with another amount"):
        import_company(graph, folder, mapping=replace(polish(), time_zone=None))


def test_refused_rows_of_a_mapped_file_are_kept_as_they_were(graph: Graph, tmp_path: Path) -> None:
    folder = export(tmp_path / "export", people=PEOPLE.replace("05.02.2026\nX", "5 lutego\nX"))
    import_company(graph, folder, mapping=polish(), accept_valid=True, refusals_to=tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "osoby.csv,6,bad_date," in text
    assert "3,Bób,,Partner,Aktywny,2,5 lutego" in text


def test_tables_in_tables_out_takes_a_mapping(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text('name = "P"\ncurrency = "PLN"\ntime_zone = "Europe/Warsaw"\n')
    folder = export(tmp_path / "export")
    report, runs = compute(
        folder, tmp_path / "plan.toml", ["2026-03"], tmp_path / "out", mapping=polish(), graph=graph
    )
    assert (report.orders.added, runs[0].facts["orders_counted"]) == (3, 3)

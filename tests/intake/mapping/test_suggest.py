"""Proposed mappings: they can be read as they are, fit the files they were made for, and leave them alone."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.genealogy.changes.lane import Company
from engine.intake.load import check
from engine.intake.mapping.mapping import MappingError
from engine.intake.mapping.reader import parse_mapping
from engine.intake.mapping.samples import forms_of, numbers_of, sample
from engine.intake.mapping.suggest import NothingToMapError, suggest
from engine.intake.mapping.synonyms import plain, rank, status_of
from engine.progress import silent
from tests.conftest import Upline
from tests.support import hostile

FIELD = Path(__file__).parent.parent.parent / "cases" / "field"
PEOPLE = """Numer;Imię i nazwisko;Typ;Status;Polecający;Data rejestracji
1;Żaneta Łuk;Partner;Aktywny;0;13.02.2026
2;Józef Cień;Partner;Zawieszony;1;14.02.2026
3;Bób;Klient;Dziwny;1;15.02.2026
"""
SALES = """Numer zamówienia;Data zamówienia;Partner ID;Punkty;Kwota;Waluta
Z/1;20.03.2026 10:00;2;1.250,50;1.500,00;PLN
Z/2;21.03.2026 08:00;2;10,00;12,50;PLN
"""


def export(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "osoby.csv").write_text(PEOPLE, encoding="cp1250")
    (folder / "zamowienia.csv").write_text(SALES, encoding="utf-8")
    return folder


def test_a_polish_export_is_proposed_with_its_questions(tmp_path: Path, upline: Upline) -> None:
    folder = export(tmp_path / "export")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = upline("mapping", "suggest", folder)
    assert done.returncode == 0, done.stderr
    text = done.stdout
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert 'encoding = "windows-1250" # ? a guess' in text
    assert 'member_id = "Numer"' in text
    assert 'sponsor_id = { column = "Polecający", empty = ["0"] }' in text
    assert 'enrolled_on = { column = "Data rejestracji", format = "DD.MM.YYYY" }' in text
    assert '"Aktywny" = "active", "Zawieszony" = "suspended"' in text
    assert "? what does Dziwny mean?" in text
    assert '# ? Is every row one of members? Otherwise say which: where = { "Typ" = "Partner" }' in text
    assert 'amount = { column = "Kwota", decimal = ",", thousands = "." }' in text
    assert 'kind = { value = "sale" } # ? no column looks like it' in text
    answered = text.replace('"Zawieszony" = "suspended"', '"Zawieszony" = "suspended", Dziwny = "terminated"')
    load = check(None, folder, Company(), None, {}, silent, parse_mapping(answered, Path("m.toml")))
    assert load.refusals.resolve() == []
    assert load.orders
    assert load.orders.added["amount"].to_pylist() == [1500_00, 12_50]


@pytest.mark.parametrize("folder", ["raw", "semi", "sjis"])
def test_the_japanese_template_is_proposed(folder: str) -> None:
    text = suggest(FIELD / "10-japanese-template" / folder)
    load = check(
        None, FIELD / "10-japanese-template" / folder, Company(), None, {}, silent,
        parse_mapping(text, Path("m.toml")),
    )  # fmt: skip
    assert {one.where for one in load.refusals.resolve()} <= {"members.csv:6"}, "there is no such day"
    assert len(load.members.new) == (2 if folder == "raw" else 5)


def test_ids_are_the_column_that_sponsors_are_in() -> None:
    text = suggest(FIELD / "09-referral-export-import" / "raw")
    assert 'member_id = "USER BEP20 ADDRESS"' in text
    assert (
        'sponsor_id = { column = "REFERAL ADDRESS", itself = "empty" } # ? not among the members: 0xGone'
        in text
    )


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\0\0\0")
    with pytest.raises(NothingToMapError):
        suggest(tmp_path)


@settings(max_examples=60)
@given(
    names=st.lists(hostile.texts, min_size=2, max_size=5),
    values=st.lists(hostile.anything, min_size=2, max_size=5),
)
def test_whatever_the_files_hold_the_proposal_can_be_read(
    names: list[str], values: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    clean = [json.dumps(text.replace("\ud800", "")).replace("\\", "") for text in (*names, *values)]
    heads = ["Member ID", "Sponsor", *clean[: len(names)]]
    rows = ["1", "1", *clean[len(names) : 2 * len(names)]]
    (folder / "a.csv").write_text(",".join(heads) + "\n" + ",".join(rows) + "\n", encoding="utf-8")
    try:
        text = suggest(folder)
    except NothingToMapError:
        return
    try:
        parse_mapping(text, Path("m.toml"))
    except MappingError as error:
        assert "no entry feeds members" in str(error)  # noqa: PT017


def test_forms_and_notations_are_told_apart() -> None:
    assert forms_of(["13.02.2026", "01.02.2026"]) == ["DD.MM.YYYY"]
    assert forms_of(["01/02/2026"]) == ["DD/MM/YYYY", "MM/DD/YYYY"]
    assert forms_of(["2023-01-15", "2022/12/01"]) == ["YYYY-MM-DD", "YYYY/MM/DD"]
    assert forms_of(["soon"]) == []
    comma = numbers_of(["1,5", "10"])
    assert comma
    assert comma.decimal == ","
    assert numbers_of(["x"]) is None
    assert (plain("Member_ID"), plain("ＭＥＭＢＥＲ-id")) == ("member id", "member id")
    assert rank("CustomerID", "customer id|x") == 0
    assert (status_of("休会中"), status_of("Dziwny")) == ("suspended", None)


def test_encodings_are_guessed_by_their_letters(tmp_path: Path) -> None:
    for encoding, text in (
        ("windows-1250", "Numer,Imię\n1,Żółć\n"), ("windows-1251", "Номер,Имя\n1,Анна\n"),
        ("windows-1252", "Nummer,Name\n1,Jürgen Größe\n"), ("shift-jis", "番号,なまえ\n1,はなこ\n"),
        ("euc-kr", "번호,이름\n1,홍길동\n"), ("utf-16", "Id,Name\n1,Ann\n"), ("utf-8", "Id,Name\n1,Żółć\n"),
    ):  # fmt: skip
        path = tmp_path / f"{encoding}.csv"
        path.write_text(text, encoding={"shift-jis": "cp932", "euc-kr": "cp949"}.get(encoding, encoding))
        seen = sample(path)
        assert seen
        assert (seen.encoding, seen.guessed) == (encoding, not encoding.startswith("utf"))


def test_ready_mappings_are_listed_and_shown(upline: Upline) -> None:
    listed = upline("mapping", "list").stdout
    assert "exigo  members, customers, orders" in listed
    assert 'table = "members"' in upline("mapping", "show", "odoo").stdout
    refused = upline("mapping", "show", "nothing")
    assert (refused.returncode, "[mapping]" in refused.stderr) == (2, True)

"""The canonical form: hashes of content, whatever the order, the pieces and the memory."""

import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from engine.archive import sorting
from engine.archive.content import BOOLEAN, INTEGER, TEXT, TableForm, block_hash, blocks, table_hash
from engine.archive.files import (
    ChainBrokenError,
    OtherContentError,
    TableAlteredError,
    TableMissingError,
    check_chain,
    check_files,
)
from engine.archive.manifest import (
    OF_CONTENT,
    ArchivedTable,
    Manifest,
    ManifestAlteredError,
    ManifestMissingError,
    ManifestVersionError,
)
from engine.archive.writing import OPTIONS
from engine.errors import UplineError

LAYOUT = TableForm(
    "lines",
    (("bonus", TEXT), ("source_id", TEXT), ("level", INTEGER), ("paid", BOOLEAN)),
    ("bonus", "source_id", "level", "paid"),
)
WORDS = ["a", "", "B", "ż", "😀", "z\uffff", "1", "10", "2", None]


def sorted_rows(folder: Path, rows: list[tuple[Any, ...]]) -> tuple[str, list[tuple[Any, ...]]]:
    sorter = sorting.Sorter(LAYOUT, folder)
    sorter.add(rows)
    of_table = list(blocks(sorter.sorted(), 100))
    assert list(folder.glob("*.arrow")) == []
    listed = [tuple(row.values()) for block in of_table for row in block.to_pylist()]
    return table_hash(LAYOUT, sorter.rows, [block_hash(LAYOUT, block) for block in of_table]), listed


def test_order_pieces_and_memory_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    rows = [
        (
            chance.choice(WORDS) if chance.random() < 0.3 else "a",
            chance.choice(WORDS),
            chance.choice([None, 0, -(2**63), 2**63 - 1, 5]),
            chance.choice([None, True, False]),
        )
        for _ in range(1_500)
    ]

    def place(value: Any) -> tuple[bool, Any]:
        return value is None, value.encode() if isinstance(value, str) else value or 0

    in_memory, listed = sorted_rows(tmp_path, rows)
    assert listed == sorted(rows, key=lambda row: [place(value) for value in row])
    for most, batch, files in ((10, 7, 3), (100, 33, 64), (400, 401, 2)):
        monkeypatch.setattr(sorting, "IN_MEMORY", most)
        monkeypatch.setattr(sorting, "BATCH", batch)
        monkeypatch.setattr(sorting, "MOST_FILES", files)
        chance.shuffle(rows)
        assert sorted_rows(tmp_path, rows) == (in_memory, listed)
    altered = [*rows[1:], (*rows[0][:2], 6, None)]
    assert sorted_rows(tmp_path, altered)[0] != in_memory
    empty, nothing = [("", "a", 0, False)], [(None, "a", 0, False)]
    assert sorted_rows(tmp_path, empty)[0] != sorted_rows(tmp_path, nothing)[0]
    assert sorted_rows(tmp_path, [])[1] == []


def archived(folder: Path, rows: list[tuple[Any, ...]], commit: int = 2, **origin: Any) -> Manifest:
    """A small archive of one table."""
    folder.mkdir(parents=True)
    sorter = sorting.Sorter(LAYOUT, folder)
    sorter.add(rows)
    of_table = list(blocks(sorter.sorted()))
    with pq.ParquetWriter(folder / "lines.parquet", LAYOUT.schema, **OPTIONS) as writer:
        for block in of_table:
            writer.write_table(block)
    table = ArchivedTable(LAYOUT, sorter.rows, tuple(block_hash(LAYOUT, block) for block in of_table))
    content = dict.fromkeys(OF_CONTENT, "x")
    manifest = Manifest(content, (table,), {"commit": commit, "previous": None, **origin})
    (folder / "manifest.json").write_text(manifest.text, encoding="utf-8")
    return manifest


def refusal(error: type[UplineError], path: Path, content_hash: str | None = None) -> str:
    with pytest.raises(error) as raised:
        check_files(path, content_hash)
    return str(raised.value)


def test_what_is_wrong_with_an_archive_is_named(tmp_path: Path) -> None:
    rows = [("a", str(number), number, True) for number in range(1, 4)]
    manifest = archived(tmp_path / "one", rows)
    folder, file = tmp_path / "one", tmp_path / "one" / "manifest.json"
    table = folder / "lines.parquet"
    assert check_files(folder, manifest.content_hash[:12]).rows == {"lines": 3}
    assert check_files(file).manifest.hash == manifest.hash
    whole = table.read_bytes()
    assert table.read_bytes() == whole
    rewritten = pq.read_table(table)
    pq.write_table(
        rewritten, table, compression="snappy", row_group_size=2
    )  # another writer, the same content
    assert check_files(folder).manifest.hash == manifest.hash
    assert "the content hash is" in refusal(OtherContentError, folder, "0" * 12)

    pq.write_table(rewritten.slice(0, 2), table)
    assert "it has 2 rows, not 3" in refusal(TableAlteredError, folder)
    archived(tmp_path / "two", [*rows[:2], ("a", "3", 4, True)])
    table.write_bytes((tmp_path / "two" / "lines.parquet").read_bytes())
    assert "rows 1 to 3, bonus a, source_id 1, level 1" in refusal(TableAlteredError, folder)
    table.write_bytes(b"nothing")
    assert "cannot be read" in refusal(TableAlteredError, folder)
    pq.write_table(rewritten.rename_columns(["a", "b", "c", "d"]), table)
    assert "its columns are others" in refusal(TableAlteredError, folder)
    table.unlink()
    assert "the table lines is missing" in refusal(TableMissingError, folder)
    text = file.read_text(encoding="utf-8")
    for old, new, error in (
        ('"rows": 3', '"rows": 4', ManifestAlteredError),
        (manifest.content_hash, "0" * 64, ManifestAlteredError),
        ('"commit": 2', '"commit":  2', ManifestAlteredError),
        ('"format": 1', '"format": 9', ManifestVersionError),
        ("{", "[", ManifestAlteredError),
        ('"block_rows": 65536', '"block_rows": 5', ManifestAlteredError),
        ("lines.parquet", "../lines.parquet", ManifestAlteredError),
        ('"tables"', '"table"', ManifestAlteredError),
    ):
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        refusal(error, folder)
    file.unlink()
    refusal(ManifestMissingError, folder)
    refusal(ManifestMissingError, tmp_path / "nowhere")


def test_archives_are_a_chain(tmp_path: Path) -> None:
    rows = [("a", "1", 1, True)]
    first = archived(tmp_path / "first", rows, 1)
    before = {"commit": 1, "period": "2026-10", "plan": "x", "manifest_hash": first.hash}
    archived(tmp_path / "second", rows, 2, previous=before)
    archived(tmp_path / "other", rows, 1, run=9)
    kept = {name: check_files(tmp_path / name) for name in ("first", "second", "other")}
    assert check_chain([kept["second"], kept["first"]]) == []
    assert "is not among these" in check_chain([kept["second"]])[0]
    with pytest.raises(ChainBrokenError, match="follows on the archive"):
        check_chain([kept["second"], kept["other"]])

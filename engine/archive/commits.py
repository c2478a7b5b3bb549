"""Commits and their archives: what a commit keeps of its archive, and an archive that is written later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from engine.archive.manifest import Manifest, ManifestAlteredError, parsed
from engine.archive.writing import Written, write
from engine.errors import UplineError
from engine.genealogy.changes.periods import PeriodWriter
from engine.graph.database import Ask, Graph
from engine.passes.record import NoRunError, RunRecord, complete, result
from engine.progress import OnProgress, silent
from engine.settings import Settings


class RunNotCommittedError(UplineError):
    """Only committed runs are archived."""


class NotArchivedError(UplineError):
    """A committed run has no archive yet."""


class NoArchiveFolderError(UplineError):
    """Nothing says where archives are written."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A committed run and its archive: the hash of its content, that of its manifest, and where it is.

    `folder` is None where the settings name no folder of archives, or it is not there.
    """

    run: int
    period: str
    plan: str
    commit: int
    content_hash: str
    manifest_hash: str
    rows: Mapping[str, int]
    folder: Path | None


def commits(graph: Graph) -> list[Mapping[str, Any]]:
    """The properties of the commits that count, the earliest first."""
    return [row["commit"] for row in graph.read("periods/commit", key="", state="booked")]


def committed(graph: Graph, number: int | None = None) -> list[tuple[RunRecord, Mapping[str, Any]]]:
    """Committed runs with their commits, the latest commit first: all of them, or the one of a number.

    Raises NoRunError, and RunNotCommittedError for a run that is not, or where none is.
    """
    by_run = {each["run"]: each for each in commits(graph)}
    if number is not None and number not in by_run:
        run = result(graph, number=number)
        raise RunNotCommittedError(
            f"run {number} of {run.period} is not committed",
            todo=f"Commit it first: upline period commit {run.period}.",
        )
    records = {run.number: run for run in complete(graph, number=number) if run.number in by_run}
    if not records:
        if number is not None:
            raise NoRunError(f"there is no complete run with the number {number}")
        raise RunNotCommittedError("no run is committed", todo="Commit one first: upline period commit.")
    latest_first = sorted(records.values(), key=lambda run: -by_run[run.number]["number"])
    return [(run, by_run[run.number]) for run in latest_first]


def archive_of_commit(
    graph: Graph,
    run: RunRecord,
    commit: Mapping[str, Any],
    texts: Iterable[tuple[str, str]],
    folder: Path,
    report: OnProgress = silent,
) -> Written:
    """Write the archive of a commit; where that is recorded already, the same one again.

    Raises ArchiveDiffersError where the store has something else now, and what `write` raises.
    """
    recorded = manifest_of_commit(graph, commit) if commit.get("archive_hash") else None
    previous = recorded.previous if recorded else _before(graph, commit)
    expected = recorded.hash if recorded else None
    return write(graph, run, folder, commit, texts, previous, expected, report)


def record(writer: PeriodWriter, key: str, run: int, manifest: Manifest | None) -> None:
    """Let a commit say which archive it has: hashes, and the manifest itself; nothing where there is none."""
    if manifest is None:
        return
    facts = {"content_hash": manifest.content_hash, "archive_hash": manifest.hash}
    writer.write_commit(key, facts)
    writer.keep_archive(run, manifest.content_hash, manifest.hash, manifest.text)


def archive(
    graph: Graph,
    number: int | None = None,
    *,
    folder: Path | None = None,
    actor: str = "upline",
    report: OnProgress = silent,
) -> list[Archived]:
    """Write the archives of committed runs that have none in the folder, or of one run; the earliest first.

    `folder` is where, by default that of the settings. What has been archived is written again as it was.
    Raises NoArchiveFolderError, RunNotCommittedError, NoRunError, ArchiveDiffersError, ArchiveFolderError and
    DiskFullError.
    """
    folder = folder or Settings().archive
    if folder is None:
        raise NoArchiveFolderError(
            "nothing says where archives are written",
            todo="Set UPLINE_ARCHIVE to a folder, or name one with --out.",
        )
    done = []
    for run, commit in reversed(committed(graph, number)):
        texts = [(row["as"], row["sha256"]) for row in graph.read("periods/texts", run=run.number)]
        written = archive_of_commit(graph, run, commit, texts, folder, report)
        if not commit.get("archive_hash"):
            graph.together(partial(_record_late, actor=actor, commit=commit, manifest=written.manifest))
        done.append(_archived(commit, written.manifest, written.folder))
    return done


def archived(graph: Graph, number: int | None = None) -> list[Archived]:
    """The archives of committed runs, the latest first, as their commits have recorded them.

    Raises what `committed` raises, and NotArchivedError where there is none.
    """
    known = [
        _archived(commit, manifest_of_commit(graph, commit), None)
        for _, commit in committed(graph, number)
        if commit.get("archive_hash")
    ]
    if not known:
        raise not_archived(number)
    return known


def not_archived(number: int | None) -> NotArchivedError:
    """The refusal where a run, or every one, has no archive."""
    which = "no committed run has" if number is None else f"run {number} does not have"
    return NotArchivedError(
        f"{which} an archive", todo="Write it first: upline run archive, with UPLINE_ARCHIVE or --out."
    )


def manifest_of_commit(graph: Graph, commit: Mapping[str, Any]) -> Manifest:
    """The manifest that a commit has kept; raises ManifestAlteredError where that is another one by now."""
    where = f"the manifest of commit {commit['number']} in the database"
    rows = graph.read("runs/kept_statements", hashes=[commit["archive_hash"]])
    if rows:
        manifest = parsed(rows[0]["text"], where)
        if (manifest.hash, manifest.content_hash) == (commit["archive_hash"], commit["content_hash"]):
            return manifest
    raise ManifestAlteredError(
        f"the manifest is {'another one' if rows else 'gone'}",
        where,
        "Somebody has changed the database. Compare the archive that you kept: upline verify.",
    )


def _record_late(ask: Ask, actor: str, commit: Mapping[str, Any], manifest: Manifest) -> None:
    """Record an archive that was written after its commit, unless the commit has been withdrawn meanwhile."""
    writer = PeriodWriter(ask, actor, "")
    now = ask("periods/commit", key=commit["key"], state="")[0]["commit"]
    if now["state"] != "booked":
        raise RunNotCommittedError(
            f"the commit of {commit['period']} was withdrawn meanwhile",
            todo="Archive its run once it is committed again.",
        )
    if not now.get("archive_hash"):
        record(writer, commit["key"], commit["run"], manifest)


def _before(graph: Graph, commit: Mapping[str, Any]) -> dict[str, Any] | None:
    """The archive of the latest commit before this one, as a manifest names it."""
    earlier = [each for each in commits(graph) if each["number"] < commit["number"]]
    before = earlier[-1] if earlier else {}
    if not before.get("archive_hash"):
        return None
    return {
        "commit": before["number"],
        "period": before["period"],
        "plan": before["plan"],
        "manifest_hash": before["archive_hash"],
    }


def _archived(commit: Mapping[str, Any], manifest: Manifest, folder: Path | None) -> Archived:
    rows = {each.name: each.rows for each in manifest.tables}
    return Archived(
        commit["run"], commit["period"], commit["plan"], commit["number"], manifest.content_hash,
        manifest.hash, rows, folder,
    )  # fmt: skip

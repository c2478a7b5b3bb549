"""What a committed run keeps, to say for good what it says: texts, what its reports read, and its archive.

What the run itself has read of the company, it keeps from the beginning: places, statuses, and where its plan
needs them, countries, days of enrolment and owners.
"""

from collections.abc import Sequence

from engine.archive.commits import archive_of_commit
from engine.archive.manifest import Manifest
from engine.archive.writing import require
from engine.genealogy.changes.periods import keep_texts
from engine.graph.database import Graph
from engine.passes.record import RunRecord, levels_of
from engine.periods.texts import texts_of
from engine.settings import Settings


def check_folder(run: RunRecord) -> None:
    """Raise ArchiveFolderError or DiskFullError where the archive of a run could not be written."""
    if (folder := Settings().archive) is not None:
        require(folder, run)


def keep(graph: Graph, run: RunRecord) -> list[tuple[str, str]]:
    """Keep the texts of a run, and how many customers each member had by the period's end. Can be repeated.

    Returns what each text was used as, and its SHA-256.
    """
    texts = texts_of(run)
    keep_texts(graph, run.number, texts)
    for first, last in levels_of(graph, run):
        graph.write("periods/keep_customers", run=run.number, first=first, last=last)
    return [(each["as"], each["sha256"]) for each in texts]


def archived(graph: Graph, run: RunRecord, key: str, texts: Sequence[tuple[str, str]]) -> Manifest | None:
    """Write the archive of a run for the commit of a key; None where the settings name no folder.

    Can be repeated. Raises what `archive_of_commit` raises.
    """
    folder = Settings().archive
    if folder is None:
        return None
    commit = graph.read("periods/commit", key=key, state="")[0]["commit"]
    return archive_of_commit(graph, run, commit, texts, folder).manifest

# mypy: allow-untyped-calls
"""Committed runs are archived, and compared with what was archived of them."""

from typing import Any

from graphene import (
    Boolean,
    InputObjectType,
    Int,
    List,
    NonNull,
    ObjectType,
    String,
)

from engine.access.areas import Area
from engine.api.context import Context
from engine.api.mutations.payloads import CLIENT_ID, Payload, allow, mutation, payload
from engine.archive import commits, verifying

RUN = Int(description="The number of a committed run. Left out: all of them.")


class ArchiveRunInput(InputObjectType):
    """Which runs to archive."""

    run = RUN
    client_mutation_id = CLIENT_ID


class VerifyRunInput(InputObjectType):
    """Which runs to compare with their archives."""

    run = RUN
    client_mutation_id = CLIENT_ID


class TableRows(ObjectType):
    """A table of an archive."""

    name = String(required=True, description="Its name, such as lines.")
    rows = Int(required=True, description="How many rows it has.")


class RunArchive(ObjectType):
    """The archive of a committed run."""

    run = Int(required=True, description="The number of the run.")
    period = String(required=True, description="The period.")
    plan = String(required=True, description="The plan's name.")
    commit = Int(required=True, description="The number of the commit.")
    content_hash = String(
        required=True,
        description="A hash of all its tables: the same company gives the same one on another machine.",
    )
    manifest_hash = String(
        required=True,
        description="The hash of its manifest, which names the archive of the commit before: a chain.",
    )
    tables = List(NonNull(TableRows), required=True, description="Its tables.")


class RunDifference(ObjectType):
    """A table in which a run is not what was archived, and its first row that differs."""

    table = String(required=True, description="The table's name.")
    where = String(required=True, description="Which row, or which rows where the archive is not at hand.")
    expected = String(required=True, description="What was archived.")
    actual = String(required=True, description="What the run has now.")


class VerifiedRun(ObjectType):
    """A committed run, compared with its archive."""

    run = Int(required=True, description="The number of the run.")
    period = String(required=True, description="The period.")
    plan = String(required=True, description="The plan's name.")
    equal = Boolean(required=True, description="Whether the run is what was committed.")
    content_hash = String(required=True, description="The hash of the content that was archived.")
    stored_hash = String(required=True, description="The hash of the content that the run has now.")
    differences = List(
        NonNull(RunDifference), required=True, description="The tables that differ; none if all is equal."
    )


class ArchiveRunPayload(ObjectType):
    """What was archived."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    archives = List(
        NonNull(RunArchive), required=True, description="The archives, the earliest first; empty with errors."
    )


class VerifyRunPayload(ObjectType):
    """What the comparison says."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    runs = List(
        NonNull(VerifiedRun), required=True, description="The runs, the latest first; empty with errors."
    )


async def archive(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Write archives, or say why not."""
    actor, writing = allow(context, Area.COMMIT)

    async def work() -> dict[str, Any]:
        done = await writing.do(lambda graph: commits.archive(graph, arguments.get("run"), actor=actor))
        return {"archives": [_shown(each) for each in done]}

    return await payload(arguments, work(), archives=[])


async def verify(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Compare runs with their archives, or say why not."""
    _, writing = allow(context, Area.PREPARE)

    async def work() -> dict[str, Any]:
        return {"runs": await writing.do(lambda graph: list(verifying.verify(graph, arguments.get("run"))))}

    return await payload(arguments, work(), runs=[])


def _shown(each: commits.Archived) -> dict[str, Any]:
    return {
        "run": each.run, "period": each.period, "plan": each.plan, "commit": each.commit,
        "content_hash": each.content_hash, "manifest_hash": each.manifest_hash,
        "tables": [{"name": name, "rows": rows} for name, rows in each.rows.items()],
    }  # fmt: skip


class Archives:
    """Mutations on archives of committed runs."""

    archive_run = mutation(
        ArchiveRunPayload,
        ArchiveRunInput,
        "Which runs.",
        "Write the archives of committed runs into the server's folder of archives: their tables "
        "as Parquet, with a hash of their content. Repeated, it writes the same. Codes: `run_not_committed`, "
        "`no_run`, `no_archive_folder`, `archive_folder`, `archive_differs`, `manifest_altered`, "
        "`disk_full`, `change_under_way`, `still_working`.",
        archive,
    )
    verify_run = mutation(
        VerifyRunPayload,
        VerifyRunInput,
        "Which runs.",
        "Compare committed runs with what was archived of them. It changes nothing, and takes as "
        "long as an export. Codes: `run_not_committed`, `no_run`, `not_archived`, `manifest_altered`, "
        "`disk_full`, `still_working`.",
        verify,
    )

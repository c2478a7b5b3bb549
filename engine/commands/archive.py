"""Commands on archives of committed runs: write them, compare the store with them, check the files."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine import ranges
from engine.commands.console import note, out, print_json, reporting, settled, table
from engine.commands.figures import Figure
from engine.commands.options import Actor, AsJson

RunNumber = Annotated[
    int | None,
    typer.Argument(
        metavar="RUN", parser=Figure(ranges.RUN, "RUN"), help="The number of a committed run; else all."
    ),
]


def archive(
    run: RunNumber = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="The folder of archives; by default UPLINE_ARCHIVE.", file_okay=False
        ),
    ] = None,
    actor: Actor = "upline",
    json: AsJson = False,
) -> None:
    """Write the archives of committed runs: their tables as Parquet, with a hash of their content.

    Example: upline run archive --out archives
    """
    from engine.archive.commits import archive as archive_runs

    with settled() as graph, reporting() as report:
        done = archive_runs(graph, run, folder=to, actor=actor, report=report)
    if json:
        print_json([asdict(each) for each in done])
        return
    for each in done:
        out.print(
            f"run {each.run} of {each.period} by {each.plan}: content {each.content_hash[:12]}, "
            f"{sum(each.rows.values()):,} rows in {each.folder}",
            markup=False,
        )


def verify_run(
    run: RunNumber = None,
    archives: Annotated[
        Path | None,
        typer.Option(
            "--archives",
            help="The folder of archives; by default UPLINE_ARCHIVE.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare committed runs with their archives: exit status 1 if the database holds anything else now.

    Example: upline run verify 12
    """
    from engine.archive.verifying import verify as verify_runs

    with settled() as graph, reporting() as report:
        done = list(verify_runs(graph, run, folder=archives, report=report))
    if json:
        print_json([{**asdict(each), "equal": each.equal} for each in done])
    else:
        page = table(None, "run", "period", "plan", "content", "rows", "the database", right=("run", "rows"))
        for each in done:
            state = "holds the same" if each.equal else f"holds {each.stored_hash[:12]}"
            rows = f"{sum(each.rows.values()):,}"
            page.add_row(str(each.run), each.period, each.plan, each.content_hash[:12], rows, state)
        out.print(page)
        for each in done:
            for difference in each.differences:
                note(
                    f"run {each.run}, {difference.table}: {difference.where}: "
                    f"archived {difference.expected}; now {difference.actual}"
                )
    if not all(each.equal for each in done):
        raise typer.Exit(1)


def verify(
    paths: Annotated[
        list[Path], typer.Argument(metavar="ARCHIVE", help="Folders of archives, or their manifests.")
    ],
    content_hash: Annotated[
        str | None,
        typer.Option("--content-hash", help="The content that is expected: the first 12 characters suffice."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check archives that somebody kept, without a database: every table, and how they follow on another.

    Example: upline verify archives/2026-10-aurora-0123456789ab
    """
    from engine.archive.files import check_chain, check_files

    done = [check_files(path, content_hash) for path in paths]
    missing = check_chain(done)
    if json:
        print_json(
            [
                {
                    "path": each.path, "period": each.manifest.content["period"],
                    "plan": each.manifest.content["plan"], "run": each.manifest.origin["run"],
                    "content_hash": each.manifest.content_hash, "manifest_hash": each.manifest.hash,
                    "previous": each.manifest.previous, "rows": each.rows,
                }
                for each in done
            ]
        )  # fmt: skip
        return
    page = table(None, "period", "plan", "content", "manifest", "rows", right=("rows",))
    for each in done:
        content = each.manifest.content
        page.add_row(
            content["period"], content["plan"], each.manifest.content_hash[:12], each.manifest.hash[:12],
            f"{sum(each.rows.values()):,}",
        )  # fmt: skip
    out.print(page)
    for sentence in missing:
        note(sentence)

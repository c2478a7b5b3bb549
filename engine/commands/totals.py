"""How the totals of runs look in a terminal."""

from engine.answers.export import summary
from engine.commands.console import aligned, counted, out, print_json, table
from engine.passes.record import RunRecord
from engine.text import grouped


def show(done: RunRecord, *, json: bool = False) -> None:
    """Print a run's totals, exact and as JSON where a program asks."""
    if json:
        print_json(summary(done))
    else:
        show_totals(done)


def show_totals(done: RunRecord) -> None:
    """Print a run's totals: what each bonus could pay, what it paid and what stays with the company."""
    facts = summary(done)
    seconds = sum(facts["seconds"].values())
    out.print(
        f"\n[bold]{done.plan}[/bold] {done.period}: {counted(facts['members'], 'member')}, "
        f"{counted(facts['depth'], 'level')}, run {done.number}, {seconds:.1f} s"
    )
    columns = {
        "could pay": "budget",
        "stays with company": "breakage",
        "rounding": "rounding",
        "cut by caps": "cut",
        "paid": "paid",
    }
    if not any(total["cut"] for total in done.totals):
        del columns["cut by caps"]
    figures = (*columns, "payees")
    page = table(None, "bonus", *figures, right=figures)
    names = [total["bonus"] for total in facts["totals"]]
    payees = [f"{total['payees']:,}" for total in facts["totals"]]
    cells = [aligned([total[key] for total in facts["totals"]]) for key in columns.values()]
    for row in zip(names, *cells, payees, strict=True):
        page.add_row(*map(str, row))
    out.print(page)
    paid = done.cash.amount(sum(total["paid"] for total in done.totals))
    sums = "could pay - stays with company + rounding" + " - cut by caps" * ("cut by caps" in columns)
    out.print(f"total paid: {grouped(paid)} {facts['currency']} (paid = {sums})")
    out.print(f"results hash: {facts['hashes']['results'][:12]} (the same input always gives the same hash)")
    for sentence in done.notes:
        out.print(f"note: {sentence}", markup=False)

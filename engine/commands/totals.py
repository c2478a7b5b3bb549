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
    earned = sum(total["paid"] for total in done.totals)
    paid = done.cash.amount(earned)
    sums = "could pay - stays with company + rounding" + " - cut by caps" * ("cut by caps" in columns)
    out.print(f"total paid: {grouped(paid)} {facts['currency']} (paid = {sums})")
    if done.corrections:
        _show_corrections(done, earned)
    out.print(f"results hash: {facts['hashes']['results'][:12]} (the same input always gives the same hash)")
    for sentence in done.notes:
        out.print(f"note: {sentence}", markup=False)


def _show_corrections(done: RunRecord, earned: int) -> None:
    """What the run books of closed periods, by period and bonus, and what is due with it."""
    amounts = aligned([done.cash.amount(each.amount) for each in done.corrections])
    page = table(None, "correction of", "bonus", "payees", "amount", right=("payees", "amount"))
    for each, amount in zip(done.corrections, amounts, strict=True):
        page.add_row(f"{each.period} (run {each.paid_run})", each.bonus, f"{each.payees:,}", amount)
    out.print(page)
    corrected, due = (done.cash.amount(each) for each in (done.corrected, earned + done.corrected))
    out.print(f"corrections: {grouped(corrected)} {done.cash.currency}")
    out.print(f"total due: {grouped(due)} {done.cash.currency} (due = paid + corrections)")

"""An income disclosure as a page for people: one file without scripts, which prints to one sheet."""

from collections.abc import Iterable
from html import escape

from engine.money import decimal
from engine.text import grouped, printable
from engine.workbench.disclosure.documents import UNITS, Group, groups, limits, method
from engine.workbench.disclosure.income import IncomeDisclosure
from engine.workbench.disclosure.spread import PERCENTILES

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --band: #f3f5f7;
  --paper: #fff; --mark: #0b5394; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #a3adb8; --line: #3b434c;
  --band: #22272e; --paper: #16191d; --mark: #8ec2f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 1.6rem 0 .4rem; font-size: 1.1rem; }
p { margin: .4rem 0; }
.about { color: var(--soft); }
.lead { margin: 1.2rem 0; padding: .8rem 1rem; border-left: 4px solid var(--mark); background: var(--band);
  font-size: 1.1rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .8rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { padding: .3rem .38rem; text-align: right; vertical-align: bottom; white-space: nowrap;
  border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; white-space: normal; min-width: 9rem; }
thead th { font-weight: 600; white-space: normal; border-bottom: 2px solid var(--line); }
tbody th { font-weight: 400; }
td.median { font-weight: 700; }
tbody tr:nth-child(even) { background: var(--band); }
tbody.ranks tr:first-child > * { border-top: 2px solid var(--line); }
.narrow { width: auto; min-width: 24rem; }
ul { margin: .3rem 0; padding-left: 1.2rem; columns: 2 26rem; column-gap: 2rem; font-size: .87rem; }
li { margin-bottom: .3rem; break-inside: avoid; }
@page { size: A4 landscape; margin: 9mm 11mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #333; --line: #999; --band: #f1f1f1; --paper: #fff;
    --mark: #000; }
  body { max-width: none; padding: 0; font-size: 8.2pt; line-height: 1.25; }
  h1 { font-size: 14pt; } h2 { font-size: 9.5pt; margin: 2mm 0 1mm; }
  .lead { font-size: 9.5pt; margin: 2mm 0; padding: 1.2mm 2.5mm; }
  table { font-size: 7.4pt; } th, td { padding: .55mm 1.2mm; }
  ul { font-size: 7.2pt; margin: 0; } li { margin-bottom: .5mm; }
  .scroll { overflow: visible; } .lead, table, ul { print-color-adjust: exact; }
}
"""


def page(disclosure: IncomeDisclosure) -> str:
    """The whole page, as HTML in UTF-8."""
    within = disclosure.range
    title = f"Income disclosure: {within.plan}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">",
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="about">{_text(_about(disclosure))}</p>',
        f'<p class="lead">{_text(_lead(disclosure))}</p>',
        *_incomes(disclosure),
        *_expenses(disclosure),
        "<h2>How these figures are made</h2>\n<ul>",
        *(f"<li>{_text(sentence)}</li>" for sentence in method(disclosure)),
        "</ul>\n</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _about(disclosure: IncomeDisclosure) -> str:
    within = disclosure.range
    unit, units = UNITS[within.calendar]
    count = len(disclosure.periods)
    span = f"the {unit} {disclosure.periods[0]}"
    if count > 1:
        span = f"the {count} {units} from {disclosure.periods[0]} to {disclosure.periods[-1]}"
    missing = f" Not included: {', '.join(within.missing)}." if within.missing else ""
    return f"What everybody who took part was paid in {span}, in {disclosure.cash.currency}.{missing}"


def _lead(disclosure: IncomeDisclosure) -> str:
    """The figures that matter most, the median first."""
    pay, net = disclosure.pay, disclosure.net
    share = percent(pay.nothing_share)
    return (
        f"Of {disclosure.members:,} members at least half were paid {_money(disclosure, pay.median)} "
        f"{disclosure.cash.currency} or less; {pay.nothing:,} ({share}) were paid nothing. After their known "
        f"expenses at least half had {_money(disclosure, net.median)} {disclosure.cash.currency} or less."
    )


def _incomes(disclosure: IncomeDisclosure) -> Iterable[str]:
    """One table: all, then by rank."""
    unit, units = UNITS[disclosure.range.calendar]
    every = groups(disclosure)
    of_all, by_rank = every[: -len(disclosure.ranks)], every[-len(disclosure.ranks) :]
    heads = [
        "members", "share of members", f"share of {units}", "paid nothing",
        *(f"up to {limit}" for limit in limits(disclosure)),
        "median", *(f"{each} % had at most" for each in PERCENTILES if each != 50), "mean",
    ]  # fmt: skip
    yield "<h2>Income</h2>"
    yield '<div class="scroll" role="region" aria-label="Income" tabindex="0">\n<table>'
    yield (
        f"<caption>All amounts in {_text(disclosure.cash.currency)}. Ranks are the highest of each member in "
        f"any {unit}.</caption>"
    )
    yield "<thead><tr>" + "".join(f'<th scope="col">{_text(head)}</th>' for head in ["group", *heads])
    yield "</tr></thead>\n<tbody>"
    yield from (_row(disclosure, each) for each in of_all)
    yield '</tbody>\n<tbody class="ranks">'
    yield from (_row(disclosure, each) for each in by_rank)
    yield "</tbody>\n</table>\n</div>"


def _row(disclosure: IncomeDisclosure, group: Group) -> str:
    of = group.spread
    cells = [
        f"{of.members:,}",
        "" if group.members_share is None else percent(group.members_share),
        "" if group.periods_share is None else percent(group.periods_share),
        f"{of.nothing:,} ({percent(of.nothing_share)})",
        *(f"{band.members:,}" for band in of.bands),
    ]
    amounts = [of.percentiles[each] for each in PERCENTILES if each != 50]
    shown = "".join(f"<td>{_text(cell)}</td>" for cell in cells)
    shown += f'<td class="median">{_text(_money(disclosure, of.median))}</td>'
    shown += "".join(f"<td>{_text(_money(disclosure, amount))}</td>" for amount in [*amounts, of.mean])
    return f'<tr><th scope="row">{_text(group.name)}</th>{shown}</tr>'


def _expenses(disclosure: IncomeDisclosure) -> Iterable[str]:
    if not disclosure.expenses:
        return
    yield "<h2>Known expenses</h2>"
    yield '<div class="scroll" role="region" aria-label="Known expenses" tabindex="0">'
    yield '<table class="narrow">'
    yield "<caption>What all members bought for themselves, less refunds, by kind of order.</caption>"
    heads = ["kind", "members", "orders", f"amount in {disclosure.cash.currency}"]
    yield "<thead><tr>" + "".join(f'<th scope="col">{_text(head)}</th>' for head in heads)
    yield "</tr></thead>\n<tbody>"
    for each in disclosure.expenses:
        amount = _money(disclosure, each.amount)
        cells = "".join(f"<td>{cell}</td>" for cell in (f"{each.members:,}", f"{each.orders:,}", amount))
        yield f'<tr><th scope="row">{_text(", ".join(each.kinds))}</th>{cells}</tr>'
    yield "</tbody>\n</table>\n</div>"


def percent(share: int) -> str:
    """Millionths in per cent with one decimal, rounded down; what is more than nothing is never 0.0."""
    return "< 0.1 %" if 0 < share < 1_000 else f"{decimal(share // 1_000, 1)} %"


def _money(disclosure: IncomeDisclosure, amount: int | None) -> str:
    """An amount with thousands separators; a dash where it is not shown."""
    return "–" if amount is None else grouped(disclosure.cash.amount(amount))


def _text(text: str) -> str:
    return escape(printable(text))

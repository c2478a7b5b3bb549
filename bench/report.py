"""The measured figures as Markdown, written between the markers of bench/figures.md."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from bench import following, operations
from bench.measure import Facts
from bench.month import OUTSIDE

PAGE = Path(__file__).parent / "figures.md"
PLOT = Path(__file__).parent / "growth.svg"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
ENGINE = "**Upline**, figures stored"
GROWTH_WISHED = 1.3

Row = Sequence[str]


def write(cells: list[Facts], page: Path = PAGE) -> None:
    """Put the tables into the page, replacing those that are there."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{render(cells)}\n{END}{after}", encoding="utf-8")


def render(cells: list[Facts]) -> str:
    """All tables; a sentence where nothing has been measured."""
    if not cells:
        return "Nothing has been measured yet: `python -m bench --write`.\n"
    parts = [
        _where(cells),
        _month(cells),
        _growth(cells),
        _stages(cells),
        _reads(cells),
        api_table(cells),
        _ways(cells),
        in_sql(cells),
        _live(cells),
        _following(cells),
        _places(cells),
        _operations(cells),
        _families(cells),
        _skipped(cells),
    ]
    return "\n".join(part for part in parts if part)


def table(head: Row, rows: Iterable[Row]) -> str:
    """A Markdown table, figures to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def seconds(value: float) -> str:
    """Two or three significant digits."""
    digits = 1 if value >= 10 else 2 if value >= 1 else 3 if value >= 0.01 else 5
    return f"{value:,.{digits}f}"


def growth(cells: list[Facts]) -> list[tuple[str, int, int, float]]:
    """Per shape and step of size: time per member of a first run, as a multiple of the smaller company's."""
    steps = []
    for before, after in pairwise(cells):
        if before["shape"] == after["shape"]:
            each = [_median(cell, "first") / cell["load"]["members"] for cell in (before, after)]
            steps.append((after["shape"], before["members"], after["members"], each[1] / each[0]))
    return steps


def _median(cell: Facts, phase: str) -> float:
    return float(cell["run"][phase]["seconds"]["median"])


def _name(cell: Facts) -> str:
    return f"{cell['shape']} {cell['members']:,}"


def _where(cells: list[Facts]) -> str:
    machine, versions = cells[-1]["machine"], cells[-1]["versions"]
    commits = sorted({cell["versions"]["commit"] for cell in cells})
    seeds = sorted({str(cell["job"]["seed"]) for cell in cells})
    days = sorted({cell["began"][:10] for cell in cells})
    packages = {name for cell in cells for name in cell["versions"]}
    others = [
        f"{name} {next(c['versions'][name] for c in reversed(cells) if name in c['versions'])}"
        for name in ("postgresql", "rustworkx", "networkx", "psycopg")
        if name in packages
    ]
    return (
        f"Measured {days[0]}{f' to {days[-1]}' if len(days) > 1 else ''} on {machine['cores']} cores "
        f"({machine['processor']}), {machine['memory_gib']} GiB, {machine['system']}; "
        f"upline {versions['upline']} ({', '.join(commits)}), "
        f"Neo4j {versions['neo4j']} Community with {versions['neo4j_heap_mib']} MiB of heap and "
        f"{versions['neo4j_page_cache_mib']} MiB of page cache, Python {versions['python']}"
        f"{''.join(f', {other}' for other in others)}; seed {', '.join(seeds)}. "
        "Seconds are medians, (least to most) where repeated.\n"
    )


def _month(cells: list[Facts]) -> str:
    head = (
        "company", "orders", "depth", "load", "first run", "members/s", "rerun", "rerun : first",
        "what-if", "what-if : rerun", "peak load", "peak run",
    )  # fmt: skip
    rows = []
    for cell in cells:
        load, first = cell["load"], cell["run"]["first"]
        again, what_if = cell["run"].get("again"), cell["run"].get("what_if")
        middle = _median(cell, "first")
        rows.append((
            _name(cell), f"{load['orders']:,}", f"{first['depth']:,}", seconds(load["seconds"]),
            _spread(first),
            f"{load['members'] / middle:,.0f}", _spread(again) if again else "-",
            f"{_median(cell, 'again') / middle:.2f}" if again else "-",
            _spread(what_if) if what_if else "-",
            f"{_median(cell, 'what_if') / _median(cell, 'again'):.2f}" if what_if else "-",
            f"{load['peak_mib']:,} MiB", f"{first['peak_mib']:,} MiB",
        ))  # fmt: skip
    note = (
        "Load: two months of tables, from CSV to a store with indexes. Run: one month by the plan aurora, "
        "all stages with checks and hashes. Memory: server and engine process together.\n"
    )
    return f"### The month\n\n{note}\n{table(head, rows)}"


def _spread(phase: Facts) -> str:
    measured = phase["seconds"]
    if measured["repeats"] == 1:
        return seconds(measured["median"])
    return f"{seconds(measured['median'])} ({seconds(measured['least'])} to {seconds(measured['most'])})"


def _growth(cells: list[Facts]) -> str:
    steps = growth(cells)
    if not steps:
        return ""
    rows = [
        (shape, f"{before:,} to {after:,}", f"{ratio:.2f}", "yes" if ratio <= GROWTH_WISHED else "no")
        for shape, before, after, ratio in steps
    ]
    head = ("shape", "members", "time per member grows by", f"at most {GROWTH_WISHED}")
    plot = f"\n![Seconds of a first run by members]({PLOT.name})\n" if PLOT.is_file() else ""
    return f"### Growth\n\n{table(head, rows)}{plot}"


def _stages(cells: list[Facts]) -> str:
    names = list(dict.fromkeys(name for cell in cells for name in cell["run"]["first"]["stages"]))
    names = [name for name in names if name != OUTSIDE] + [OUTSIDE]
    rows = [
        (_name(cell), *(seconds(cell["run"]["first"]["stages"].get(name, 0)) for name in names))
        for cell in cells
    ]
    return f"### Stages of a first run, seconds\n\n{table(('company', *names), rows)}"


def _reads(cells: list[Facts]) -> str:
    measured = [cell for cell in cells if cell.get("reads")]
    names = list(dict.fromkeys(name for cell in measured for name in cell["reads"]))
    rows = [
        (name, *(_both(cell["reads"][name]) if name in cell["reads"] else "-" for cell in measured))
        for name in names
    ]
    if not measured:
        return ""
    calls = sorted({cell["reads"][name]["calls"] for cell in measured for name in cell["reads"]})
    note = f"p50 / p95 in milliseconds, {' or '.join(map(str, calls))} calls one after the other.\n"
    return f"### Reads\n\n{note}\n{table(('read', *map(_name, measured)), rows)}"


def _both(latencies: Facts) -> str:
    return f"{latencies['p50']:,.1f} / {latencies['p95']:,.1f}"


def api_table(cells: list[Facts]) -> str:
    """A screen by GraphQL, ours and by @neo4j/graphql; nothing where it was not measured."""
    rows = []
    for cell in cells:
        for row in cell.get("api", {}).get("rows", ()):
            theirs = row.get("theirs")
            ratio = f"{row['ours']['per_second'] / theirs['per_second']:.1f}" if theirs else "-"
            other = _rate(theirs) if theirs else "-"
            rows.append((_name(cell), str(row["children"]), _rate(row["ours"]), other, ratio))
    if not rows:
        return ""
    clients = next(cell["api"]["clients"] for cell in cells if cell.get("api"))
    note = (
        f"A member, those directly below and nine figures of each, {clients} clients at once: requests a "
        "second, and p95 in milliseconds. Both servers have one process, on the store's machine.\n"
    )
    head = ("company", "children", "Upline", "@neo4j/graphql", "Upline : other")
    text = f"### A screen by GraphQL\n\n{note}\n{table(head, rows)}"
    pages = [(_name(cell), cell["api"]["lines"]) for cell in cells if "lines" in cell.get("api", {})]
    if not pages:
        return text
    leaders = [
        (name, f"{each['lines']:,}", f"{each['first']:,.0f} ms", f"{each['p50']:,.0f} / {each['p95']:,.0f}")
        for name, each in pages
    ]
    columns = ("company", "lines", "first call", "p50 / p95, ms")
    note = "The statement of whoever has most lines, with the first 20 of them, by one client.\n"
    return f"{text}\n\n{note}\n{table(columns, leaders)}"


def _rate(facts: Facts) -> str:
    return f"{facts['per_second']:,.0f}/s, {facts['p95']:,.0f} ms"


def _operations(cells: list[Facts]) -> str:
    rows = [
        (_name(cell), *row)
        for cell in cells
        if "operations" in cell
        for row in operations.rows(cell["operations"])
    ]
    if not rows:
        return ""
    note = "People and trees change: enrolments, other sponsors, moves. See docs/bulk.md.\n"
    return f"### Operations\n\n{note}\n{table(('company', 'operations', 'measured', 'wished'), rows)}"


def _live(cells: list[Facts]) -> str:
    rows = [
        (
            _name(cell), seconds(live["build_seconds"]), _spread({"seconds": live["import"]}),
            _spread({"seconds": live["refresh"]}), f"{live['touched']:,}", "yes" if live["same"] else "NO",
            seconds(live["run_seconds"]), f"{_to_nothing(cell):.2f}",
        )
        for cell in cells
        if (live := cell.get("live"))
    ]  # fmt: skip
    if not rows:
        return ""
    head = (
        "company", "built once", "orders imported", "figures up to date", "standings touched",
        "equal to a count", "run from them", "ratio to one from nothing",
    )  # fmt: skip
    return f"### Live figures after 1,000 new orders, seconds\n\n{table(head, rows)}"


def _following(cells: list[Facts]) -> str:
    measured = [cell["following"] for cell in cells if cell.get("following")]
    rows = [
        (f"{facts['members']:,}", *row, "yes" if facts["same"] and not facts["rebuilt"] else "NO")
        for facts in measured
        for row in following.rows(facts)
    ]
    if not rows:
        return ""
    note = (
        "Seconds from the last operation until live figures are right, three times. A move inside a leg\n"
        "writes those between its two ends, each once; meanwhile it shows as a delay.\n"
    )
    head = ("members", "after", "seconds", "standings written", "wished", "equal to a count")
    return f"### Live figures after operations\n\n{note}\n{table(head, rows)}"


def _places(cells: list[Facts]) -> str:
    measured = [cell["places"] for cell in cells if cell.get("places")]
    if not measured:
        return ""
    rows = [
        (
            f"{facts['members']:,}", what, f"{figure['p50']:,.1f}", f"{figure['p95']:,.1f}",
            f"{facts['target_ms']}" if what.endswith((", asked", ", found")) else "",
        )
        for facts in measured
        for what, figure in facts["ms"].items()
    ]  # fmt: skip
    many = "; ".join(
        f"{what} {rate:,.0f}/s with {facts['members']:,} members"
        for facts in measured
        for what, rate in facts.get("many_per_s", {}).items()
    )
    surveys = "; ".join(
        f"{what} {took:,.1f} s with {facts['members']:,} members"
        for facts in measured
        for what, took in facts["survey_s"].items()
    )
    return (
        "### Places\n\nThe end of a leg as deep as a tenth of the members, and the first free place of a\n"
        f"matrix that the others fill: p95 was to stay below {measured[0]['target_ms']} ms. `asked` is the\n"
        "rule alone, `found` with everything that is checked, `taken` with the change.\n\n"
        + table(("members", "what", "p50, ms", "p95, ms", "wished, ms"), rows)
        + (f"\nMany at once, which once was 8 to 30/s: {many}.\n" if many else "")
        + f"\nThe pass over the tree at the first use: {surveys}.\n"
    )


def _to_nothing(cell: Facts) -> float:
    """The ratio from pairs of runs, or, in kept results without pairs, to the first run."""
    live = cell["live"]
    ratio: float = live.get("run_ratio") or live["run_seconds"] / _median(cell, "first")
    return ratio


def _ways(cells: list[Facts]) -> str:
    measured = [cell for cell in cells if cell.get("group_volume")]
    if not measured:
        return ""
    names = list(dict.fromkeys(way["way"] for cell in measured for way in cell["group_volume"]["ways"]))
    rows = [(ENGINE, *(f"{seconds(cell['group_volume']['engine_seconds'])} (1)" for cell in measured))]
    for name in names:
        rows.append((name, *(_way(cell["group_volume"], name) for cell in measured)))
    note = (
        "Seconds, and as a multiple of the engine's, which also writes its figures into the store. "
        "Loading what a way works on is not counted.\n"
    )
    head = ("way", *map(_name, measured))
    return f"### Group volume of every member, by other ways\n\n{note}\n{table(head, rows)}"


def _way(compared: Facts, name: str) -> str:
    way = next((way for way in compared["ways"] if way["way"] == name), None)
    if way is None:
        return "-"
    if "seconds" not in way:
        return str(way["why"])
    median = way["seconds"]["median"]
    ratio = median / max(compared["engine_seconds"], 1e-9)
    wrong = "" if way["same"] else " other figures!"
    return f"{seconds(median)} ({ratio:.3g}){wrong}"


def in_sql(cells: list[Facts]) -> str:
    """The whole month by hand in SQL, and how many times as long the engine takes."""
    months = [(cell, cell["month_in_sql"]) for cell in cells if cell.get("month_in_sql")]
    if not months:
        return ""
    rows = []
    for cell, month in months:
        median = month["seconds"]["median"]
        first = _median(cell, "first")
        upline = [first, *([first * _to_nothing(cell)] if cell.get("live") else [])]
        compared = [f"{seconds(each)} ({each / median:.1f})" for each in upline]
        rows.append((
            _name(cell), seconds(month["load_seconds"]), _spread(month),
            compared[0], compared[-1] if len(compared) > 1 else "-",
            f"{month['compared']:,} of {' and '.join(month['months'])}",
            "yes" if month["same"] else f"NO: {month['different']:,} differ",
        ))  # fmt: skip
    head = (
        "company", "load", "month in SQL", "Upline, from nothing", "Upline, from live figures",
        "figures compared", "all equal",
    )  # fmt: skip
    names = list(dict.fromkeys(name for _, month in months for name in month["steps"]))
    steps = table(
        ("step", *(_name(cell) for cell, _ in months)),
        [(name, *(seconds(month["steps"][name]) for _, month in months)) for name in names],
    )
    note = (
        "Seconds; in brackets how many times as long Upline takes as the SQL. The month in SQL is kept, "
        "durable and checked; it knows one plan, and keeps no reasons, hashes or journal.\n"
    )
    return f"### The same month in SQL, by hand in PostgreSQL\n\n{note}\n{table(head, rows)}\n{steps}"


def _families(cells: list[Facts]) -> str:
    rows = [
        (
            name, _name(cell), facts["period"], seconds(facts["seconds"]),
            seconds(facts["compression_and_bonuses"]),
        )
        for cell in cells
        for name, facts in cell.get("families", {}).items()
    ]  # fmt: skip
    if not rows:
        return ""
    head = ("plan", "company", "period", "whole run", "compression and bonuses")
    return f"### Each plan alone, seconds\n\n{table(head, rows)}"


def _skipped(cells: list[Facts]) -> str:
    where_skipped: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        for skip in cell["skipped"]:
            where_skipped.setdefault((skip["what"], skip["why"]), []).append(_name(cell))
    lines = [f"- {what} ({', '.join(where)}): {why}.\n" for (what, why), where in where_skipped.items()]
    return f"### Skipped\n\n{''.join(lines)}" if lines else ""

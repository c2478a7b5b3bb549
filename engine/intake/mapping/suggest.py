"""A mapping proposed for the files of a folder, by their names and values, with samples and open questions.

The text is a mapping file that can be read as it is; each line with a question mark is for a person to
decide. Nothing is written anywhere.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import UplineError
from engine.intake.mapping import synonyms
from engine.intake.mapping.mapping import Numbers, is_date, is_figure
from engine.intake.mapping.samples import ERA_FORM, Sample, forms_of, iso, numbers_of, sample
from engine.intake.tables import LAYOUTS, Layout
from engine.text import printable

SUFFIXES = (".csv", ".txt", ".tsv", ".parquet")
SHOWN = 3
"""Values that a line shows."""
MOST_WORDS = 12
"""Different values that a column of words may have."""
NOBODY = ("0", "-", "NULL", "null", "none", "n/a")
"""Words for no sponsor."""
TELLING = ("customer_id", "order_id", "leg", "placement_id", "qualifying_volume", "amount", "sponsor_id")
"""Columns that tell tables apart: most of all those that only one table has."""


class NothingToMapError(UplineError):
    """The folder has no file that could be a table."""


@dataclass(slots=True)
class Proposal:
    """One entry ``[[table]]``: what each column of ours is fed by, in TOML, with what is said of it."""

    layout: Layout
    sample: Sample
    fed: dict[str, str]
    lines: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def suggest(directory: Path) -> str:
    """The text of a proposed mapping; raises NothingToMapError."""
    paths = [path for path in sorted(directory.iterdir()) if path.suffix in SUFFIXES and path.is_file()]
    samples = [each for path in paths if (each := sample(path))]
    if not samples:
        raise NothingToMapError(
            "no file of the folder is a table", str(directory), f"Put files there: {', '.join(SUFFIXES)}."
        )
    proposals = [proposal for each in samples if (proposal := _proposal(each))]
    left = [each for each in samples if each.path not in {proposal.sample.path for proposal in proposals}]
    order = [layout.name for layout in LAYOUTS]
    proposals.sort(key=lambda proposal: order.index(proposal.layout.name))
    text = [
        f"# A proposal for {printable(directory.name)}. Lines with a question mark are open.",
        f"name = {_toml(directory.name or 'company')}",
        '# ? Which time zone are instants in? time_zone = "Europe/Warsaw"',
    ]
    if not any(proposal.layout.name == "members" for proposal in proposals):
        text.append(
            "# ? No file looks like members: who is in the trees, who sponsored whom, and since when?"
        )
    for each in left:
        text.append(f"# ? {_shown(each.path.name)} looks like no table: {_some(list(each.names))}")
    return "\n".join([*text, *(line for proposal in proposals for line in _entry(proposal))]) + "\n"


def _proposal(seen: Sample) -> Proposal | None:
    """The table that a file looks most like; None where it looks like none."""
    best: tuple[float, Proposal] | None = None
    for layout in LAYOUTS[:3]:
        fed = _fed(seen, layout)
        name = f"{layout.name[:-1]}_id"
        if name not in fed or len(fed) < 2:
            continue
        score = len(fed) + 2 * sum(column in fed for column in TELLING)
        score += 3 * (synonyms.plain(seen.path.stem) in (layout.name, layout.name[:-1]))
        score += {"members": 0, "customers": -1, "orders": 1}[layout.name]
        if best is None or score > best[0]:
            best = (score, Proposal(layout, seen, fed))
    return best[1] if best else None


def _fed(seen: Sample, layout: Layout) -> dict[str, str]:
    """For each column of a table of ours the likeliest column of the file; a figure may feed two of ours."""
    chosen: dict[str, str] = {}
    candidates = [
        (rank, target, name)
        for target in layout.columns
        for name in dict.fromkeys(seen.names)
        if name and (rank := synonyms.rank(name, synonyms.COLUMNS.get(target, ""))) is not None
        and _fits(seen, layout, target, name)
    ]  # fmt: skip
    for _, target, name in sorted(candidates, key=lambda each: each[0]):
        if target not in chosen and (name not in chosen.values() or is_figure(layout.name, target)):
            chosen[target] = name
    if layout.name == "members" and "sponsor_id" in chosen:
        ids = [name for _, target, name in candidates if target == "member_id"]
        ids = [name for name in ids if name not in chosen.values() or name == chosen.get("member_id")]
        if ids:
            chosen["member_id"] = max(ids, key=lambda name: _known(seen, name, chosen["sponsor_id"]))
    return chosen


def _known(seen: Sample, ids: str, sponsors: str) -> int:
    """How many sponsors are among the ids of a column."""
    listed = set(seen.column(ids))
    return sum(sponsor in listed for sponsor in seen.column(sponsors))


def _fits(seen: Sample, layout: Layout, target: str, name: str) -> bool:
    """Whether some values of a column could be those of ours."""
    values = seen.column(name)
    if not values:
        return target not in layout.required
    if is_date(target):
        return iso(values) or bool(forms_of(values[:50]))
    if is_figure(layout.name, target):
        return numbers_of(values[:50]) is not None
    if target == f"{layout.name[:-1]}_id":
        return len(set(values)) * 5 >= len(values) * 4
    return True


def _entry(proposal: Proposal) -> list[str]:
    seen, layout = proposal.sample, proposal.layout
    head = ["", "[[table]]", f'table = "{layout.name}"', f"file = {_toml(seen.path.name)}"]
    if seen.encoding != "utf-8":
        head.append(
            f'encoding = "{seen.encoding}"' + (" # ? a guess: compare the samples" if seen.guessed else "")
        )
    if seen.delimiter != ",":
        head.append(f"delimiter = {_toml(seen.delimiter)}")
    for target in layout.columns:
        if target in proposal.fed:
            proposal.lines.append(_line(proposal, target, proposal.fed[target]))
        elif target in layout.required:
            proposal.lines.append(_lacking(proposal, target))
    unused = [name for name in seen.names if name and name not in proposal.fed.values()]
    for name in unused:
        proposal.lines.append(f"# not used: {_shown(name)}: {_some(seen.distinct(name))}")
        if synonyms.rank(name, synonyms.TYPES) is not None and len(seen.distinct(name)) <= MOST_WORDS:
            proposal.questions.append(
                f"# ? Is every row one of {layout.name}? Otherwise say which: "
                f"where = {{ {_toml(name)} = {_toml(seen.distinct(name)[0])} }}"
            )
    return [*head, *proposal.questions, "", "[table.columns]", *proposal.lines]


def _line(proposal: Proposal, target: str, name: str) -> str:
    values = proposal.sample.column(name)
    options, question = [f"column = {_toml(name)}"], ""
    if is_date(target):
        question = _dated(values, options)
    elif is_figure(proposal.layout.name, target):
        question = _figured(values, options)
    elif target in ("status", "kind"):
        question = _worded(target, proposal.sample.distinct(name), options)
    elif target in ("sponsor_id", "placement_id"):
        question = _rooted(proposal, values, name, options)
    elif target == "currency" and any(value != value.upper() for value in values):
        options.append("upper = true")
    written = _toml(name) if len(options) == 1 else f"{{ {', '.join(options)} }}"
    return f"{target} = {written} # {question}{_some(list(dict.fromkeys(values)))}"


def _dated(values: list[str], options: list[str]) -> str:
    if iso(values):
        return ""
    forms = forms_of(values)
    if not forms:
        return "? no format that we know fits: "
    if ERA_FORM in forms:
        options.append('calendar = "japanese"')
    fitting = [form for form in forms if len(forms) > 1]
    swapped = {form.replace("DD", "?").replace("MM", "DD").replace("?", "MM") for form in forms} & set(forms)
    if len(forms) == 2 and len(swapped) == 2:
        options.append(f"format = {_toml(forms[0])}")
        return f"? or is it {forms[1]}? "
    options.append(f"format = {json.dumps(fitting, ensure_ascii=False) if fitting else _toml(forms[0])}")
    return ""


def _figured(values: list[str], options: list[str]) -> str:
    numbers = numbers_of(values)
    if numbers is None:
        return "? some of these are no figures: "
    if numbers.decimal != ".":
        options.append(f"decimal = {_toml(numbers.decimal)}")
    if numbers.thousands:
        options.append(f"thousands = {_toml(numbers.thousands)}")
    odd = Numbers(",") if numbers == Numbers() else Numbers()
    doubtful = numbers.thousands and all(numbers_of([value]) in (numbers, odd) for value in values)
    return "? are these groups of thousands? " if doubtful and numbers.decimal == "." else ""


def _worded(target: str, words: list[str], options: list[str]) -> str:
    if len(words) > MOST_WORDS:
        return "? too many different words: "
    if target == "status":
        meant = {word: synonyms.status_of(word) for word in words}
    else:
        refunds = {word for word in words if synonyms.rank(word, synonyms.REFUNDS) is not None}
        meant = {word: "refund" if word in refunds else "sale" for word in words}
    known = {word: meaning for word, meaning in meant.items() if meaning}
    if any(word != meaning for word, meaning in known.items()):
        options.append(
            "words = { " + ", ".join(f"{_toml(word)} = {_toml(known[word])}" for word in known) + " }"
        )
    unknown = [word for word in words if word not in known]
    if unknown:
        return f"? what does {_some(unknown)} mean? "
    return "? is every other word a sale? " if target == "kind" else ""


def _rooted(proposal: Proposal, values: list[str], name: str, options: list[str]) -> str:
    seen = proposal.sample
    ids = seen.names.index(proposal.fed["member_id"])
    own = seen.names.index(name)
    if any(len(row) > max(ids, own) and row[own] and row[own] == row[ids] for row in seen.rows):
        options.append('itself = "empty"')
    known = {row[ids] for row in seen.rows if len(row) > ids}
    nobody = [word for word in NOBODY if word in values and word not in known]
    if nobody:
        options.append(f"empty = {json.dumps(nobody)}")
    strangers = [value for value in dict.fromkeys(values) if value not in known and value not in nobody]
    return f"? not among the members: {_some(strangers)}; " if strangers else ""


def _lacking(proposal: Proposal, target: str) -> str:
    """A line for a column that must be fed and that nothing looks like."""
    constants = {"kind": "sale", "currency": "USD", "sponsor_id": "", "enrolled_on": "2000-01-01"}
    if target in ("qualifying_volume", "commissionable_volume", "amount"):
        near = next((proposal.fed[name] for name in ("commissionable_volume", "qualifying_volume", "amount")
                     if name in proposal.fed), None)  # fmt: skip
        if near:
            line = _line(proposal, target, near)
            return line.replace(" # ", " # ? no column looks like it: ", 1)
        return f'{target} = {{ value = "0" }} # ? no column looks like it'
    return f"{target} = {{ value = {_toml(constants.get(target, ''))} }} # ? no column looks like it"


def _toml(text: str) -> str:
    """A text in quotes, as TOML has it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _shown(text: str) -> str:
    """A text on one line of a comment."""
    short = text if len(text) <= 40 else f"{text[:37]}..."
    return printable(short).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _some(values: list[str]) -> str:
    more = " ..." if len(values) > SHOWN else ""
    return ", ".join(_shown(value) for value in values[:SHOWN]) + more if values else "empty"

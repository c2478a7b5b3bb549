"""Which days, ids and texts an operation may have."""

from datetime import date

from engine import ranges
from engine.errors import excerpt
from engine.genealogy.operations.holders import Customer, Person, last_change
from engine.genealogy.operations.picture import Picture
from engine.genealogy.refusals import BadIdError, BadTextError, FutureDayError, LaterChangeError


def on_time(picture: Picture, day: date, of: Person | Customer | None = None, *fields: str) -> None:
    """Refuse a day before the one on which the same has changed last; who comes in, comes by today."""
    if of is None and day > picture.today:
        raise FutureDayError(
            f"{day} is after today, {picture.today}", "on", "Give today or an earlier day.",
        )  # fmt: skip
    for field in fields if of is not None else ():
        changed = last_change(of, field) if of is not None else None
        if changed is not None and day < changed.on:
            raise LaterChangeError(
                f"the same has changed on {changed.on} by change {changed.number}, after {day}", "on",
                "Give that day or a later one, or take the later change back first.",
            )  # fmt: skip


def good_id(text: str, field: str) -> None:
    """Refuse an id that is empty, too long, or has spaces around it or control signs."""
    most = ranges.ID_LENGTH.most
    if not text or len(text) > most or not text.isprintable() or text != text.strip():
        raise BadIdError(
            f"the id {excerpt(text)} is empty, has spaces around it, is longer than {most} characters, "
            "or has control signs",
            field, "Use a shorter, printable identifier.",
        )  # fmt: skip


def good_text(text: str | None, field: str) -> None:
    """Refuse a text that is too long or has control signs."""
    most = ranges.TEXT_LENGTH.most
    if text is not None and (len(text) > most or not text.isprintable()):
        raise BadTextError(
            f"the {field} is longer than {ranges.TEXT_LENGTH.text(most)} characters, or has control signs",
            field, "Use a shorter, printable text.",
        )  # fmt: skip

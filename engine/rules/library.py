"""The rule modules that there are: the engine's own, those of installed packages, and a company's."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from engine.errors import UplineError, did_you_mean, excerpt
from engine.graph.queries import KEPT, Query, folder
from engine.rules.contract import FOLDERS, QUESTIONS, load, load_question
from engine.rules.module import Module

ENTRY_POINTS = "upline.rules"
"""Installed packages offer a folder of rules under this entry point group."""


class UnknownRuleError(UplineError):
    """No rule module has that name."""


class RulesPlaceError(UplineError):
    """A place that should hold rule modules is none."""


class RuleTwiceError(UplineError):
    """Two rule modules of one kind have one name."""


def rule(kind: str, name: str, company: Path | None = None) -> Module:
    """The rule of that kind and name; raises UnknownRuleError with the nearest known ones."""
    known = rules(kind, company)
    if name not in known:
        message = f"no {kind} rule is called {excerpt(name)}; known are {', '.join(sorted(known))}"
        own = (
            None if company is not None else "UPLINE_RULES is not set: it names the folder of your own rules."
        )
        raise UnknownRuleError(message, todo=did_you_mean(name, known) or own)
    return known[name]


@cache
def rules(kind: str, company: Path | None = None) -> Mapping[str, Module]:
    """Every rule of a kind by name: the engine's own, those of installed packages, the company's."""
    return {path.stem: load(kind, path) for path in _files(kind, FOLDERS[kind], company)}


@cache
def questions(kind: str, company: Path | None = None) -> Mapping[str, Query]:
    """Every check or report by name: the engine's own, those of installed packages, the company's."""
    return {path.stem: load_question(kind, path) for path in _files(kind, QUESTIONS[kind], company)}


def _files(kind: str, place: str, company: Path | None) -> list[Path]:
    """The files of a kind; raises RuleTwiceError where two have one name."""
    paths: dict[str, Path] = {}
    for root in roots(company):
        for path in sorted((root / place).glob("*.cypher")):
            if path.stem in paths:
                raise RuleTwiceError(
                    f"the {kind} rule {path.stem} is already defined by {paths[path.stem]}",
                    str(path),
                    "Give it a name of its own: no rule can be replaced.",
                )
            paths[path.stem] = path
    return list(paths.values())


def roots(company: Path | None) -> Iterator[Path]:
    """The folders that are searched for rules; raises RulesPlaceError for one that is not there.

    A run's kept rules are searched for alone.
    """
    if company is not None and (company / KEPT).is_file():
        yield company
        return
    yield folder() / "rules"
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            offered = point.load()
            offered = offered() if callable(offered) else offered
            place = Path(offered.__path__[0] if hasattr(offered, "__path__") else offered)
        except Exception as error:  # whatever a foreign package raises, say whose it is
            raise RulesPlaceError(
                f"the rules of an installed package cannot be found: {error}",
                f"entry point {point.name} = {point.value}",
                "It must name a folder of rules, a function that returns one, or a package that is one.",
            ) from error
        yield _folder(place, f"entry point {point.name} = {point.value}", "Correct or remove that package.")
    if company is not None:
        yield _folder(company, "UPLINE_RULES", "Name the folder that holds bonuses/, compression/ and so on.")


def _folder(place: Path, where: str, todo: str) -> Path:
    if not place.is_dir():
        raise RulesPlaceError(f"there is no folder {place}", where, todo)
    return place

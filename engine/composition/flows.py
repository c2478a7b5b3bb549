"""Flows: the text of a flow rule in the statements that compute it, show it, and work it out again."""

from typing import Any

from engine.composition.trees import by_figure, in_tree
from engine.graph.queries import Query, Statement, foreign, joined, query
from engine.plans.plan import Bonus, Plan
from engine.rules.module import SHOWN, Module


def body_of(module: Module) -> Query:
    """A flow rule's text, the period's orders of `source` put in where it asks for them."""
    return module.body.fill(**{name: query(f"bonuses/{name}") for name in module.body.holes})


def computed(
    bonus: Bonus, module: Module, window: dict[str, object], previous: int | None
) -> tuple[Query, dict[str, Any]]:
    """The piece that computes a bonus's flow for one standing; `previous` is the run of the period before."""
    filled, parameters = _filled("passes/state", bonus, module, window, previous, kept=_kept(module))
    return filled, {**parameters, "state": bonus.state}


def asked_again(bonus: Bonus, module: Module, window: dict[str, object], previous: int | None) -> Statement:
    """What the flow says of a finished run's standings on some levels; those are the caller's to add."""
    chosen = query("answers/of_levels")
    filled, parameters = _filled("answers/flow", bonus, module, window, previous, chosen=chosen)
    if "state" in filled.params:
        parameters["state"] = bonus.state
    return in_tree(filled, bonus.tree), parameters


def shown(module: Module) -> Query:
    """The statement that reads what a flow shows of its state on some members' standings."""
    figures = joined((expression for _, _, expression in module.shows), ", ")
    return query("answers/states").fill(chosen=query("answers/of_members"), figures=figures)


def shown_not_whole(plan: Plan, bonus: Bonus, module: Module) -> Statement:
    """What a flow shows of its state that is not of its type; the caller adds the run."""
    figures = joined(
        (
            query("bonuses/shown_figure").fill(
                name=name,
                figure=expression,
                type=SHOWN[kind],
                expected=f"{SHOWN[kind]}, the number of a rank" if kind == "RANK" else SHOWN[kind],
                ranks=f"coalesce(0 <= shown <= {len(plan.ranks)}, true)" if kind == "RANK" else "true",
            )
            for name, kind, expression in module.shows
        ),
        ", ",
    )
    statement = query("bonuses/shown_not_whole").fill(figures=figures)
    return statement, {"state": bonus.state, "rule": bonus.rule}


def _kept(module: Module) -> Query:
    if not foreign(module.path):
        return query("passes/kept")
    type_ = module.state_type.replace(">", " NOT NULL> NOT NULL")
    return query("passes/kept_if_whole").fill(type=type_)


def _filled(
    name: str,
    bonus: Bonus,
    module: Module,
    window: dict[str, object],
    previous: int | None,
    **pieces: Query,
) -> tuple[Query, dict[str, Any]]:
    carried = module.carries and previous is not None
    body = by_figure(body_of(module), bonus.values)
    before = query("passes/before" if carried else "passes/none_before")
    filled = query(name).fill(before=before, flow=body, **pieces)
    parameters = {"rule": bonus.rule, **{key: value for key, value in window.items() if key in body.params}}
    return filled, {**parameters, "previous": previous} if carried else parameters

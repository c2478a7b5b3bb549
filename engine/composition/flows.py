"""Flows: the text of a flow rule with what its places hold."""

from engine.graph.queries import Query, joined, query
from engine.rules.module import Module


def body_of(module: Module) -> Query:
    """A flow rule's text, the period's orders of `source` put in where it asks for them."""
    return module.body.fill(**{name: query(f"bonuses/{name}") for name in module.body.holes})


def shown(module: Module) -> Query:
    """The statement that reads what a flow shows of its state on some members' standings."""
    figures = joined((expression for _, _, expression in module.shows), ", ")
    return query("answers/states").fill(chosen=query("answers/of_members"), figures=figures)

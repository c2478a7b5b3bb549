"""Flows: the text of a flow rule with what its places hold."""

from engine.graph.queries import Query, query
from engine.rules.contract import Module


def body_of(module: Module) -> Query:
    """A flow rule with what its places stand for."""
    orders = query("bonuses/orders")
    asks = "<<orders>>" in module.body
    text = module.body.replace("<<orders>>", orders.text)
    return Query(module.name, module.path, "read", dict(orders.params) if asks else {}, {}, "", text)

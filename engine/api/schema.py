# mypy: allow-untyped-calls
"""The schema: its root, put together from roots, and its text, which schema.graphql must equal."""

from typing import cast

import graphene
from graphql import GraphQLScalarType

from engine.api.guards import guard
from engine.api.mutations.root import Mutation
from engine.api.roots.disclosure import DisclosureRoot
from engine.api.roots.ledger import LedgerRoot
from engine.api.roots.nodes import NodesRoot
from engine.api.roots.pay import PayRoot
from engine.api.roots.people import PeopleRoot
from engine.api.roots.plans import PlansRoot
from engine.api.roots.reports import ReportsRoot
from engine.api.roots.runs import RunsRoot
from engine.api.roots.what_ifs import WhatIfsRoot
from engine.api.subscriptions.root import Subscription


class RootQuery(
    PayRoot,
    PlansRoot,
    ReportsRoot,
    DisclosureRoot,
    RunsRoot,
    LedgerRoot,
    PeopleRoot,
    WhatIfsRoot,
    NodesRoot,
    graphene.ObjectType,
):
    """All queries.

    A field that looks up an id returns null if the id does not exist, with an error: `extensions.code` is a
    stable name, and `message` says what to do.
    """

    class Meta:
        """The name that GraphQL gives the root."""

        name = "Query"


SPECIFIED = {
    "Decimal": "https://www.w3.org/TR/xmlschema11-2/#decimal",
    "Date": "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    "DateTime": "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
}
"""Where the text of each scalar is specified."""

schema = graphene.Schema(query=RootQuery, mutation=Mutation, subscription=Subscription)
for _scalar, _address in SPECIFIED.items():
    cast("GraphQLScalarType", schema.graphql_schema.type_map[_scalar]).specified_by_url = _address
guard(schema.graphql_schema)
schema.graphql_schema.description = (
    "Genealogy and commissions of a company: members as of today, and the results of finished runs. "
    "Volumes and money are exact decimal text. Lists come in pages, with `edges` for Relay."
)


def printed() -> str:
    """The schema in GraphQL's own notation, as schema.graphql holds it."""
    return f"{schema}".rstrip() + "\n"

# mypy: allow-untyped-calls
"""The schema: its root, put together from roots, and its text, which schema.graphql must equal."""

import graphene

from engine.api.roots.nodes import NodesRoot
from engine.api.roots.pay import PayRoot
from engine.api.roots.people import PeopleRoot
from engine.api.roots.runs import RunsRoot


class RootQuery(PayRoot, RunsRoot, PeopleRoot, NodesRoot, graphene.ObjectType):
    """All queries.

    A field that looks up an id returns null if the id does not exist, with an error: `extensions.code` is a
    stable name, and `message` says what to do.
    """

    class Meta:
        """The name that GraphQL gives the root."""

        name = "Query"


schema = graphene.Schema(query=RootQuery)
schema.graphql_schema.description = (
    "Genealogy and commissions of a company: members as of today, and the results of finished runs. "
    "Volumes and money are exact decimal text. Lists come in pages, with `edges` for Relay."
)


def printed() -> str:
    """The schema in GraphQL's own notation, as schema.graphql holds it."""
    return f"{schema}".rstrip() + "\n"

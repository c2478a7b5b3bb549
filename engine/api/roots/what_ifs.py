# mypy: allow-untyped-calls
"""Where a client begins with what-ifs."""

from graphene import Field, List, NonNull, ResolveInfo, String

from engine.api.context import Context
from engine.api.types.pages import most, size
from engine.api.types.what_ifs import WhatIf
from engine.whatif import kept


class WhatIfsRoot:
    """Fields on what-ifs: those who may compute one read them."""

    what_ifs = List(NonNull(WhatIf), first=most("what-ifs"), description="What-ifs, newest first.")
    what_if = Field(
        WhatIf,
        name=NonNull(String, description="Its name."),
        description="The what-if of a name. Error: `no_what_if`.",
    )

    @staticmethod
    async def resolve_what_ifs(_root: object, info: ResolveInfo, first: int) -> list[kept.WhatIf]:
        """The newest of them."""
        context: Context = info.context
        return (await context.ask(kept.what_ifs, context.graph))[: size(first)]

    @staticmethod
    async def resolve_what_if(_root: object, info: ResolveInfo, name: str) -> kept.WhatIf:
        """The one of that name, or NoWhatIfError."""
        context: Context = info.context
        return await context.ask(kept.one, context.graph, name)

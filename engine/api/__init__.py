"""GraphQL.

    schema     the root, and the schema as text; roots: its fields, one file a subject
    types      the types, one file a subject
    mutations  what clients change; subscriptions: what they follow; writing: changes under way
    context    what a request has; lookups: loaders that turn many single questions into one query; cursors
    loaders    lookups that are made together; newest: the runs that requests choose, known for a moment
    timed      the database as one request sees it: reads only, within its time
    request    what is known of the request under way: its id, its cost; errors: as clients see them
    answering  from the parameters of a request to its answer; cost: what queries cost, and who may spend it
    fields     the area of each field; guards: what hides those that a viewer does not read
    identity   who asks: tokens, keys, and the viewer behind one
    http       the protocol: application, handler, headers, limits; serving: processes, connections, health

In: a request. Out: JSON. Resolvers fetch through answers and explain; they never compute.
`upline serve` and tests import it.
"""

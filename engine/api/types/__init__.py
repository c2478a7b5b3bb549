"""The types of the schema, one file a subject.

    people, nodes               members, standings and their lists; global ids
    trees                       filters and orders; member_trees, standing_trees: who is above and below
    pay, explained              statements, lines and explanations
    ranks, overlays, transfers  rank cards, compressed trees, volume that moved
    runs                        runs, their totals and checks
    chosen                      the arguments that choose a run
    pages, scalars, figures     connections, exact numbers as text, units
    prices                      what each field costs
    ahead                       a standing and its frontline, read together

In: facts of answers. Out: fields with their descriptions. Resolvers fetch; they never compute.
"""

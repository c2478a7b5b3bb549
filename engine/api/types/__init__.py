"""The types of the schema, one file a subject.

    people, nodes, line_nodes   members, standings and their lists; global ids
    trees                       filters and orders; member_trees, standing_trees: who is above and below
    upline, days                the members above, as members see them; a member on any day
    pay, explained, why         statements, orders, lines; prospects; ledger, postings, corrections
    progress, live              a member over time, who is nearest to the next rank; an open period
    ranks, overlays, transfers  rank cards, compressed trees, volume that moved
    runs, under_way, what_ifs   runs and their checks; how far one is; others on their standings
    plans, plan_periods, reports  the life of a period; plans in words, rules; reports and their rows
    chosen                      the arguments that choose a run; disclosure: what is published
    pages, nodes                connections, and objects by their global ids
    scalars, figures, prices    exact numbers as text, units; what each field costs
    ahead                       a standing and its frontline, read together

In: facts of answers. Out: fields with their descriptions. Resolvers fetch; they never compute.
"""

"""The fields of the root, one file a subject: what a client can begin with.

    people  members and standings
    runs    finished computations; what_ifs: others on their standings
    nodes   whatever has a global id
    plans   plans in words, rules, reports, periods
    reports reports and their rows
    disclosure  compliance, and the income disclosure
    pay     orders, and why somebody was paid or not
    ledger  what the company owes

In: arguments. Out: facts of answers and explain. Plain classes, which engine/api/schema.py puts together.
"""

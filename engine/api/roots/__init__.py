"""The fields of the root, one file a subject: what a client can begin with.

    people  members and standings
    runs    finished computations
    nodes   whatever has a global id
    pay     orders, and why somebody was paid or not

In: arguments. Out: facts of answers and explain. Plain classes, which engine/api/schema.py puts together.
"""

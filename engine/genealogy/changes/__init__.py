"""The only writer of the company's state: members, edges, facts, overrides, customers, orders, settings.

    lane     one writer at a time, and the next number
    edges    the one place where edges are opened, closed and withdrawn
    writing  a change set under way: every statement that writes; kinds: what it can change
    recording  changes that one transaction makes as wholes, in few statements
    requests a request that its client may send again is kept with its answer
    kept     what is kept of the placement tree, up to date with every edge
    closed   the guard: no change reaches into a committed period
    periods  the life of a period, as it is written
    ledger   batches of entries, as they are written
    survey   makes what is kept, where it is first used
    undo     what an interrupted change set left is taken back

In: checked rows. Out: a numbered change set, complete or taken back.
Whatever caches, or continues from earlier results, asks for the number of the last change.
"""

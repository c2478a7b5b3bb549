"""The life of a run.

    life      opened under a number, kept alive, complete or cleared away
    aside     on frozen standings, kept as no result
    runner    takes a run through the passes of the map, and tasks in parallel with them
    progress  how far a run is, for whoever watches it
    live      figures of an open period that follow its orders and operations
    following  the changes since, followed in one transaction
    climbing  what changes above some standings, each once
    contents  what a database holds, with each run's hash computed again: what checks a backup
    removal   what superseded and interrupted runs left is removed

In: a graph, a plan and a period. Out: a run under way, and its record once it counts.
`engine/run.py`, commands and the API import it.
"""

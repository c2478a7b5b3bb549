"""The door to Neo4j.

    database  sessions, transactions, retries; the only module that opens a session
    bridge    functions that wait, run on an event loop that does not
    awaited   reads on an event loop, which end in the server when their task is cancelled
    patience  which faults are tried again, and for how long
    rehearsed work in a transaction that is rolled back
    driver    the driver's own classes, loaded when one is needed
    queries   query files: their headers, parameters and holes
    pieces    the file and line of every stretch of a composed statement
    literals  Python values as Cypher literals
    schema    constraints and indexes
    claims    whether a process is still at work on a record that it has not finished
    adhoc     questions of data teams, which only read

In: a query by name, or a text that only reads, with parameters. Out: rows. Imports the ground floor alone.
"""

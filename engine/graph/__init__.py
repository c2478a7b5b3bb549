"""The door to Neo4j: the driver, query files, the schema, and read-only questions.

In: a query by name, or a statement that only reads, with its parameters. Out: rows.
Only `database` opens sessions. Every package above may import this one; it imports `errors` alone.
"""

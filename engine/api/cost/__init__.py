"""What queries cost.

    tariff   the prices of all fields of a schema, which engine/api/types/prices.py lists
    pricing  the walk through a query that adds them up before it runs, and through its answer afterwards
    budgets  what a viewer and an address may spend; ledgers keep it, for one process or for several

In: a document and its variables. Out: a price, or a refusal. It knows nothing of HTTP and asks nothing.
"""

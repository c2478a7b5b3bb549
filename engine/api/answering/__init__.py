"""From the parameters of a request to its answer.

    answer     parsed, priced, paid, validated, run
    checking   query texts, parsed and validated once each
    documents  those that clients name by their hash, and the list that nothing else passes
    flights    equal reads at once are run once
    turns      how many requests are answered at once
    quick      how valid queries are run: a short cut for plain values
    rows       lists of plain values, completed row by row

In: a query, its variables and the context of its request. Out: an answer in GraphQL's shape, with its price.
HTTP and web sockets use the same.
"""

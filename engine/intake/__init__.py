"""Company tables in: files to typed columns, checked against each other and the graph, then handed on.

In: CSV or Parquet. Out: an `ImportReport`, or refusals with file and line.
`importing` is the way in; commands, `compute` and tests use it.
"""

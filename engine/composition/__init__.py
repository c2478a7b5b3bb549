"""Statements composed from pieces: what the server gets when a plan is computed, read or explained.

In: a plan, its rules, and the pieces of cypher/parts. Out: a `Query`, with the parameters that it declares.
Nothing here asks a server, but for `vetting`, which lets it explain a company's own rules. Stages, answers
and the workbench import this package, so that what pays and what explains is one text.
"""

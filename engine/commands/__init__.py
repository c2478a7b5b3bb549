"""The command line, one file for each group of commands.

    console, lost                what all share: the database, progress, tables, refusals
    figures, options             numbers, periods and days; options that several commands share
    company, place, rollup       changes of the company; member, prospect, operations: singly, many; previews
    mapping                      a company's own files: proposals and ready mappings
    plan, rules                  plan files and rule modules
    run, live, what_if, archive  a period, computed or kept up to date; ledger, postings: what is owed
    serve, serve_options         the API; token: tokens for it; server: the managed Neo4j
    members, directory           questions on one member; downline, near, data, corrections: on many
    answers, why, rank_card      how answers look; totals: of runs; disclosure: what is published
    backup, password, upgrade    its backups, its password, data of earlier releases
    sample, demo                 companies to try

In: options. Out: printed lines, or a refusal and its exit status. At its top a module imports what its
options need, and in each function what that does: help comes at once. `engine/cli.py` puts them together.
"""

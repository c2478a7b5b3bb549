"""The command line, one file for each group of commands.

    console, lost                what all share: the database, progress, tables, refusals
    figures                      numbers, periods and days among the options
    company, place, rollup       changes of the company
    plan, rules                  plan files and rule modules
    run, live                    a period, computed or kept up to date
    answers, downline, data      questions
    serve, server                the API, the managed Neo4j
    backup, password, upgrade    its backups, its password, data of earlier releases
    sample, demo                 companies to try

In: options. Out: printed lines, or a refusal and its exit status. Each is a thin wrapper over a library
function; `engine/cli.py` puts them together.
"""

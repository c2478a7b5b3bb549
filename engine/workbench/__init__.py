"""For data teams and authors of rules.

    cases, notation  a small company, a plan and what must come out, as a text file
    composed         the whole statement that holds a rule, ready to paste into a shell
    reports          read-only queries on one run
    disclosure       compliance, and what everybody earned, to be published
    printing         rows as a table, CSV or JSON
    py2neo           the same database for notebooks

In: a case, a rule, a report's name, or a run. Out: rows and text.
Commands and tests import it.
"""

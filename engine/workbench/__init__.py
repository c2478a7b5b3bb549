"""For data teams and authors of rules: cases, reports, py2neo, and tables for other programs.

In: a run, a report's name, or a case file. Out: rows. Commands import this package.
"""

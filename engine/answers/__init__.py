"""Every read of a result, once.

    runs, members, orders        the runs, people and orders there are
    standings, trees, downline   who is where, and with which figures
    pay, lines                   what a member earned, and every line of it
    contradictions               whether lines, derived again, are what was earned
    ranks                        rank cards, and what the next rank lacks
    overlays, transfers, states  compressed trees, volume that moved, what flows keep
    within                       which standings the reader may see
    pages, bulk, export, sinks   long lists: page by page, level by level, as tables; tables as files

In: a complete run and member ids. Out: typed facts, figures as integers in the unit that a docstring names.
Command line, API, export and explanations read through it alone.
"""

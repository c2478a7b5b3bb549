"""Every read of a result, once.

    runs, members, orders        the runs, people and orders there are; prospects; order_pages: their lists
    standings, trees, downline   who is where in a run, with which figures; duplication of a team
    today, days, search, words   who is where today or on any day; who is found by name or id
    above                        the upline as members see it
    pay, lines, ledger           what a member earned, each line, what the company owes; corrections
    contradictions               whether lines, derived again, are what was earned
    ranks, near, history, live   rank cards, who is nearest to the next rank, a member over time and by now
    overlays, transfers, states  compressed trees, volume that moved, what flows keep
    within, changes              which standings the reader may see; what followers of the company see
    pages, sorting, bulk         long lists: page by page, by a figure, level by level
    export, ledger_tables        as tables; sinks: tables as files

In: a complete run and member ids. Out: typed facts, figures as integers in the unit that a docstring names.
Command line, API, export and explanations read through it alone.
"""

"""The life of a period: open, in review, committed by one run, paid; who did what, and when.

    lives       what a period of a plan is, and what has happened to it
    steps       review, reopening, approval, and the company's rules
    committing  a run is committed: it closes the period, in steps that can be repeated
    withdrawing a commit is taken back before anything is paid
    texts       what a committed run keeps to be explained by for good
    keeping     what is kept with a commit, and its archive

In: a graph, a period and a plan. Out: the period as it is now, or a refusal by name. What is written goes
through `engine/genealogy/changes`, whose guard lets nothing into a closed day. Commands and API import it.
"""

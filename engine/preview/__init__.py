"""What an operation on people and trees would change, before it is made: places, volumes, ranks and pay.

    previewing  which complete runs it would make out of date, and what computing them again would give
    extent      what of a plan can be computed for those affected alone
    narrowed    a period worked out anew for those affected alone
    figures     what members have before and after, and where that differs

In: a graph and an operation of engine/genealogy/operations/kinds.py. Out: a `Preview`, or its refusal.

One transaction decides the operation with the checks of `perform`, writes its effects, computes the periods
that it touches by the stages of a run, compares, and is rolled back. Where that gives the same, those whom it
affects are computed alone; of a large company, what needs everybody is left out by name. So the figures are
exact under any plan, nothing is written, no number is taken, the lane stays free, and a process that is
killed leaves nothing. A period is touched where the function that judges freshness (engine/passes/chain.py)
says so, or where its run rests on such a run. Every period is open unless something says otherwise.
"""

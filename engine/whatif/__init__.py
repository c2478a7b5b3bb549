"""What-if: a period computed once more on the frozen standings of a run, with another plan or other places.

    changes    what is changed: the plan, keys of its text, places and ranks of members
    settings   another value for a key of a plan's text
    places     members are put elsewhere in the run's tree, or refused
    computing  the run itself, kept aside under a name
    kept       which what-ifs there are; their removal
    comparing  totals, bonuses, ranks and members, before and after
    tables     the same as files

In: a graph, a run and changes. Out: a run that is no result, and what differs. Commands and API import it.
"""

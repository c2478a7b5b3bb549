"""What the stages of a run share.

    context, crew        the run under way, and threads that ask in parallel
    levels               walks over standings, level by level
    measures, intervals  further figures of every standing
    hashes, checks       what went in and came out, and whether it adds up
    carry, chain, notes  earlier runs that a run rests on, and what it must say
    record, replay       the record of a complete run, and what it was made of

In: a run under way (`Work`) and a piece of Cypher. Out: figures on standings.
Stages, the life of runs and answers import it; it knows no stage.
"""

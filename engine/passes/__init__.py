"""What the stages of a run share.

    context, crew        the run under way, and threads that query in parallel
    levels               walks over standings, level by level
    relevel              levels of trees in which somebody has moved, counted anew
    frozen               standings that are taken over from another run
    measures, intervals  further figures of every standing
    hashes, checks       what went in and came out, and whether it adds up
    overflows            figures that pass 64 bits, and what is to blame
    carry, chain, notes  earlier runs that a run rests on, and its notes
    openings             what a company brings along from before its first run
    record, replay       the record of a complete run, and its inputs

In: a run under way (`Work`) and a piece of Cypher. Out: figures on standings.
Stages, the life of runs and answers import it; it knows no stage.
"""

"""What a run computes, one file a stage.

    openings, outside    what comes along from before the first run, and earnings from elsewhere
    standings, activity  the frozen trees, and who is active
    push, volumes        volume that moves up, then group volume
    ranks                who qualifies, and what each is paid as
    compression          one compressed tree for each rule in use
    bonuses              who is paid what; a folder
    statements, checks   what each member earned, and whether it adds up

In: a run under way. Out: figures, edges and earnings of its standings.
No stage imports another: they meet in the graph. `engine/run.py` is the map that calls them.
"""

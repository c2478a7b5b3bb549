"""What the stages of a run share: its context, walks over levels, intervals, measures, hashes, its record.

In: a run under way (`Work`) and a piece of Cypher. Out: figures on standings, or one list of columns.
Stages, the life of runs and answers import this package; it knows no stage.
"""

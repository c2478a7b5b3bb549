"""The stages of a run, one file each; the bonus stage is a folder. They meet in the graph alone.

In: a run under way. Out: figures, edges and earnings of its standings.
`engine/run.py` is the map that calls them, in order; live figures use the first ones.
"""

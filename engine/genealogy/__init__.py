"""Members and both trees through time: what is stored, how it changes, where a newcomer is placed.

In: checked changes. Out: edges with days, timelines of moves, free places.
`changes` writes and takes back; intake, commands and runs import this package.
"""

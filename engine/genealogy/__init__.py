"""Members and both trees through time: what is stored, how it changes, where a newcomer is placed.

In: checked rows, or a member who waits for a place. Out: numbered changes, edges with days, free places.
`changes` is the only writer of the company's state; intake, commands and runs import this package.
"""

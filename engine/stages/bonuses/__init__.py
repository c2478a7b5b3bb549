"""The bonus stage.

    matches  what other calendars paid, copied for those that match it
    flows    figures of every standing that a bonus needs first
    pay      the bonuses themselves, and their totals
    caps     limits on what bonuses pay together

In: standings with ranks and compressed trees. Out: earnings, and the totals of each bonus.
`engine/run.py` has their order.
"""

"""The bonus stage: what other calendars paid, flows, the bonuses themselves, and caps on them.

In: standings with ranks and compressed trees. Out: earnings, and the totals of each bonus.
"""

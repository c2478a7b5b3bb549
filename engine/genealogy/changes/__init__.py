"""The only writer of the company's state: members, edges, facts, overrides, customers, orders, settings.

Every change set has a number: it is opened in the lane (`lane`), written (`writing`), and complete, or taken
back (`undo`). Whatever caches, or goes on from earlier results, asks for the number of the last change.
"""

"""The fault campaign: rounds of commands on a small company, with faults at random points of random commands.

In: a seed and a number of rounds (`python -m tests.soak --rounds 300 --seed 7`, or `make soak`). Out: a
report of what each fault did to each command; after a failure, the round's script and how to replay it.

Each round plays one script twice: undisturbed, which shows how long each command takes and what must come
out, and disturbed. After every command the two companies must be equal.
"""

"""Why a member was paid for an order, or was not: lines, who was skipped, and a sentence for the reader.

In: a complete run, a member and an order. Out: an `Explanation`.
Command line and API show it; nothing is computed here that a run did not compute.
"""

"""The ledger: what the company owes its members, as balanced entries that are never changed.

    accounts, balances  the kinds of accounts, and what they come to
    posting    what a run pays is posted when the run is committed, and reversed when that is withdrawn
    folding    booked batches are added up in accounts
    auditing   debits equal credits, entries equal earnings
    adjusting  what is booked by hand, and approved; holding: what is held, released, forfeited
    paying     what would be paid now, and why not to others; rules: the company's for all of it

In: a committed run, or what somebody books by hand. Out: batches of entries, each with number, key, actor,
reason, source and day. What is written goes through `engine/genealogy/changes`; `engine/periods` posts what
is committed, and `engine/answers` reads balances.
"""

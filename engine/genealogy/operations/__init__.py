"""What people do to the trees: a request for each kind, one way to do it, the same refusals everywhere.

    kinds        the requests: EnrollMember, MoveMember, ChangeSponsor ...; words: what they may say
    performing   perform, perform_each: the lane, the key, the checks, one numbered change
    bulk         many operations: all of them or none, or those that can be done
    combining    operations that come at once share a transaction
    placing      members who wait take places: one, many, or all whose window has ended
    picture      the company as one transaction sees it; holders: its people; effects: what is decided
    trees        moves and swaps, and what they are checked for
    succession, rolling_up  a group and its customers go to another position; many members at once
    people       who comes, who leaves, whose a position or a customer is; prospects: who may come
    taking_back  an earlier operation is taken back by a later one
    turning      what was planned for a later day holds from that day on, or is given up

In: `perform(graph, MoveMember(member_id="7", parent_id="3"), actor="desk", key="k1")`. Out: a `Done`, or a
`NotDoneError` and nothing was written. Promised: `kinds`, `Done`, `Changed`, `perform`, `perform_each`.
"""

"""What clients can change: the same functions that commands call, with the same refusals.

    root      the type Mutation
    payloads  what every mutation takes and returns: keys, actors, errors that the user can mend
    operations  people and trees: enroll, move, swap, leave, take back; bulk: many of them; changed: what
    previews  what one of these would change, before it is made
    places    a member of the holding tank is placed
    runs, what_ifs  a period is computed, in the background; archives: of committed runs
    periods   a period is reviewed, approved, committed, opened again; postings: booked by hand
    live      live figures are brought up to date
    imports   rows of company tables are taken in
    tables    the input types of these rows

In: an input. Out: a payload with what was done, and `errors`. The schema imports root.
"""

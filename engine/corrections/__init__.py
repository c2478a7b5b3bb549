"""What refunds take back of closed periods: each is computed again without them, on its own frozen standings.

    restating   which committed runs refunds touch, and their restated runs, oldest first
    frozen      one of them computed once more, on the standings that it has frozen
    booking     what members were paid less than is due now, or more: entries of the run under way

In: a run of an open period under way. Out: paid runs, each with its restated one, and from which of them the
open period carries. A restated run is kept apart from results: what is booked is the difference to it.
"""

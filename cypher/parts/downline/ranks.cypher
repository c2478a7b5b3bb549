// Paid as one of these ranks, by number.
//
// mode:    fragment
// params:  ranks: LIST<INTEGER>
// returns: none

below.rank IN $ranks

// The overlay of a step by ranks: that of the rank reached; the last one where the source's own does not count.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  at

CASE WHEN <<at>> = source AND NOT rule.source_counts THEN -1 ELSE coalesce(<<at>>.rank, 0) END

// Members whose facts or edges the changes have touched that a live run has not seen yet.
//
// mode:    read
// params:  seen: INTEGER, cut: INTEGER, by_member: LIST<STRING>
// returns: member_ids: LIST<STRING>

MATCH (change:Change)
WHERE change.number > $seen AND change.number <= $cut AND any(operation IN change.touched WHERE operation IN $by_member)
UNWIND change.member_ids AS member_id
RETURN collect(DISTINCT member_id) AS member_ids

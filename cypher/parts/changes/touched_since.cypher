// The members whose edges in one tree a change has made, closed or withdrawn, or a later one.
//
// mode:    read
// params:  number: INTEGER
// returns: members: LIST<STRING>
// insert:  any_day, once

MATCH (member:Member)-[edge:<<any_day>>|<<once>>]->(:Member)
WHERE edge.import_no >= $number OR edge.opened_no >= $number OR edge.closed_no >= $number OR edge.withdrawn_no >= $number
RETURN collect(DISTINCT member.member_id) AS members

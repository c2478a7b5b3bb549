// Which of some members of a run are within reach.
//
// mode:    read
// params:  none
// returns: member_ids: LIST<STRING>
// insert:  chosen

<<chosen>>
RETURN collect(standing.member_id) AS member_ids

// The status of some members in a run: member and status.
//
// mode:    read
// params:  none
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen

<<chosen>>
RETURN collect([standing.member_id, standing.status]) AS rows

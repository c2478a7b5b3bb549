// What some members earned in a run that pays in another one: member and minor units.
//
// mode:    read
// params:  none
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen

<<chosen>>
WITH standing WHERE coalesce(standing.earned, 0) <> 0
RETURN collect([standing.member_id, standing.earned]) AS rows

// Group volume as it is first written: every path from every member down, one sum. Costs members x depth.
//
// mode:    read
// params:  run: INTEGER
// returns: members: LIST<STRING>, volumes: LIST<INTEGER>

MATCH (standing:Standing {run: $run})<-[:UNDER*0..]-(below:Standing)
WITH standing, sum(below.personal_volume) AS volume
RETURN collect(standing.member_id) AS members, collect(volume) AS volumes

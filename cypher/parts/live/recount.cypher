// Count the figures of some standings' own orders again. Group volume stays as it was: the differences, by the store's
// number of each standing, are added to it and to that of everyone above.
//
// mode:    read-write
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: standings: LIST<INTEGER>, differences: LIST<INTEGER>
// insert:  figures

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WITH standing, coalesce(standing.personal_volume, 0) AS own_before, coalesce(standing.group_volume, 0) AS group_before
<<figures>>
SET standing.group_volume = group_before
RETURN collect(id(standing)) AS standings, collect(personal_volume - own_before) AS differences

// Members who can still reach a rank, of a group or of a whole run: those with the largest groups, with rank and activity.
//
// mode:    read
// params:  qualified: LIST<INTEGER>, most: INTEGER
// returns: rows: LIST<LIST<ANY>>, candidates: INTEGER
// insert:  chosen, within
//
// `qualified` has the numbers of the ranks below those that are looked for; `candidates` counts such members.

<<chosen>>
WITH standing
WHERE standing.status = 'active' AND standing.qualified_rank IN $qualified AND <<within>>
WITH standing ORDER BY standing.group_volume DESC, standing.member_id
WITH collect([standing.member_id, standing.qualified_rank, standing.active]) AS rows
RETURN rows[..$most] AS rows, size(rows) AS candidates

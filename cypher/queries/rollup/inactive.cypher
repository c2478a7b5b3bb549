// Members who have a standing in each of some runs and were active in none of them.
//
// mode:    read
// params:  latest: INTEGER, earlier: LIST<INTEGER>
// returns: members: LIST<STRING>

MATCH (standing:Standing {run: $latest})
WHERE standing.depth >= 0 AND NOT standing.active
  AND all(run IN $earlier WHERE EXISTS {
    MATCH (before:Standing {member_id: standing.member_id, run: run})
    USING INDEX SEEK before:Standing(member_id, run)
    WHERE NOT before.active
  })
RETURN collect(standing.member_id) AS members

// How many members of some levels of a what-if were paid as which rank before, and are as which one after.
//
// mode:    read
// params:  run: INTEGER, base: INTEGER, first: INTEGER, last: INTEGER
// returns: moves: LIST<LIST<INTEGER>>

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE $first <= standing.depth <= $last
MATCH (before:Standing {member_id: standing.member_id, run: $base})
USING INDEX SEEK before:Standing(member_id, run)
WITH before.rank AS then, standing.rank AS now, count(*) AS members
RETURN collect([then, now, members]) AS moves

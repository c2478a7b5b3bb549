// Members on some levels of a what-if who have other figures, by id.
//
// mode:    read
// params:  run: INTEGER, base: INTEGER, first: INTEGER, last: INTEGER
// returns: members: LIST<LIST<ANY>>
// insert:  then, now

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE $first <= standing.depth <= $last AND standing.gain IS NOT NULL
MATCH (before:Standing {member_id: standing.member_id, run: $base})
USING INDEX SEEK before:Standing(member_id, run)
WITH standing, before ORDER BY standing.member_id
RETURN collect([standing.member_id, <<then>>, <<now>>]) AS members

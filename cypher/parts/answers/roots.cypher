// A page of the members at the top of what is within reach in one run, whole standings, by member id between two given ones.
//
// mode:    read
// params:  run: INTEGER, after: STRING, before: STRING, first: INTEGER, reach: MAP
// returns: standings: LIST<MAP>, total: INTEGER
// insert:  name, frontline
//
// For staff these are the roots of the tree, for a member it is the own standing.

CALL () {
  CALL () {
    MATCH (root:Standing {run: $run, depth: 0})
    USING INDEX SEEK root:Standing(run, depth)
    WHERE $reach.all AND root.member_id > $after AND root.member_id < $before
    RETURN root
    UNION ALL
    MATCH (root:Standing {member_id: $reach.viewer, run: $run})
    USING INDEX SEEK root:Standing(member_id, run)
    WHERE NOT $reach.all AND root.member_id > $after AND root.member_id < $before
    RETURN root
  }
  WITH root ORDER BY root.member_id LIMIT $first
  OPTIONAL MATCH (member:Member {member_id: root.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect({standing: properties(root), name: <<name>>, frontline: <<frontline>>}) AS standings
}
RETURN standings, CASE
  WHEN $reach.all THEN COUNT { MATCH (:Standing {run: $run, depth: 0}) }
  ELSE COUNT { MATCH (:Standing {member_id: $reach.viewer, run: $run}) }
END AS total

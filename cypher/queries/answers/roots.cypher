// A page of the members with nobody above in one run, whole standings, by member id after a given one.
//
// mode:    read
// params:  run: INTEGER, after: STRING, first: INTEGER
// returns: standings: LIST<MAP>, total: INTEGER

CALL () {
  MATCH (root:Standing {run: $run, depth: 0})
  USING INDEX SEEK root:Standing(run, depth)
  WHERE root.member_id > $after
  WITH root ORDER BY root.member_id LIMIT $first
  OPTIONAL MATCH (member:Member {member_id: root.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect({
    standing: properties(root), name: member.name, frontline: COUNT { (root)<-[:UNDER]-() }
  }) AS standings
}
RETURN standings, COUNT { MATCH (:Standing {run: $run, depth: 0}) } AS total

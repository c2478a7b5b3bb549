// Terminated members who still have members directly below them today, those with the most first.
//
// mode:    read
// params:  shown: INTEGER = 1000
// returns: tree: STRING, member_id: STRING, name: STRING, below: INTEGER, below_active: INTEGER
// areas:   people, names
//
// `upline rollup` finds the moves to the nearest member above who stays.

CALL () {
  MATCH (member:Member {status: 'terminated'})<-[:PLACED_UNDER]-(below:Member)
  WHERE below.status <> 'terminated'
  RETURN 'placement' AS tree, member, count(below) AS below, sum(CASE below.status WHEN 'active' THEN 1 ELSE 0 END) AS active
UNION ALL
  MATCH (member:Member {status: 'terminated'})<-[:SPONSORED_BY]-(below:Member)
  WHERE below.status <> 'terminated'
  RETURN 'sponsor' AS tree, member, count(below) AS below, sum(CASE below.status WHEN 'active' THEN 1 ELSE 0 END) AS active
}
RETURN tree, member.member_id AS member_id, member.name AS name, below, active AS below_active
ORDER BY below DESC, tree, member_id
LIMIT $shown

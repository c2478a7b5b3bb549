// Members who hang nowhere today: without a sponsor, or in no place though others are placed below them or they were
// placed before.
//
// mode:    read
// params:  shown: INTEGER = 1000
// returns: member_id: STRING, name: STRING, status: STRING, tree: STRING, below: INTEGER, enrolled_on: DATE
// areas:   people, names
//
// Of those without a sponsor the one who enrolled first is the top of the company, and is left out. Newcomers who wait
// for their first place, with nobody below, are no orphans. `below` counts those directly below.

CALL () {
  MATCH (member:Member)
  WHERE NOT EXISTS { (member)-[:SPONSORED_BY]->(:Member) }
  WITH member ORDER BY member.enrolled_on, member.member_id
  WITH tail(collect(member)) AS others
  UNWIND others AS member
  RETURN member, 'sponsor' AS tree, COUNT { (member)<-[:SPONSORED_BY]-(:Member) } AS below
UNION ALL
  MATCH (member:Member)-[:SPONSORED_BY]->(:Member)
  WHERE NOT EXISTS { (member)-[:PLACED_UNDER]->(:Member) }
    AND (EXISTS { (member)<-[:PLACED_UNDER]-(:Member) } OR EXISTS { (member)-[:WAS_PLACED_UNDER]->(:Member) })
  RETURN member, 'placement' AS tree, COUNT { (member)<-[:PLACED_UNDER]-(:Member) } AS below
}
RETURN member.member_id AS member_id, member.name AS name, member.status AS status, tree, below, member.enrolled_on AS enrolled_on
ORDER BY below DESC, tree, member_id
LIMIT $shown

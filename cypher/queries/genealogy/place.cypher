// Place a member who stands nowhere yet, if the place is still free on that day and no circle closes.
//
// mode:    read-write
// params:  member_id: STRING, parent_id: STRING, leg: STRING, since: DATE, actor: STRING, reason: STRING
// returns: placed: INTEGER

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
MATCH (parent:Member {member_id: $parent_id})
USING INDEX SEEK parent:Member(member_id)
SET parent.member_id = parent.member_id  // locks the parent: of two who want one place, one waits and looks again
WITH member, parent
WHERE member <> parent AND parent.enrolled_on <= $since
  AND NOT EXISTS { (member)-[:PLACED_UNDER|WAS_PLACED_UNDER]->(:Member) }
  AND NOT EXISTS {
    (parent)<-[edge:PLACED_UNDER|WAS_PLACED_UNDER]-(:Member)
    WHERE toLower(edge.leg) = toLower($leg) AND (edge.until IS NULL OR edge.until > $since)
  }
  AND (NOT EXISTS { (member)<-[:PLACED_UNDER]-(:Member) } OR NOT EXISTS { (parent)-[:PLACED_UNDER*]->(member) })
CREATE (member)-[:PLACED_UNDER {
  leg: $leg, since: $since, step: 1, recorded_at: datetime(), actor: $actor, reason: $reason
}]->(parent)
MERGE (company:Company {key: 'company'})
SET company.one_tree = false
RETURN count(*) AS placed

// Members who missed the activity floor by little, those with the most volume below them first: who takes
// their place, and what they themselves would have been active with.
//
// mode:    read
// params:  run: INTEGER, floor: INTEGER, within_hundredths: INTEGER = 2500, shown: INTEGER = 50
// returns: member_id: STRING, name: STRING, personal_volume_hundredths: INTEGER, short_hundredths: INTEGER, below_volume_hundredths: INTEGER, frontline: INTEGER, active_frontline: INTEGER, next_active_above: STRING
// areas:   names, figures
//
// The volume below is what their level bonuses would rest on; it is group volume without their own.

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0 AND standing.status = 'active' AND NOT standing.active
WITH standing, coalesce(standing.floor, $floor) AS floor
WHERE standing.personal_volume < floor AND standing.personal_volume >= floor - $within_hundredths
WITH standing, floor, standing.group_volume - standing.personal_volume AS below
ORDER BY below DESC, standing.member_id
LIMIT $shown
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
CALL (standing) {
  OPTIONAL MATCH (standing)-[:UNDER*]->(above)
  WHERE above.active
  RETURN above
  ORDER BY above.depth DESC
  LIMIT 1
}
RETURN
  standing.member_id AS member_id, member.name AS name,
  standing.personal_volume AS personal_volume_hundredths,
  floor - standing.personal_volume AS short_hundredths,
  below AS below_volume_hundredths,
  COUNT { (standing)<-[:UNDER]-() } AS frontline,
  COUNT { (standing)<-[:UNDER]-({active: true}) } AS active_frontline,
  above.member_id AS next_active_above
ORDER BY below_volume_hundredths DESC, member_id

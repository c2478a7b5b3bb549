// Ask a placement rule for a newcomer's place below a sponsor; with who is or was in that leg, and how the nearest of two
// legs is written: below the parent, or below whoever is nearest above and has such legs.
//
// mode:    read
// params:  sponsor_id: STRING, rule: MAP
// returns: parent_id: STRING, enrolled_on: DATE, is_member: BOOLEAN, parent_type: STRING, leg: STRING, leg_type: STRING, as_of: ZONED DATETIME, stays: LIST<LIST<ANY>>, written: STRING
// insert:  rule, as_of

MATCH (sponsor:Member {member_id: $sponsor_id})
USING INDEX SEEK sponsor:Member(member_id)
CALL (sponsor) {
  WITH sponsor, $rule AS rule
  <<rule>>
}
WITH {it: parent}.it AS parent, leg, <<as_of>> AS as_of LIMIT 1
WITH CASE WHEN parent IS :: NODE NOT NULL THEN parent END AS member, valueType(parent) AS parent_type, leg, as_of,
  toLower(toStringOrNull(leg)) AS key
WITH *, CASE
  WHEN key IN ['l', 'left', '1'] THEN ['l', 'left', '1'] WHEN key IN ['r', 'right', '2'] THEN ['r', 'right', '2'] ELSE [key]
END AS names
RETURN member.member_id AS parent_id, member.enrolled_on AS enrolled_on, coalesce('Member' IN labels(member), false) AS is_member,
  parent_type, leg, valueType(leg) AS leg_type, as_of,
  COLLECT {
    MATCH (member)<-[edge:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER]-(other:Member)
    WHERE toLower(edge.leg) IN names
    RETURN [edge.leg, other.member_id, edge.since, edge.until]
  } AS stays,
  CASE size(names) WHEN 3 THEN head(COLLECT {
    MATCH (member)-[:PLACED_UNDER*0..]->(above)
    MATCH (above)<-[edge:PLACED_UNDER]-(:Member)
    WHERE toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2']
    RETURN edge.leg
    LIMIT 1
  }) END AS written

// Ask a placement rule for a newcomer's place below a sponsor.
//
// mode:    read
// params:  sponsor_id: STRING, rule: MAP
// returns: parent_id: STRING, enrolled_on: DATE, is_member: BOOLEAN, parent_type: STRING, leg: STRING, leg_type: STRING, as_of: ZONED DATETIME
// insert:  rule, as_of

MATCH (sponsor:Member {member_id: $sponsor_id})
USING INDEX SEEK sponsor:Member(member_id)
CALL (sponsor) {
  WITH sponsor, $rule AS rule
  <<rule>>
}
WITH {it: parent}.it AS parent, leg, <<as_of>> AS as_of LIMIT 1
WITH CASE WHEN parent IS :: NODE NOT NULL THEN parent END AS member, valueType(parent) AS parent_type, leg, as_of
RETURN member.member_id AS parent_id, member.enrolled_on AS enrolled_on, coalesce('Member' IN labels(member), false) AS is_member,
  parent_type, leg, valueType(leg) AS leg_type, as_of

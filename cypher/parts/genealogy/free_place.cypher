// Ask a placement rule for a newcomer's place below a sponsor.
//
// mode:    read
// params:  sponsor_id: STRING, rule: MAP
// returns: parent_id: STRING, enrolled_on: DATE, leg: STRING
// insert:  rule

MATCH (sponsor:Member {member_id: $sponsor_id})
USING INDEX SEEK sponsor:Member(member_id)
CALL (sponsor) {
  WITH sponsor, $rule AS rule
  <<rule>>
}
RETURN parent.member_id AS parent_id, parent.enrolled_on AS enrolled_on, leg
LIMIT 1

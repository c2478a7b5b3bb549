// Ask a placement rule for a newcomer's place below a sponsor.
//
// mode:    read
// params:  sponsor_id: STRING, rule: MAP
// returns: parent_id: STRING, leg: STRING
// insert:  rule

MATCH (sponsor:Member {member_id: $sponsor_id})
USING INDEX SEEK sponsor:Member(member_id)
CALL (sponsor) {
  WITH sponsor, $rule AS rule
  <<rule>>
}
RETURN parent.member_id AS parent_id, leg
LIMIT 1

// Keep the placement rule that a member prefers for those whom the member sponsors; null for none any more.
//
// mode:    write
// params:  member_id: STRING, rule: STRING, options: LIST<STRING>
// returns: none

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
SET member.placement_rule = $rule, member.placement_options = nullIf($options, [])

// The overrides of some members, newest last where an import corrected an earlier one.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: overrides: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})<-[:OVERRIDES]-(override:Override)
USING INDEX SEEK member:Member(member_id)
WITH member_id, override ORDER BY override.import_no
RETURN collect([
  member_id, override.kind, override.first_period, override.value, override.last_period,
  override.actor, override.reason
]) AS overrides

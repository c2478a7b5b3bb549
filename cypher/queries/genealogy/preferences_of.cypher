// The placement rules that count for some members who wait: of each one's sponsor, and of the company.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: kept: LIST<LIST<ANY>>

OPTIONAL MATCH (company:Company {key: 'company'})
UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
RETURN collect([
  member_id,
  sponsor {rule: sponsor.placement_rule, options: sponsor.placement_options},
  company {rule: company.placement_rule, options: company.placement_options, window: company.placement_window}
]) AS kept

// The placement rules that are kept: of a member, of the member's sponsor, and of the company with its window; no row
// for a member who is not known.
//
// mode:    read
// params:  member_id: STRING
// returns: own: MAP, sponsor: MAP, company: MAP

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
OPTIONAL MATCH (company:Company {key: 'company'})
RETURN member {rule: member.placement_rule, options: member.placement_options} AS own,
  sponsor {rule: sponsor.placement_rule, options: sponsor.placement_options} AS sponsor,
  company {rule: company.placement_rule, options: company.placement_options, window: company.placement_window} AS company

// What is stored of these prospects; those that are not stored are left out.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: prospects: LIST<LIST<ANY>>

UNWIND $ids AS prospect_id
MATCH (prospect:Prospect {prospect_id: prospect_id})-[:PROSPECT_OF]->(member:Member)
RETURN collect([
  prospect_id, prospect.name, prospect.source, prospect.status, prospect.since, member.member_id, prospect.became
]) AS prospects

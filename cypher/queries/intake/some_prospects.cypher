// One page of prospects with the members they belong to: those after a given one, in order of their ids.
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: prospects: LIST<LIST<STRING>>

MATCH (prospect:Prospect)
USING INDEX SEEK prospect:Prospect(prospect_id)
WHERE prospect.prospect_id > $after
WITH prospect ORDER BY prospect.prospect_id LIMIT $size
OPTIONAL MATCH (prospect)-[:PROSPECT_OF]->(member:Member)
WITH prospect, member ORDER BY prospect.prospect_id
RETURN collect([
  prospect.prospect_id, member.member_id, prospect.name, prospect.source, prospect.status, toString(prospect.since),
  prospect.became
]) AS prospects

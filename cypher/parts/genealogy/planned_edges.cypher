// The edges of one tree that begin on a later day than they were recorded, up to a day, and the first day of those after it.
//
// mode:    read
// params:  day: DATE
// returns: edges: LIST<LIST<ANY>>, next: DATE
// insert:  planned

MATCH (member:Member)-[edge:<<planned>>]->(:Member)
RETURN
  collect(CASE WHEN edge.since <= $day THEN [member.member_id, edge.since, edge.import_no] END) AS edges,
  min(CASE WHEN edge.since > $day THEN edge.since END) AS next

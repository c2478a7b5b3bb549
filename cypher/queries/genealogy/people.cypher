// What operations need to know of some members: themselves, what they were before (with the day and the number of the change
// that ended it), and all their edges in both trees, withdrawn ones too.
//
// mode:    read
// params:  ids: LIST<STRING>, zone: STRING
// returns: people: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
RETURN collect([
  member_id, properties(member),
  COLLECT {
    MATCH (past:Past)-[:PAST_OF]->(member)
    OPTIONAL MATCH (change:Change {number: past.closed_no})
    RETURN past {
      .*, until: coalesce(past.until, date(datetime({datetime: change.finished_at, timezone: $zone})))
    } ORDER BY past.closed_no
  },
  COLLECT {
    MATCH (member)-[edge:SPONSORED_BY|WAS_SPONSORED_BY|ONCE_SPONSORED_BY]->(parent:Member)
    RETURN [parent.member_id, properties(edge), elementId(edge)] ORDER BY edge.step
  },
  COLLECT {
    MATCH (member)-[edge:PLACED_UNDER|WAS_PLACED_UNDER|ONCE_PLACED_UNDER]->(parent:Member)
    RETURN [parent.member_id, properties(edge), elementId(edge)] ORDER BY edge.step
  }
]) AS people

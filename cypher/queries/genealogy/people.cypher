// What operations need to know of some members: themselves, what they were before (with the day and the number of the change
// that ended it), what is planned for them, in which trees somebody is or was below them, and all their edges in both trees,
// withdrawn ones too; and what is kept of the placement tree and up to date.
//
// mode:    read
// params:  ids: LIST<STRING>, zone: STRING
// returns: people: LIST<LIST<ANY>>, kept: LIST<STRING>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
WITH collect([
  member_id, properties(member),
  COLLECT {
    MATCH (past:Past)-[:PAST_OF]->(member)
    OPTIONAL MATCH (change:Change {number: past.closed_no})
    RETURN past {
      .*, until: coalesce(past.until, date(datetime({datetime: change.finished_at, timezone: $zone})))
    } ORDER BY coalesce(past.turned_no, past.closed_no), past.until, past.closed_no
  },
  CASE WHEN EXISTS { (member)<-[:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY]-(:Member) } THEN ['sponsor'] ELSE [] END
    + CASE WHEN EXISTS { (member)<-[:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER]-(:Member) } THEN ['placement'] ELSE [] END,
  COLLECT {
    MATCH (plan:Planned)-[:PLANNED_FOR]->(member)
    RETURN plan {.*, element: elementId(plan)} ORDER BY plan.on, plan.opened_no
  },
  COLLECT {
    MATCH (member)-[edge:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY|ONCE_SPONSORED_BY]->(parent:Member)
    RETURN [parent.member_id, properties(edge), elementId(edge), type(edge)] ORDER BY edge.step
  },
  COLLECT {
    MATCH (member)-[edge:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER|ONCE_PLACED_UNDER]->(parent:Member)
    RETURN [parent.member_id, properties(edge), elementId(edge), type(edge)] ORDER BY edge.step
  }
]) AS people
RETURN people, COLLECT { MATCH (kept:Kept) WHERE NOT kept.stale RETURN kept.key } AS kept

// Some members with what they were before and what is planned for them, and their places in both trees on a day.
//
// mode:    read
// params:  ids: LIST<STRING>, zone: STRING, reach: MAP
// returns: people: LIST<LIST<ANY>>
// insert:  sponsor_types, placement_types, holds, within

UNWIND $ids AS member_id
MATCH (below:Member {member_id: member_id})
USING INDEX SEEK below:Member(member_id)
WHERE <<within>>
RETURN collect([
  properties(below),
  COLLECT {
    MATCH (past:Past)-[:PAST_OF]->(below)
    OPTIONAL MATCH (change:Change {number: past.closed_no})
    RETURN past {
      .*, until: coalesce(past.until, date(datetime({datetime: change.finished_at, timezone: $zone})))
    } ORDER BY coalesce(past.turned_no, past.closed_no), past.until, past.closed_no
  },
  COLLECT {
    MATCH (plan:Planned)-[:PLANNED_FOR]->(below)
    RETURN plan {.*, element: elementId(plan)} ORDER BY plan.on, plan.opened_no
  },
  COLLECT {
    MATCH (below)-[edge:<<sponsor_types>>]->(parent:Member) WHERE <<holds>>
    RETURN [parent.member_id, edge.leg, edge.since]
  },
  COLLECT {
    MATCH (below)-[edge:<<placement_types>>]->(parent:Member) WHERE <<holds>>
    RETURN [parent.member_id, edge.leg, edge.since]
  }
]) AS people

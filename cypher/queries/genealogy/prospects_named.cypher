// Some prospects, whom they belong to, and what they were before, with the day and the number of the change that ended it.
//
// mode:    read
// params:  ids: LIST<STRING>, zone: STRING
// returns: prospects: LIST<LIST<ANY>>

UNWIND $ids AS prospect_id
MATCH (prospect:Prospect {prospect_id: prospect_id})-[:PROSPECT_OF]->(member:Member)
RETURN collect([
  prospect_id, properties(prospect), member.member_id,
  COLLECT {
    MATCH (past:Past)-[:PAST_OF]->(prospect)
    OPTIONAL MATCH (change:Change {number: past.closed_no})
    RETURN past {
      .*, until: coalesce(past.until, date(datetime({datetime: change.finished_at, timezone: $zone})))
    } ORDER BY past.closed_no
  },
  []
]) AS prospects

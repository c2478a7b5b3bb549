// What was known of a member after a change: a map of the member's facts then.
//
// mode:    fragment
// params:  known: INTEGER
// returns: person: NODE, member: MAP
//
// What a later change has overwritten is in the member's past.

CALL (person) {
  OPTIONAL MATCH (past:Past)-[:PAST_OF]->(person)
  WHERE coalesce(past.turned_no, past.closed_no) > $known
  RETURN past ORDER BY coalesce(past.turned_no, past.closed_no), past.until, past.closed_no LIMIT 1
}
WITH person, CASE WHEN past IS NULL THEN properties(person) ELSE past {
  .status, .country, .owner_id, member_id: person.member_id, enrolled_on: person.enrolled_on
} END AS member

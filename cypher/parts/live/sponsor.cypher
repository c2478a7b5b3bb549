// The sponsor of a member on the period's last day, as it was known after a change; null for none.
//
// mode:    fragment
// params:  day: DATE, known: INTEGER
// returns: none
// insert:  types, holds

head(COLLECT {
  MATCH (person)-[edge:<<types>>]->(parent:Member)
  WHERE <<holds>> AND parent.enrolled_on <= $day
  RETURN parent.member_id
})

// The day of enrolment to sort a standing by; the first of all days where the viewer does not see it.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  within

coalesce(head(COLLECT {
  MATCH (person:Member {member_id: below.member_id})
  WHERE <<within>>
  RETURN person.enrolled_on
}), date('0001-01-01'))

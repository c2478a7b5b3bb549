// Whether what is known of a member today meets the conditions; nothing is of one who is not within reach today.
//
// mode:    fragment
// params:  filter: MAP
// returns: none
// insert:  within

EXISTS {
  MATCH (person:Member {member_id: below.member_id})
  WHERE <<within>>
    AND ($filter.countries IS NULL OR person.country IN $filter.countries)
    AND ($filter.enrolled_from IS NULL OR person.enrolled_on >= $filter.enrolled_from)
    AND ($filter.enrolled_to IS NULL OR person.enrolled_on <= $filter.enrolled_to)
}

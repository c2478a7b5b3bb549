// Whether a member meets the conditions today; one that is null is met by everyone.
//
// mode:    fragment
// params:  filter: MAP
// returns: none
// insert:  within

(inherits OR <<within>>)
  AND ($filter.levels_from IS NULL OR level >= $filter.levels_from)
  AND ($filter.levels IS NULL OR level <= $filter.levels)
  AND ($filter.statuses IS NULL OR below.status IN $filter.statuses)
  AND ($filter.countries IS NULL OR below.country IN $filter.countries)
  AND ($filter.enrolled_from IS NULL OR below.enrolled_on >= $filter.enrolled_from)
  AND ($filter.enrolled_to IS NULL OR below.enrolled_on <= $filter.enrolled_to)

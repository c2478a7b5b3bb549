// Judge one standing's activity by the personal volume of some days up to the period's end, where a plan asks for more
// than the period.
//
// mode:    fragment
// params:  floor: INTEGER
// returns: none
// insert:  facts

<<facts>>
SET standing.active = standing.status = 'active' AND personal_volume >= coalesce(standing.floor, $floor)

// Whether one standing takes volume that is pushed up, and the volume it has of its own.
//
// mode:    fragment
// params:  rule: MAP
// returns: none
// insert:  receives

WITH standing, $rule AS rule
SET standing.receives = <<receives>>, standing.own_volume = standing.personal_volume

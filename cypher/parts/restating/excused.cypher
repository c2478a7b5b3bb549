// Whoever an override excuses from the floor is active, whatever the volume.
//
// mode:    fragment
// params:  none
// returns: none

WITH standing WHERE standing.waived AND standing.status = 'active'
SET standing.active = true

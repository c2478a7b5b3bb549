// One standing's personal volume after everything was pushed up: own, less what left, and what came.
//
// mode:    fragment
// params:  none
// returns: none

OPTIONAL MATCH (standing)-[leaving:PUSHED_UP]->(:Standing)
WITH standing, sum(leaving.volume) AS gone
OPTIONAL MATCH (standing)<-[coming:PUSHED_UP]-(:Standing)
WITH standing, gone, sum(coming.volume) AS came
WHERE gone <> 0 OR came <> 0
SET standing.personal_volume = standing.own_volume - gone + came,
    standing.group_volume = standing.own_volume - gone + came

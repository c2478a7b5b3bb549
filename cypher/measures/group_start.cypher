// Numbers the members of a tree so that each group is one stretch: from group_start, group_size numbers long.
//
// mode:    fragment
// stage:   volumes
// order:   down
// params:  none
// returns: none
//
// Whoever has two such figures can tell whether one stands in the other's group without a walk. Meant for trees
// of few legs: a member's frontline is numbered in one go.

SET standing.group_start = coalesce(standing.group_start, 0)
WITH standing
MATCH (standing)<-[:UNDER]-(below:Standing)
WITH standing, below ORDER BY below.member_id
WITH standing.group_start + 1 AS first, collect(below) AS frontline
UNWIND range(0, size(frontline) - 1) AS place
WITH frontline[place] AS below, reduce(start = first, before IN frontline[..place] | start + before.group_size) AS start
SET below.group_start = start

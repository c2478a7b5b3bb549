// Numbers the members of a tree so that each group is one stretch: from group_start, group_size numbers long. And group_root,
// the member at the top of the tree in which these numbers count.
//
// mode:    fragment
// stage:   volumes
// order:   down
// params:  none
// returns: none
//
// Whoever has such figures of two members can tell whether one stands in the other's group without a walk. A frontline
// is summed by hundreds first, so that a wide one does not cost its square.

CALL (standing) {
  WITH standing WHERE standing.depth = 0
  SET standing.group_start = 0, standing.group_root = standing.member_id
}
MATCH (standing)<-[:UNDER]-(below)
WITH standing, below ORDER BY below.member_id
WITH standing.group_root AS root, standing.group_start + 1 AS first, collect(below) AS frontline
WITH root, first, frontline, [hundred IN range(0, (size(frontline) - 1) / 100) |
  reduce(total = 0, below IN frontline[100 * hundred..100 * hundred + 100] | total + below.group_size)] AS hundreds
UNWIND range(0, size(hundreds) - 1) AS hundred
WITH root, reduce(start = first, total IN hundreds[..hundred] | start + total) AS first,
  frontline[100 * hundred..100 * hundred + 100] AS some
UNWIND range(0, size(some) - 1) AS place
WITH root, some[place] AS below, reduce(start = first, before IN some[..place] | start + before.group_size) AS start
SET below.group_start = start, below.group_root = root

// Leave gains that share a room what they keep of it; together they keep all of it.
//
// mode:    fragment
// params:  bonuses: LIST<STRING>
// returns: none
// insert:  portion
//
// Each gain keeps its portion in whole minor units. The units that remain go one by one to the gains with the largest
// remainders (Hamilton's method); of equal ones first by member_id, then in the order in which the cap names bonuses.
// Amount kept: floor(gain * room / gains), and 1 more for the first room - sum of the floors.

UNWIND earnings AS row
WITH row[0] AS member_id, row[1] AS earning, whole, room WHERE earning.amount > 0
WITH member_id, earning, room, <<portion>> AS portion,
  [place IN range(0, size($bonuses) - 1) WHERE $bonuses[place] = earning.bonus][0] AS named
WITH earning, room, portion ORDER BY portion[1] DESC, member_id, named
WITH room, collect([earning, portion[0]]) AS shares
WITH shares, reduce(rest = room, share IN shares | rest - share[1]) AS rest
UNWIND range(0, size(shares) - 1) AS place
WITH shares[place][0] AS earning, shares[place][1] + CASE WHEN place < rest THEN 1 ELSE 0 END AS kept
SET earning.cut = coalesce(earning.cut, 0) + earning.amount - kept, earning.amount = kept

// Compare one standing with the activity floor of the rank that the member was paid as in the period before.
//
// mode:    fragment
// params:  previous: INTEGER, floors: LIST<INTEGER>, renumbered: LIST<INTEGER>
// returns: none
//
// `renumbered` gives the number that an earlier rank's name has now. Members without a standing then had no rank.

OPTIONAL MATCH (earlier:Standing {member_id: standing.member_id, run: $previous})
USING INDEX SEEK earlier:Standing(member_id, run)
WITH standing, $floors[$renumbered[coalesce(earlier.rank, 0)]] AS floor
SET standing.floor = floor, standing.active = standing.active AND standing.personal_volume >= floor

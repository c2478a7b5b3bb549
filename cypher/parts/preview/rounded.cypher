// Exact sums of a bonus in minor units, by the plan's rounding; where lines are rounded one by one it is their sum.
//
// mode:    read
// params:  rows: LIST<LIST<ANY>>
// returns: amounts: LIST<LIST<ANY>>
// insert:  total_amount

UNWIND $rows AS row
WITH row[0] AS member_id, row[1] AS exact, row[2] AS amount
RETURN collect([member_id, <<total_amount>>]) AS amounts

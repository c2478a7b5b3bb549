// Rank overrides of a period that name no rank of the plan.
//
// mode:    read
// params:  first: DATE, day: DATE, cut: INTEGER, ranks: LIST<STRING>
// returns: value: STRING, members: LIST<STRING>
// insert:  holding

<<holding>>
WITH member, override
WHERE override.kind = 'rank' AND NOT override.value IN $ranks
WITH override.value AS value, member.member_id AS member_id ORDER BY value, member_id
RETURN value, collect(member_id) AS members

// What a bonus's flow left on some members' standings, as the header of its rule shows it.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, state: STRING, rule: MAP
// returns: member_id: STRING, figures: LIST<ANY>
// insert:  figures

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WITH standing, standing[$state] AS state, $rule AS rule
WHERE state IS NOT NULL
RETURN standing.member_id AS member_id, [<<figures>>] AS figures

// The state of a bonus's flow for some standings, computed again from what the run has stored.
//
// mode:    read
// params:  rule: MAP
// returns: member_id: STRING, state: LIST<INTEGER>
// insert:  chosen, before, flow

<<chosen>>
CALL (standing) {
  <<before>>
}
CALL (standing, before) {
  WITH standing, before, $rule AS rule
  <<flow>>
}
WITH standing, state
WHERE state IS NOT NULL
RETURN standing.member_id AS member_id, state
ORDER BY member_id

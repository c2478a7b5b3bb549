// A line's rate, where the bonus has requirements for its payees.
//
// mode:    fragment
// params:  rule: MAP
// returns: none

CASE WHEN payee[$rule.meets] IS NULL THEN 0 ELSE rate END

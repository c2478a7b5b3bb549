// A line's rate, where the bonus asks something of its payees.
//
// mode:    fragment
// params:  rule: MAP
// returns: none

CASE WHEN payee[$rule.meets] IS NULL THEN 0 ELSE rate END

// A line's reason, where the bonus asks something of its payees.
//
// mode:    fragment
// params:  rule: MAP
// returns: none
//
// A binary knows already that such a payee is not eligible, and has no other word for it than legs.

CASE WHEN payee IS NOT NULL AND payee[$rule.meets] IS NULL AND (rate > 0 OR reason = 'legs')
  THEN 'requirement' ELSE reason END

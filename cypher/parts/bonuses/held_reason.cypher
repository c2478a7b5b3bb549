// A line's reason, where the bonus has requirements for its payees.
//
// mode:    fragment
// params:  rule: MAP
// returns: none
//
// A binary treats a payee who misses them as not eligible already, and its only reason for that is `legs`.

CASE WHEN payee IS NOT NULL AND payee[$rule.meets] IS NULL AND (rate > 0 OR reason = 'legs')
  THEN 'requirement' ELSE reason END

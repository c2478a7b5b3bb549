// The life of one period of a plan, with its approvals; no row while nothing has happened to it.
//
// mode:    read
// params:  key: STRING
// returns: period: MAP, approvals: LIST<MAP>

MATCH (period:Period {key: $key})
RETURN period {.*} AS period,
  COLLECT { MATCH (approval:Approval {period: $key}) RETURN approval {.*} } AS approvals

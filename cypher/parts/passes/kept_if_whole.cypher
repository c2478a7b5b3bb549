// Keep a standing's state of a company's own flow, where that is one list of the announced type; null is none.
//
// mode:    fragment
// params:  state: STRING
// returns: none
// insert:  type
//
// Any other is put aside with its type, so that the run is refused with what the rule returned.

WITH standing, collect(state) AS states
WHERE size(states) > 0
WITH standing, states, size(states) = 1 AND states[0] IS :: <<type>> AS fits
SET standing[$state] = CASE WHEN fits THEN states[0] END,
  standing.state_not_kept = CASE
    WHEN fits THEN null
    WHEN size(states) > 1 THEN [toString(size(states)) + ' rows', valueType(states[0])]
    ELSE [coalesce(toStringOrNull(states[0]), ''), valueType(states[0])] END

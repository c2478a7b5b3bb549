// Keep a standing's state of one of the engine's own flows; null is none.
//
// mode:    fragment
// params:  state: STRING
// returns: none

WITH standing, state
WHERE state IS NOT NULL
SET standing[$state] = state

// The first step of a walk that may begin with the source: level 1 of an order is then the source itself.
//
// mode:    fragment
// params:  none
// returns: none

WHEN rule.from_self AND source.keeps[overlay] THEN source

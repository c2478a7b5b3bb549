// One column of whichever requirement rule `rule` names.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  cases

CASE rule.kind
  <<cases>>
END

// A figure of a standing that the plan names: a volume or a fact.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  name, node

<<node>>[rule.<<name>>_figure]

// What one member must reach: a fact of the member where the plan names one and there is one, else the plan's figure.
//
// mode:    fragment
// params:  none
// returns: none

coalesce(standing[rule.at_least_fact] * rule.at_least_unit, rule.at_least)

// The row of a table by figure that a standing reaches: that of the highest tier whose floor the figure meets.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  name, figure

rule.<<name>>[size([floor IN rule.<<name>>_from WHERE <<figure>> >= floor])]

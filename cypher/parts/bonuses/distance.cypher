// How many steps a payee is above the source in the tree that the bonus works on, those passed over counted too.
//
// mode:    fragment
// params:  none
// returns: none

coalesce(CASE rule.tree WHEN 'sponsor' THEN source.enrolled_depth - payee.enrolled_depth END, source.depth - payee.depth)

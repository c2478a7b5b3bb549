// Whether a requirement rule of a company says yes; what is neither yes nor no is refused later, with its name.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  passes

coalesce((<<passes>>) = true, false)

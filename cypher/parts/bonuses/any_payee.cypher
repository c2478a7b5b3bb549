// The payee of a company's own rule, of whatever type: in a map nothing is known of it, and no text is a mistake.
//
// mode:    fragment
// params:  none
// returns: none

{it: payee}.it

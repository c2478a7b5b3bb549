// A personal volume of at least so much.
//
// mode:    fragment
// params:  least: INTEGER
// returns: none

below.personal_volume >= $least

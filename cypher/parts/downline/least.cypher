// A personal volume of at least `least`.
//
// mode:    fragment
// params:  least: INTEGER
// returns: none

below.personal_volume >= $least

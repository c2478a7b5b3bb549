// A personal volume of at most so much.
//
// mode:    fragment
// params:  most: INTEGER
// returns: none

below.personal_volume <= $most

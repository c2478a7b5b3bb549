// A personal volume of at most `most`.
//
// mode:    fragment
// params:  most: INTEGER
// returns: none

below.personal_volume <= $most

// The day on which a member enrolled.
//
// mode:    fragment
// stage:   standings
// params:  none
// returns: none
//
// It is a property of the standing from the beginning, so that nobody has to read it of the member later.

, enrolled_on: member.enrolled_on

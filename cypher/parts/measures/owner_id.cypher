// Who owns a member's account, as it was when the run was made.
//
// mode:    fragment
// stage:   standings
// params:  none
// returns: none
//
// It is a property of the standing from the beginning, so that nobody has to read it of the member later.

, owner_id: member.owner_id

// Forget the approvals of a period.
//
// mode:    write
// params:  key: STRING
// returns: none

MATCH (approval:Approval {period: $key})
DELETE approval

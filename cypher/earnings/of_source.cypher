// One member's orders only.
//
// mode:    fragment
// params:  source_id: STRING
// returns: none

source.member_id = $source_id

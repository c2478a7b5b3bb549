// The name to sort a standing by, as the viewer sees it: in small letters, empty where there is none.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  name

coalesce(toLower(head(COLLECT { MATCH (person:Member {member_id: below.member_id}) RETURN <<name>> })), '')

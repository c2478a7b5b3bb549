// The standing above one in the sponsor tree of a live run; null for none.
//
// mode:    fragment
// params:  none
// returns: none

head(COLLECT {
  MATCH (standing)-[:ENROLLED_UNDER]->(recruiter:Standing)
  RETURN recruiter
})

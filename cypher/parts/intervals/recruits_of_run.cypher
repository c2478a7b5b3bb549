// The active members whom one standing's member sponsors in person, by a tree of the run itself.
//
// mode:    fragment
// params:  none
// returns: recruited: NODE
// insert:  edge

MATCH (standing)<-[:<<edge>>]-(recruited)
WHERE recruited.active

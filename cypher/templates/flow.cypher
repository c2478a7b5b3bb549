// Describe in one sentence what the bonus needs to know of every standing before it pays.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>
// shows:   own: VOLUME = state[0], frontline: VOLUME = state[1]

OPTIONAL MATCH (standing)<-[:UNDER]-(below)
RETURN [standing.personal_volume, sum(below.personal_volume)] AS state

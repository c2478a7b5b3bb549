// What every standing must know before the bonus pays: say it in a sentence.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>
// shows:   own: VOLUME = state[0], frontline: VOLUME = state[1]

OPTIONAL MATCH (standing)<-[:UNDER]-(below)
RETURN [standing.personal_volume, sum(below.personal_volume)] AS state

// What every standing must know before the bonus pays: say it in a sentence.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>

OPTIONAL MATCH (standing)<-[:UNDER]-(below:Standing)
RETURN [standing.personal_volume, sum(below.personal_volume)] AS state

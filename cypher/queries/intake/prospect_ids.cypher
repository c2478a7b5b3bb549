// Which of these prospects are stored.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: prospects: LIST<STRING>

UNWIND $ids AS prospect_id
MATCH (prospect:Prospect {prospect_id: prospect_id})
RETURN collect(prospect.prospect_id) AS prospects

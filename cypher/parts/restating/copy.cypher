// Copy one standing of a paid run with what is frozen on it, and its place below the copy of the standing above.
//
// mode:    fragment
// params:  into: INTEGER, frozen: LIST<STRING>
// returns: none
//
// `frozen` are names of properties; the company's facts of the period belong to them too.

CREATE (copy:Standing {run: $into, member_id: standing.member_id, depth: standing.depth})
FOREACH (name IN [each IN keys(standing) WHERE each IN $frozen OR each STARTS WITH 'fact_'] |
  SET copy[name] = standing[name]
)
WITH standing, copy
MATCH (standing)-[edge:UNDER]->(parent)
MATCH (above:Standing {member_id: parent.member_id, run: $into})
USING INDEX SEEK above:Standing(member_id, run)
CREATE (copy)-[place:UNDER]->(above)
SET place = properties(edge)

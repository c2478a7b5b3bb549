// Whether the next period would carry something else from one run of a period than from another: true or false.
//
// mode:    read
// params:  one: INTEGER, other: INTEGER, names: LIST<STRING>
// returns: differ: BOOLEAN

RETURN EXISTS {
  MATCH (one:Standing {run: $one})
  USING INDEX SEEK one:Standing(run, depth)
  WHERE one.depth >= 0
  MATCH (other:Standing {member_id: one.member_id, run: $other})
  USING INDEX SEEK other:Standing(member_id, run)
  WHERE any(name IN $names WHERE
    (one[name] IS NULL) <> (other[name] IS NULL) OR coalesce(one[name] <> other[name], false))
} AS differ

// Whether what a rule names is a standing of the run, or nobody.
//
// mode:    fragment
// params:  run: INTEGER
// returns: none
// insert:  node
//
// In a map nothing is known of its type, so that a text is no mistake in the statement.

[each IN [{it: <<node>>}] | CASE WHEN each.it IS :: NODE NOT NULL
  THEN 'Standing' IN labels(each.it) AND each.it.run = $run ELSE each.it IS NULL END][0]

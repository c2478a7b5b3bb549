// What some earnings make together, and their gains alone.
//
// mode:    fragment
// params:  none
// returns: sums: LIST<INTEGER>
//
// By additions: past 64 bits they are refused, where sum() goes on with a float.

reduce(sums = [0, 0], row IN earnings | [
  sums[0] + row[1].amount, sums[1] + CASE WHEN row[1].amount > 0 THEN row[1].amount ELSE 0 END])

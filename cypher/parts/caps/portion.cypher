// A gain times room / whole: whole units, and what is left of it in parts of `whole`.
//
// mode:    fragment
// params:  none
// returns: portion: LIST<INTEGER>
//
// Three digits of room at a time: the product may not fit into 64 bits.

reduce(kept = [0, 0], power IN [1000000000000000, 1000000000000, 1000000000, 1000000, 1000, 1] | [
  kept[0] * 1000 + (kept[1] * 1000 + earning.amount * (room / power % 1000)) / whole,
  (kept[1] * 1000 + earning.amount * (room / power % 1000)) % whole])

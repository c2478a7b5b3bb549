// The level of a standing below another one in a compressed tree: those in between who keep no place do not count.
//
// mode:    fragment
// params:  filter: MAP
// returns: none
// insert:  depth

1 + COUNT {
  MATCH (below) (()-[:UNDER]->(step WHERE step.<<depth>> > top.<<depth>>)){1,} (between)
  WHERE between.keeps[$filter.overlay]
}

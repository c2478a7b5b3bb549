// Whether the figures of a line are the whole numbers that its rule's columns are, and its reason a text or none.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  base

level IS :: INTEGER NOT NULL AND rate IS :: INTEGER NOT NULL AND budget IS :: INTEGER NOT NULL
    AND <<base>> IS :: INTEGER NOT NULL AND reason IS :: STRING

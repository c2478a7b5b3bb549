// Whether the figures of a line are the whole numbers that its rule's columns are, its reason a text or none, and its
// payee and its origin standings.
//
// mode:    fragment
// params:  run: INTEGER
// returns: none
// insert:  base, payee, origin

level IS :: INTEGER NOT NULL AND 0 <= level <= 1000000000
    AND rate IS :: INTEGER NOT NULL AND rate >= 0 AND (rate = 0 OR payee IS NOT NULL)
    AND budget IS :: INTEGER NOT NULL AND <<base>> IS :: INTEGER NOT NULL AND reason IS :: STRING
    AND <<payee>> AND <<origin>>

// The rows of a page: those below a standing who meet some conditions, sorted, out of everyone below.
//
// mode:    fragment
// params:  first: INTEGER
// returns: below: NODE, level: INTEGER, figure: ANY
// insert:  candidates, level, meets, figure, between, direction, tie

<<candidates>>
WITH below, <<level>> AS level
WHERE <<meets>>
WITH below, level, <<figure>> AS figure
WHERE <<between>>
WITH below, level, figure ORDER BY figure <<direction>>, below.member_id <<tie>> LIMIT $first

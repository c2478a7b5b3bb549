// A page of a member's whole group: who meets some conditions, in the order of one figure, after a given place.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, sign: INTEGER, after_figure: INTEGER, after_id: STRING, first: INTEGER
// returns: matching: INTEGER, rows: LIST<LIST<ANY>>
// insert:  reach, figure, active, statuses, ranks, least, most
//
// A condition that is not set is true. With DISTINCT the server remembers no paths, so a leg of any
// depth is walked once. A figure that a standing does not have is 0. Ids are read only where the figure is not
// beyond the page's last one: in a large group reading everybody's would take as long as the walk.

MATCH (top:Standing {member_id: $member_id, run: $run})<-[:UNDER<<reach>>]-(below)
USING INDEX SEEK top:Standing(member_id, run)
WITH DISTINCT below
WHERE <<active>> AND <<statuses>> AND <<ranks>> AND <<least>> AND <<most>>
WITH collect(below) AS matches, collect($sign * coalesce(below.<<figure>>, 0)) AS figures
CALL (figures) {
  UNWIND figures AS figure
  WITH figure WHERE $after_id IS NULL OR figure > $after_figure
  WITH figure ORDER BY figure LIMIT $first
  RETURN coalesce(max(figure), $after_figure) AS last
}
CALL (matches, figures, last) {
  UNWIND [place IN range(0, size(matches) - 1) WHERE figures[place] <= last | place] AS place
  WITH matches[place] AS below, figures[place] AS figure
  WITH below.member_id AS member_id, figure
  WHERE $after_id IS NULL OR figure > $after_figure OR (figure = $after_figure AND member_id > $after_id)
  WITH member_id, figure ORDER BY figure, member_id LIMIT $first
  RETURN collect([member_id, figure]) AS rows
}
RETURN size(matches) AS matching, rows

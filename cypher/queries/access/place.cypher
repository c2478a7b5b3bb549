// Where a viewer stands in a run: the spans of the own group, the depths, and whether the company has one tree.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING
// returns: first: INTEGER, end: INTEGER, sponsored_first: INTEGER, sponsored_end: INTEGER, depth: INTEGER, enrolled_depth: INTEGER, one_tree: BOOLEAN

OPTIONAL MATCH (company:Company {key: 'company'})
OPTIONAL MATCH (standing:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
RETURN standing.span_first AS first, standing.span_end AS end, standing.sponsored_first AS sponsored_first,
  standing.sponsored_end AS sponsored_end, standing.depth AS depth, standing.enrolled_depth AS enrolled_depth,
  coalesce(company.one_tree, true) AS one_tree

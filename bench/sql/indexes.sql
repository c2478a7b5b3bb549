-- Built once the rows are in, and counted as loading.
CREATE INDEX member_parent ON member (parent);
CREATE INDEX member_depth ON member (depth);
ANALYZE member;

// Members are found by the words of their names, whatever accents these have.
//
// mode:    schema
// params:  none
// returns: none
//
// The index follows changes within moments, so that whoever adds members does not wait for it.

CREATE FULLTEXT INDEX member_name IF NOT EXISTS FOR (member:Member) ON EACH [member.name]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-folding', `fulltext.eventually_consistent`: true}}

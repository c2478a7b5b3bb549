// Members of one name and country who are not known as positions of one owner: perhaps the same person.
//
// mode:    read
// params:  least: INTEGER = 2, shown: INTEGER = 1000
// returns: name: STRING, country: STRING, members: INTEGER, owners: INTEGER, member_ids: STRING
// areas:   people, names
//
// Names are compared without regard to case and to white space around them. A member without an owner counts as an owner.
// `member_ids` are the first hundred.

MATCH (member:Member)
WHERE member.name IS NOT NULL AND trim(member.name) <> ''
WITH toLower(trim(member.name)) AS key, member.country AS country, member ORDER BY member.member_id
WITH key, country, collect(member) AS members, count(DISTINCT coalesce(member.owner_id, 'member ' + member.member_id)) AS owners
WHERE size(members) >= $least AND owners > 1
RETURN members[0].name AS name, country, size(members) AS members, owners,
  reduce(text = members[0].member_id, one IN members[1..100] | text + ', ' + one.member_id)
    + CASE WHEN size(members) > 100 THEN ' and ' + (size(members) - 100) + ' more' ELSE '' END AS member_ids
ORDER BY members DESC, name, country
LIMIT $shown

// What members earned elsewhere in some bonuses of a period, of changes up to one: of what was corrected the last version.
//
// mode:    read
// params:  period: STRING, bonuses: LIST<STRING>, cut: INTEGER
// returns: bonus: STRING, member_id: STRING, amount: STRING, currency: STRING

MATCH (earned:OutsideEarning {period: $period})-[:EARNED_OUTSIDE]->(member:Member)
WHERE earned.bonus IN $bonuses AND earned.import_no <= $cut
WITH member.member_id AS member_id, earned ORDER BY earned.import_no
WITH member_id, earned.bonus AS bonus, collect(earned) AS versions
WITH member_id, bonus, versions[-1] AS held
RETURN bonus, member_id, held.amount AS amount, held.currency AS currency
ORDER BY bonus, member_id

// Outside: what members earned in a bonus that is not computed here, as the company's table outside_earnings says.
//
// kind:    bonus
// scope:   payee
// basis:   count
// params:  of: TEXT = null
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// `of` is the name of the bonus in the table, by default that of this one. Nothing decides here who has it: inactive
// members have theirs too. A negative amount, such as a correction, is a loss. Matching bonuses and caps may name it
// like any other bonus, and statements say that it is not computed here.

WITH payee, rule, payee[rule.state] AS state
WHERE state[0] <> 0
RETURN payee, 0 AS level, abs(state[0]) AS rate, abs(state[0]) AS budget, null AS reason, sign(state[0]) AS base

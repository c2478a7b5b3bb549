// Where each bonus's budget went: what was paid, what caps took back, and what nobody earned, by reason.
//
// mode:    read
// params:  run: INTEGER
// returns: bonus: STRING, went: STRING, amount_minor: INTEGER, share_ppm: INTEGER
// areas:   totals
//
// Amounts are exact before rounding to payees, here cut to whole minor units; shares are of the bonus's
// budget, what every line could have paid at the most.

MATCH (:Run {number: $run})<-[:TOTAL_OF]-(total:BonusTotal)
WITH total, total.paid_exact + total.breakage AS budget, coalesce(total.cut, 0) * total.parts / total.unit AS cut
UNWIND [[-2, 'paid', total.paid_exact - cut]]
  + [each IN [cut] WHERE each <> 0 | [-1, 'capped', each]]
  + [place IN range(0, size(total.reasons) - 1) | [place, total.reasons[place], total.unpaid[place]]] AS part
WITH total, budget, part[0] AS place, part[1] AS went, part[2] AS exact
RETURN
  total.bonus AS bonus, went,
  exact / total.parts * total.unit + exact % total.parts * total.unit / total.parts AS amount_minor,
  CASE
    WHEN budget <= 0 THEN null
    WHEN budget < 1000000000000 THEN exact * 1000000 / budget
    ELSE exact / (budget / 1000000)
  END AS share_ppm
ORDER BY total.position, place

// Whether a payee is fewer steps above the source than `from_level`, or more than `to_level`.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  distance

(<<distance>> < rule.from_level OR coalesce(<<distance>> > rule.to_level, false))

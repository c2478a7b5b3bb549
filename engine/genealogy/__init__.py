"""Members and both trees through time.

    changes    the only writer of the company's state, in numbered changes
    operations what people do to the trees: enroll, move, swap, leave, take back
    refusals   why an operation is refused
    stored     members, edges and moves as the graph has them
    timelines  where a member was placed, from day to day
    facts      what a status or an owner was on a day, as it was known
    legs       how legs are written: L, left and 1 are one leg
    slots      one member in each leg of a parent
    placement, outside  the free place for a newcomer; whose sponsor is not above them
    preferences  rules that members and the company prefer; who has waited long is placed by one
    rollup     members below those who are gone move up

In: checked changes. Out: their number; edges with days; free places.
Intake, commands and runs import it.
"""

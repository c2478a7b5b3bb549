"""One short round of the fault campaign; `make soak` plays as many as are asked for."""

from tests.soak.campaign import campaign

SEED, ROUND = 7, 4


def test_a_short_round_ends_like_the_undisturbed_company() -> None:
    lines: list[str] = []
    report = campaign(SEED, [ROUND], members=12, faults=4, brief=True, tell=lines.append)
    assert (report.failed, report.known) == ([], []), "\n".join([*lines, *report.lines()])
    struck = {(strike[0], strike[1]) for strike in report.tally.strikes if strike[2]}
    assert struck, "every fault came too late: choose another round"

"""Commands about one member: statement, explanation, group and rank card."""

from datetime import date
from typing import Annotated

import typer

from engine import ranges
from engine.access.reach import Reach
from engine.commands.console import print_json, settled
from engine.commands.figures import Day, number
from engine.commands.options import AsJson, MemberId, PeriodOption, PlanOption


def statement(
    member_id: MemberId,
    period: PeriodOption = None,
    plan: PlanOption = None,
    lines: Annotated[int, number(ranges.ROWS, "--lines", help="Show at most so many lines of a bonus.")] = 10,
    json: AsJson = False,
) -> None:
    """Show what a member earned in a period, by bonus, with the lines behind it."""
    from engine.answers import pay
    from engine.answers.lines import lines_paid_to
    from engine.commands.answers import show_statement, statement_json
    from engine.passes.record import result
    from engine.passes.replay import plan_of

    with settled() as graph:
        run = result(graph, period, plan)
        if not json:
            show_statement(graph, run, member_id, lines)
            return
        earned = pay.statement(graph, Reach.everything, run, member_id)
        paid = lines_paid_to(graph, Reach.everything, run, member_id)
    print_json(statement_json(run, plan_of(run), earned, paid))


def explain(
    member_id: MemberId,
    order: Annotated[str | None, typer.Option("--order", "-o", help="The order's id.")] = None,
    bonus: Annotated[str | None, typer.Option("--bonus", "-b", help="Only this bonus.")] = None,
    period: PeriodOption = None,
    plan: PlanOption = None,
    json: AsJson = False,
) -> None:
    """Show why a member was or was not paid: for one order the way up, and who was skipped and why.

    Without --order for every order of the member's group: each bonus, and how often each reason came first.
    """
    from engine.access.reach import Reach
    from engine.answers.corrections import corrections
    from engine.commands.answers import show_explanation
    from engine.commands.why import show_why
    from engine.explain import explanation, nothing
    from engine.passes.record import result
    from engine.passes.replay import plan_of

    with settled() as graph:
        run = result(graph, period, plan)
        chosen = plan_of(run)
        if order is None:
            answer = nothing.why_not(graph, Reach.everything, run, member_id, None, bonus)
            later = corrections(graph, Reach.everything, run, [member_id])[member_id]
        else:
            explained = explanation.explain(graph, Reach.everything, run, member_id, order, bonus)
    if order is None and json:
        print_json(nothing.as_json(answer))
    elif order is None:
        show_why(run, chosen, answer, later)
    elif json:
        print_json(explanation.as_json(explained, chosen))
    else:
        show_explanation(run, chosen, explained)


def tree(
    member_id: MemberId,
    levels: Annotated[int, number(ranges.SHOWN_LEVELS, "--levels", "-l", help="How many levels down.")] = 3,
    compressed: Annotated[str | None, typer.Option("--compressed", help="A compressed tree's name.")] = None,
    period: PeriodOption = None,
    plan: PlanOption = None,
    as_of: Annotated[
        date | None, typer.Option("--as-of", parser=Day("--as-of"), help="The living tree of this day.")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", help="As it was known then: the number of a change, or 2026-11-05T10:00."),
    ] = None,
    sponsors: Annotated[bool, typer.Option("--sponsors", help="With --as-of: the sponsor tree.")] = False,
    customers: Annotated[
        bool, typer.Option("--customers", help="With --as-of: the member's customers, too.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show a member's group in the tree of the period, or in a compressed tree.

    With --as-of or --known-at: in the tree of any day, as it is known now or was known then.
    """
    from engine.answers.trees import group
    from engine.commands.answers import branch_json, show_tree
    from engine.passes.record import result

    if as_of is not None or known_at is not None:
        from engine.commands.days import show_day

        with settled() as graph:
            show_day(
                graph, member_id, levels, as_of, known_at, sponsors=sponsors, customers=customers, json=json
            )
        return
    with settled() as graph:
        run = result(graph, period, plan)
        top = group(graph, Reach.everything, run, member_id, levels, compressed)
    if json:
        print_json(branch_json(top))
    else:
        show_tree(run, top, compressed)


def rank(
    member_id: MemberId, period: PeriodOption = None, plan: PlanOption = None, json: AsJson = False
) -> None:
    """Show a member's rank card: what each rank requires, what the member has, and what is missing."""
    from engine.answers import ranks
    from engine.commands.rank_card import rank_card_json, show_rank_card
    from engine.passes.record import result
    from engine.passes.replay import plan_of

    with settled() as graph:
        run = result(graph, period, plan)
        chosen = plan_of(run)
        card = ranks.rank_card(graph, Reach.everything, run, chosen, member_id)
        near = ranks.next_rank(chosen, card)
    if json:
        print_json(rank_card_json(card, near))
    else:
        show_rank_card(run, chosen, card, near)

"""How the answer to "why nothing at all" looks: each bonus in a sentence, and its reasons by number."""

from collections.abc import Sequence

from rich.markup import escape

from engine.answers.corrections import Correction
from engine.commands.answers import show_standing
from engine.commands.console import counted, out, table
from engine.explain.nothing import WhyNot
from engine.explain.words import correction_text
from engine.passes.record import RunRecord
from engine.plans.plan import Plan


def show_why(run: RunRecord, plan: Plan, answer: WhyNot, corrections: Sequence[Correction] = ()) -> None:
    """Every bonus with its verdict, then its reasons, the most frequent first, each with an example.

    Then what the run corrects of the member's pay of closed periods, in sentences.
    """
    show_standing(run, plan, answer.member)
    for bonus in answer.bonuses:
        out.print(f"\n[bold]{escape(bonus.bonus)}[/bold]: {escape(bonus.verdict)}")
        if not any(reason.count for reason in bonus.reasons):
            continue
        shown = table(None, "times", "reason", "in words", "such as order", right=("times",))
        for reason in bonus.reasons:
            shown.add_row(
                f"{reason.count:,}", reason.reason, escape(reason.why), escape(reason.example or "-")
            )
        out.print(shown)
    if not answer.complete:
        out.print(f"\n[dim]of the first {counted(answer.members, 'member')} of the group, by id[/dim]")
    for each in corrections:
        out.print(f"\nthe run {correction_text(each, run.cash)}", markup=False)
    out.print("[dim]upline explain MEMBER --order ORDER shows the way of one order[/dim]")

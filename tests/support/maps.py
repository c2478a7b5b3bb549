"""The map of a run with one pass exchanged."""

from dataclasses import replace
from typing import Any

from engine.run import STAGES
from engine.runs.runner import Each, Pass, Stage, Step


def with_pass(name: str, do: Any) -> tuple[Stage, ...]:
    """The map with another function for the passes or the task of that name."""

    def changed(step: Step) -> Step:
        if isinstance(step, Each):
            passes = tuple((known, do if known == name else was) for known, was in step.passes)
            then = tuple(replace(each, do=do) if each.name == name else each for each in step.then)
            return replace(step, passes=passes, then=then)
        if step.name != name:
            return step
        return replace(step, do=do) if isinstance(step, Pass) else replace(step, find=do)

    return tuple(replace(stage, steps=tuple(map(changed, stage.steps))) for stage in STAGES)

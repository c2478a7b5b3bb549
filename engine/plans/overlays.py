"""The compressed trees of a plan: which overlay each step of a bonus's walk goes by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import ranges
from engine.plans import climbs
from engine.plans.plan import Overlay
from engine.plans.quantities import text
from engine.plans.table import PlanTable
from engine.plans.text import PlanError, PlanText
from engine.plans.values import ValueReader
from engine.rules.library import UnknownRuleError, rule
from engine.rules.module import Module


class Overlays:
    """Collects the overlays of a plan: steps and bonuses with the same compression share one."""

    def __init__(self, text: PlanText, values: ValueReader, floor: int, company: Path | None) -> None:
        self.text, self.values, self.floor, self.company = text, values, floor, company
        self.all: list[Overlay] = []

    def of_steps(
        self, module: Module, parameters: dict[str, Any], tree: str, table: PlanTable
    ) -> tuple[int, ...]:
        """The overlay of each step of a bonus's walk, as an index of `all`.

        ``climb: levels``: one step per level, over the plan's compression. ``climb: border``: one per level,
        over members of the rank `border`. ``climb: ranks``: one overlay per rank class, of members whose rate
        is higher than the class's, and a last one of members with any rate. ``climb: roles``: one per listed
        rank, of members who hold it or a higher one. ``climb: same`` and ``climb: higher``: one per rank with
        a rate, of members who hold it, or who hold it or a higher one. Any other climb names the parameter
        that chooses one of these. Takes `compression` out of `parameters`.
        """
        if not module.steps:
            return ()
        listed, climb = parameters[module.steps], climbs.climb_of(module, parameters)
        meets = {"meets": parameters["meets"]} if "meets" in parameters else {}
        if by_rank := climbs.earners(climb, listed, len(self.values.ranks) + 1):
            compression = rule("compression", "dynamic" if climb == "ranks" else "role")
            return tuple(self._index(compression, meets, tree, earns, label) for label, earns in by_rank)
        if climb == "border":
            border = {"rank": parameters["border"], "inactive": parameters.get("inactive", "lose")}
            index = self._index(rule("compression", "rank_relink"), border, tree, None, "")
            return (index,) * len(parameters[f"{module.steps}_most"])
        return self._of_levels(module, parameters, tree, table)

    def _of_levels(
        self, module: Module, parameters: dict[str, Any], tree: str, table: PlanTable
    ) -> tuple[int, ...]:
        listed = parameters[module.steps]
        meets = {"meets": parameters["meets"]} if "meets" in parameters else {}
        named = {key: f"{module.steps}_{of}" for key, of in (("figure", "figure"), ("floors", "from"))}
        figure = {key: parameters[name] for key, name in named.items() if name in parameters}
        setting = parameters.pop("compression", "none")
        options = (
            PlanTable(self.text, setting, table.place, "compression") if isinstance(setting, dict) else None
        )
        with table.errors_at("compression"):
            name = options.text("rule") if options else text(setting)
        try:
            compression = rule("compression", name, self.company)
        except UnknownRuleError as error:
            raise table.error("compression", error.what, error.todo) from error
        if not options:
            _refuse_without_options(table, compression)
        steps = len(parameters.get(f"{module.steps}_most", listed))
        first = options.number("from_level", ranges.COUNT, 1) if options else 1
        last = options.number("to_level", ranges.COUNT, steps) if options else steps
        if options and not 1 <= first <= last <= steps:
            key = "from_level" if options.has("from_level") else "to_level"
            raise options.error(
                key, f"levels {first} to {last} are not among the bonus's levels 1 to {steps}"
            )
        chosen = self.values.parameters(compression, options or PlanTable(self.text, {}, table.place))
        if options:
            options.refuse_unknown_keys()
        indexes = []
        for level in range(1, steps + 1):
            if not first <= level <= last:
                indexes.append(self._index(rule("compression", "none"), {}, tree, None, ""))
            elif compression.steps and figure.get("figure") == "earned":
                raise table.error(
                    "compression",
                    f"{name} looks at rates before any bonus is paid, and these go by what one paid",
                    "Choose a compression that does not look at rates.",
                )
            elif compression.steps:
                earns = [rates[level - 1] > 0 for rates in listed]
                values = {**chosen, **climbs.opens(parameters, level), **meets, **figure}
                indexes.append(self._index(compression, values, tree, earns, str(level)))
            else:
                indexes.append(self._index(compression, chosen, tree, None, ""))
        return tuple(indexes)

    def _index(
        self, module: Module, parameters: Mapping[str, Any], tree: str, earns: list[bool] | None, label: str
    ) -> int:
        """The index of the overlay with these parameters, which is added unless there is one already."""
        values = {"kind": module.name, "floor": self.floor, **parameters}
        if earns is not None:
            values["earns"] = earns
        for overlay in self.all:
            if (overlay.module, overlay.values, overlay.tree) == (module, values, tree):
                return overlay.index
        if len(self.all) == ranges.OVERLAYS.most:
            raise PlanError(
                f"the plan needs more than {ranges.OVERLAYS.most:,} compressed trees",
                str(self.text.path),
                "Give bonuses the same compression, or fewer levels.",
            )
        label = f"{module.name}:{label}" if label else module.name
        taken = [overlay.label for overlay in self.all]
        while label in taken:
            label += "'"
        self.all.append(Overlay(len(self.all), module, values, tree, label))
        return len(self.all) - 1


def _refuse_without_options(table: PlanTable, compression: Module) -> None:
    """Refuse a compression by its name alone where it has parameters that must be given."""
    if needed := [param.name for param in compression.params if param.default is None]:
        options = ", ".join(f"{name} = ..." for name in needed)
        raise table.error(
            "compression",
            f"{compression.name} needs {', '.join(needed)}",
            f'Write compression = {{ rule = "{compression.name}", {options} }}.',
        )

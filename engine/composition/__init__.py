"""Statements put together from pieces and rules.

    bonuses, walks, flows   what pays and lists lines
    by_figure               tiers of a figure where a rule looks up a table by rank
    requirements, measures  what ranks and activity ask, and the figures for it
    overlays, push          compressed trees and volume that moves up
    trees                   a statement for one tree, put on another one
    vetting                 lets the server explain a company's own rules before they run

In: a plan, its rules, and cypher/parts. Out: a `Query` with the parameters that it declares.
Stages, answers and the workbench import it, so one text pays and explains.
"""

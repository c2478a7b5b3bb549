"""Statements put together from pieces and rules.

    bonuses, walks, flows   what pays and lists lines
    requirements, measures  what ranks and activity ask, and the figures for it
    overlays, push          compressed trees and volume that moves up
    trees                   a statement put on another tree, or on tiers in place of ranks
    placements              rules that find a place, by what is kept of the tree or by walking
    reading, kept           what reads a run, kept with a committed one
    vetting                 lets the server explain a company's own rules before they run

In: a plan, its rules, and cypher/parts. Out: a `Query` with the parameters that it declares.
Stages, answers and the workbench import it, so one text pays and explains.
"""

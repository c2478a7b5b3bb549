"""Why a member was paid for an order, or was not.

    explanation     where to begin: one member, one order, every bonus
    stories         how one bonus treated the order
    walks, entries  a story level by level, or by the groups that the order entered
    nothing         why nothing at all: every order of a group, by the reason that came first
    corrections     why pay of a closed period is corrected, and which lines differ
    words           lines, reasons and figures as a person reads them

In: a complete run, a member and an order. Out: an explanation, as facts and sentences.
Command line and API show it. It computes nothing that a run did not compute.
"""

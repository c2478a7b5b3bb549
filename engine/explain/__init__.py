"""Why a member was paid for an order, or was not.

    explanation     the way in: one member, one order, every bonus
    stories         what one bonus made of the order
    walks, entries  a story told level by level, or by where the order came in
    words           lines, reasons and figures as a person reads them

In: a complete run, a member and an order. Out: an explanation, as facts and sentences.
Command line and API show it. It computes nothing that a run did not compute.
"""

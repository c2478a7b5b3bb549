"""Measured comparisons: what a month costs at several sizes and shapes, beside other ways to do the same."""

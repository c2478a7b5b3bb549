"""Measured comparisons: what a month costs at several sizes and shapes, next to other ways to do the same."""

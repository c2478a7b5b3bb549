"""Upline: the structure and the pay of a network marketing company."""

__version__ = "0.3.0"

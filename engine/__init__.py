"""Upline: who stands where and who earns what in a network marketing company."""

__version__ = "0.2.1"

"""Measures an installation on this machine: processor time, pace and memory, never a timed test."""

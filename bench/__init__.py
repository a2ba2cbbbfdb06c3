"""Benchmarks: `make bench` runs all, `make bench B=banking` one. Never part of the tests: machines are noisy.

Each module has `run()`, which gives rows: name, value, unit, and where it makes sense the reference measured in the same
run, the ratio to it, and the target. Medians, not single runs.
"""

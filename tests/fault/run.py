#!/usr/bin/python3
"""Runs the rows of the fault catalogue against a kaiku with failpoints: see tests/support/runner.py and RESULTS.md."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "support"))
import runner  # noqa: E402

if __name__ == "__main__":
    runner.main(HERE, label="fault.", preset="asan", jobs=4, records=2000, logs=("everything", "file"))

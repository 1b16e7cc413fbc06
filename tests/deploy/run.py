#!/usr/bin/python3
"""Runs the tests of what deploy/ holds, against a kaiku built with KAIKU_PACKAGE: see tests/support/runner.py."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "support"))
import runner  # noqa: E402

if __name__ == "__main__":
    runner.main(HERE, label="deploy.", records=2000, logs=())

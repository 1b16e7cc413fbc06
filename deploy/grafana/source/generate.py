#!/usr/bin/python3
"""Writes ../dashboards/*.json from what stands in this folder: python3 deploy/grafana/source/generate.py"""
import json
import os

import api
import feeds
import operations
import service
import team
import trust

HERE = os.path.dirname(os.path.abspath(__file__))
ALL = {"service": service, "team": team, "trust": trust, "feeds": feeds, "api": api, "operations": operations}


def texts():
    """name of the file -> content."""
    return {
        f"{name}.json": json.dumps(module.DASHBOARD, indent=1, ensure_ascii=False) + "\n"
        for name, module in ALL.items()
    }


if __name__ == "__main__":
    for name, text in texts().items():
        with open(f"{HERE}/../dashboards/{name}", "w") as f: f.write(text)

"""Runs a peer's script over an input, and tells what it took and which totals it found, as JSON.

    python run.py queue_log.sql FILE       a script of DuckDB: its last statement gives one row, a column a total
    python run.py polars_queue_log.py FILE a module whose totals(FILE) gives a dictionary

Only the work is timed: starting Python and importing the library are not, although a user waits for them as well.
"""

import importlib.util
import json
import resource
import sys
import time


def duckdb_script(script):
    import duckdb

    with open(script, encoding="utf-8") as file:
        query = file.read()

    def totals(path):
        db = duckdb.connect()
        db.execute(f"SET VARIABLE input = '{path}'")
        rows = db.execute(query)
        names = [column[0] for column in rows.description]
        return dict(zip(names, rows.fetchone()))

    return totals


def python_script(script):
    spec = importlib.util.spec_from_file_location("peer", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.totals


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(script, path):
    totals = duckdb_script(script) if script.endswith(".sql") else python_script(script)
    started, used = time.perf_counter(), processor_seconds()
    found = totals(path)
    took, used = time.perf_counter() - started, processor_seconds() - used
    found = {name: int(value or 0) for name, value in found.items()}
    print(json.dumps({"seconds": took, "processor_seconds": used, "totals": found}))


main(*sys.argv[1:])

"""Every call of a queue log as a fact that DuckDB asks fast: queue, local time, event and seconds, as Parquet.

    python facts.py LOG ZONE OUT
"""

import sys

import duckdb

log, zone, out = sys.argv[1:]
duckdb.execute(
    f"""
    COPY (
        SELECT
            queue,
            to_timestamp(time) AT TIME ZONE '{zone}' AS local,
            event,
            CASE event WHEN 'CONNECT' THEN a WHEN 'ABANDON' THEN c END::INTEGER AS seconds
        FROM read_csv(
            '{log}',
            delim = '|', header = false, auto_detect = false, quote = '', escape = '', null_padding = true,
            columns = {{
                'time': 'BIGINT', 'id': 'VARCHAR', 'queue': 'VARCHAR', 'agent': 'VARCHAR', 'event': 'VARCHAR',
                'a': 'VARCHAR', 'b': 'VARCHAR', 'c': 'VARCHAR', 'd': 'VARCHAR', 'e': 'VARCHAR', 'f': 'VARCHAR',
                'g': 'VARCHAR'
            }}
        )
        WHERE event IN (
            'ENTERQUEUE', 'CONNECT', 'ABANDON', 'EXITEMPTY', 'EXITWITHTIMEOUT', 'EXITWITHKEY', 'WITHDRAW'
        )
    ) TO '{out}' (FORMAT parquet)
    """
)

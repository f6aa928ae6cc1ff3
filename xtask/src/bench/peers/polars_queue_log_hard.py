"""What jono counts of an Asterisk queue log with every event of every version and with damaged lines, in Polars.

Of a damaged line every field may be anything, so all are text and are converted where they may be. As in
polars_queue_log.py, the hour is the one of the epoch.
"""

import polars as pl

FIELDS = ["time", "id", "queue", "agent", "event", "a", "b", "c", "d", "e", "f", "g"]
# Which field has the seconds.
SECONDS = {
    "CONNECT": "a",
    "COMPLETECALLER": "b",
    "COMPLETEAGENT": "b",
    "ABANDON": "c",
    "EXITEMPTY": "c",
    "WITHDRAW": "c",
    "EXITWITHTIMEOUT": "c",
    "EXITWITHKEY": "d",
    "TRANSFER": "d",
    "BLINDTRANSFER": "d",
}
# Which versions there are that do not write them.
MAY_LACK = ["EXITWITHTIMEOUT", "EXITWITHKEY", "TRANSFER"]
HANDLED = ["COMPLETECALLER", "COMPLETEAGENT", "TRANSFER", "BLINDTRANSFER", "ATTENDEDTRANSFER"]
COUNTS = {
    "arrivals": ["ENTERQUEUE"],
    "answered": ["CONNECT"],
    "abandoned": ["ABANDON"],
    "timed_out": ["EXITWITHTIMEOUT"],
    "left_empty": ["EXITEMPTY"],
    "left_by_key": ["EXITWITHKEY"],
    "withdrawn": ["WITHDRAW"],
    "handled": HANDLED,
}


def totals(path):
    event, time, queue = pl.col("event"), pl.col("time"), pl.col("queue")
    is_there = {field: pl.col(field).fill_null("") != "" for field in "fg"}
    # Its data is one field or two, so the seconds of an attended transfer are counted from the right.
    attended = pl.when(is_there["f"] | is_there["g"]).then(pl.col("e")).otherwise(pl.col("d"))
    written = pl.when(event == "ATTENDEDTRANSFER").then(attended)
    for field in "abcd":
        events = [name for name, place in SECONDS.items() if place == field]
        written = written.when(event.is_in(events)).then(pl.col(field))
    lines = pl.scan_csv(
        path,
        separator="|",
        has_header=False,
        quote_char=None,
        schema={name: pl.String for name in FIELDS},
        truncate_ragged_lines=True,
        missing_columns="insert",
        encoding="utf8-lossy",
    )
    told = lines.filter(
        event.is_in([*SECONDS, "ATTENDEDTRANSFER", "ENTERQUEUE"]),
        ~queue.fill_null("").is_in(["", "NONE"]),
        time.str.len_bytes() <= 10,
    ).select("queue", "event", time=time.str.to_integer(strict=False, dtype=pl.Int64), written=written)
    lacks = (event == "ENTERQUEUE") | (event.is_in(MAY_LACK) & (pl.col("written").fill_null("") == ""))
    seconds = pl.col("written").str.to_integer(strict=False, dtype=pl.Int64)
    hourly = (
        told.select("queue", "event", "time", lacks=lacks, seconds=seconds)
        .filter(pl.col("time") >= 0, pl.col("lacks") | pl.col("seconds").is_between(0, 536870911))
        .select(
            "queue", "event", hour=pl.col("time") // 3600, seconds=pl.when(~pl.col("lacks")).then(pl.col("seconds"))
        )
        .group_by("queue", "hour", "event", "seconds")
        .agg(calls=pl.len())
        .collect(engine="streaming")
        .with_columns(seconds=pl.col("seconds") * pl.col("calls"))
    )

    def sum_of(column, events):
        return hourly.filter(event.is_in(events))[column].sum()

    found = {name: sum_of("calls", events) for name, events in COUNTS.items()}
    found["wait_seconds"] = sum_of("seconds", ["CONNECT"])
    found["handling_seconds"] = sum_of("seconds", HANDLED)
    return found

"""What jono counts of an Asterisk queue log, in Polars: entries and outcomes by queue and hour, and how many took how many
seconds, so that percentiles and service levels can be told of every hour.

Fields are declared, so nothing is guessed; what an event does not have is null. The hour is the one of the epoch, which
is a local one in every zone whose offset is whole hours.
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
    "BLINDTRANSFER": "d",
}
HANDLED = ["COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER"]
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
    event = pl.col("event")
    # Its data is one field or two, so the seconds of an attended transfer are counted from the right.
    written = pl.when(event == "ATTENDEDTRANSFER").then(pl.coalesce(pl.when(pl.col("f").is_null()).then("d"), "e"))
    for field in "abcd":
        events = [name for name, place in SECONDS.items() if place == field]
        written = written.when(event.is_in(events)).then(pl.col(field))
    lines = pl.scan_csv(
        path,
        separator="|",
        has_header=False,
        quote_char=None,
        schema={name: pl.Int64 if name == "time" else pl.String for name in FIELDS},
        truncate_ragged_lines=True,
        missing_columns="insert",
    )
    hourly = (
        lines.filter(event.is_in([*SECONDS, "ATTENDEDTRANSFER", "ENTERQUEUE"]))
        .select("queue", "event", hour=pl.col("time") // 3600, seconds=written.cast(pl.Int64))
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

-- What jono counts of an Asterisk queue log with every event of every version and with damaged lines, in DuckDB.
--
-- Of a damaged line every field may be anything, so all are text and are converted where they may be. Lines that are no
-- UTF-8 are passed over by the reader. As in queue_log.sql, the hour is the one of the epoch.
CREATE TABLE hourly AS
WITH line AS (
    SELECT
        try_cast(time AS BIGINT) AS time,
        queue,
        event,
        -- Old versions end lines with a bar, which leaves an empty field; how many fields are there otherwise.
        CASE
            WHEN nullif(g, '') IS NOT NULL THEN 12
            WHEN nullif(f, '') IS NOT NULL THEN 11
            WHEN nullif(e, '') IS NOT NULL THEN 10
            WHEN nullif(d, '') IS NOT NULL THEN 9
            ELSE 8
        END AS fields,
        a, b, c, d, e, f
    FROM read_csv(
        getvariable('input'),
        delim = '|', header = false, auto_detect = false, quote = '', escape = '', null_padding = true,
        ignore_errors = true, strict_mode = false,
        columns = {
            'time': 'VARCHAR', 'id': 'VARCHAR', 'queue': 'VARCHAR', 'agent': 'VARCHAR', 'event': 'VARCHAR',
            'a': 'VARCHAR', 'b': 'VARCHAR', 'c': 'VARCHAR', 'd': 'VARCHAR', 'e': 'VARCHAR', 'f': 'VARCHAR', 'g': 'VARCHAR'
        }
    )
    WHERE
        event IN (
            'ENTERQUEUE', 'CONNECT', 'COMPLETECALLER', 'COMPLETEAGENT', 'ABANDON', 'EXITEMPTY', 'EXITWITHTIMEOUT',
            'EXITWITHKEY', 'WITHDRAW', 'TRANSFER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'
        )
        AND queue NOT IN ('', 'NONE')
        AND length(time) <= 10 AND time[1] <> '-'
),
told AS (
    SELECT
        time, queue, event,
        CASE event
            WHEN 'CONNECT' THEN a
            WHEN 'COMPLETECALLER' THEN b
            WHEN 'COMPLETEAGENT' THEN b
            WHEN 'ABANDON' THEN c
            WHEN 'EXITEMPTY' THEN c
            WHEN 'WITHDRAW' THEN c
            -- The versions before 1.6 wrote the position alone; the oldest stop after the context.
            WHEN 'EXITWITHTIMEOUT' THEN c
            WHEN 'EXITWITHKEY' THEN d
            WHEN 'TRANSFER' THEN d
            WHEN 'BLINDTRANSFER' THEN d
            WHEN 'ATTENDEDTRANSFER' THEN CASE WHEN fields > 10 THEN e ELSE d END
        END AS written,
        event = 'ENTERQUEUE' OR (event IN ('EXITWITHTIMEOUT', 'EXITWITHKEY', 'TRANSFER') AND coalesce(written, '') = '')
            AS needs_none,
        try_cast(written AS BIGINT) AS seconds
    FROM line
    WHERE time IS NOT NULL
)
SELECT queue, time // 3600 AS hour, event, CASE WHEN NOT needs_none THEN seconds END AS took, count(*) AS calls
FROM told
-- A cast takes 1e2 for a hundred.
WHERE needs_none OR (seconds BETWEEN 0 AND 536870911 AND translate(written, '0123456789', '') = '')
GROUP BY ALL;

SELECT
    sum(calls) FILTER (event = 'ENTERQUEUE') AS arrivals,
    sum(calls) FILTER (event = 'CONNECT') AS answered,
    sum(calls) FILTER (event = 'ABANDON') AS abandoned,
    sum(calls) FILTER (event = 'EXITWITHTIMEOUT') AS timed_out,
    sum(calls) FILTER (event = 'EXITEMPTY') AS left_empty,
    sum(calls) FILTER (event = 'EXITWITHKEY') AS left_by_key,
    sum(calls) FILTER (event = 'WITHDRAW') AS withdrawn,
    sum(calls) FILTER (event LIKE 'COMPLETE%' OR event LIKE '%TRANSFER') AS handled,
    sum(calls * took) FILTER (event = 'CONNECT') AS wait_seconds,
    sum(calls * took) FILTER (event LIKE 'COMPLETE%' OR event LIKE '%TRANSFER') AS handling_seconds
FROM hourly;

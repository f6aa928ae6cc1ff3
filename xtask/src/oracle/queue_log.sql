-- The figures of an Asterisk queue_log per ISO week and queue, in DuckDB: the same columns as queue_log.awk.
--
--     duckdb -csv \
--       -c "SET VARIABLE log = 'queue_log'; SET VARIABLE zone = 'Europe/Helsinki'" \
--       -c "SET VARIABLE t = 20; SET VARIABLE s = 5" -f queue_log.sql
--
-- A set variable is the only argument a plain SQL file can take. AT TIME ZONE comes from the ICU extension, which
-- DuckDB's Python package and command line carry inside them: nothing is downloaded.
--
-- The separator occurs in no log, so a row is a line as it was written; as Latin-1 every byte is a character, so
-- that lines which are no UTF-8 are refused below by the rules instead of by the reader.
WITH line AS (
    -- Empty values at the end of a line are none: old versions of QueueLog() add a bar.
    SELECT string_split(CASE WHEN ends_with(line, '|') THEN rtrim(line, '|') ELSE line END, '|') AS field
    FROM read_csv(
        getvariable('log'), columns = {'line': 'VARCHAR'}, header = false, auto_detect = false,
        delim = chr(1), quote = '', escape = '', encoding = 'latin-1', strict_mode = false
    )
),
told AS (
    SELECT
        field[1] AS time,
        field[3] AS queue,
        field[5] AS event,
        len(field) AS fields,
        -- Where the seconds of an event stand. NULL: it tells none.
        CASE field[5]
            WHEN 'CONNECT' THEN 6
            WHEN 'COMPLETECALLER' THEN 7
            WHEN 'COMPLETEAGENT' THEN 7
            WHEN 'ABANDON' THEN 8
            WHEN 'EXITEMPTY' THEN 8
            WHEN 'WITHDRAW' THEN 8
            -- The versions before 1.6 wrote the position alone.
            WHEN 'EXITWITHTIMEOUT' THEN CASE WHEN len(field) >= 8 THEN 8 END
            WHEN 'EXITWITHKEY' THEN CASE WHEN len(field) >= 9 THEN 9 END
            -- The oldest versions stop after the context.
            WHEN 'TRANSFER' THEN CASE WHEN len(field) >= 9 THEN 9 END
            WHEN 'BLINDTRANSFER' THEN 9
            -- method, one or two fields of data, hold, call, position: counted from the right.
            WHEN 'ATTENDEDTRANSFER' THEN greatest(len(field) - 1, 9)
        END AS place,
        field[place] AS written
    FROM line
    WHERE len(field) >= 5
),
event AS (
    SELECT
        strftime(to_timestamp(time::BIGINT) AT TIME ZONE getvariable('zone'), '%G-W%V') AS period,
        queue,
        event,
        written::BIGINT AS seconds
    FROM told
    WHERE
        event IN (
            'ENTERQUEUE', 'CONNECT', 'COMPLETECALLER', 'COMPLETEAGENT', 'ABANDON', 'EXITEMPTY', 'EXITWITHTIMEOUT',
            'EXITWITHKEY', 'WITHDRAW', 'TRANSFER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'
        )
        AND regexp_full_match(time, '[0-9]{1,10}')
        AND queue NOT IN ('', 'NONE')
        AND (
            place IS NULL
            OR (
                fields >= place + CASE event WHEN 'ATTENDEDTRANSFER' THEN 1 ELSE 0 END
                AND regexp_full_match(written, '[0-9]+')
                AND try_cast(written AS BIGINT) <= 536870911
            )
        )
),
counted AS (
    SELECT
        period,
        queue,
        count(*) FILTER (event = 'ENTERQUEUE') AS arrivals,
        count(*) FILTER (event IN (
            'CONNECT', 'ABANDON', 'EXITWITHTIMEOUT', 'EXITEMPTY', 'EXITWITHKEY', 'WITHDRAW'
        )) AS contacts,
        count(*) FILTER (event = 'CONNECT') AS answered,
        count(*) FILTER (event = 'ABANDON') AS abandoned,
        count(*) FILTER (event = 'EXITWITHTIMEOUT') AS timed_out,
        count(*) FILTER (event = 'EXITEMPTY') AS left_empty,
        count(*) FILTER (event = 'EXITWITHKEY') AS left_by_key,
        count(*) FILTER (event = 'WITHDRAW') AS withdrawn,
        count(*) FILTER (event = 'ABANDON' AND seconds < getvariable('s')) AS short,
        count(*) FILTER (event IN (
            'COMPLETECALLER', 'COMPLETEAGENT', 'TRANSFER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'
        )) AS handled,
        count(*) FILTER (event = 'CONNECT' AND seconds <= getvariable('t')) AS answered_within,
        count(*) FILTER (event = 'ABANDON' AND seconds <= getvariable('t')) AS abandoned_within,
        -- quantile_disc is the smallest value that covers the share, which is what a percentile means here.
        -- The share is decimal: nine tenths of ten is nine, not the binary double's nine and a little.
        coalesce(sum(seconds) FILTER (event = 'CONNECT'), 0) AS wait_sum,
        count(seconds) FILTER (event = 'CONNECT') AS wait_count,
        quantile_disc(seconds, 0.50) FILTER (event = 'CONNECT') AS wait_p50,
        quantile_disc(seconds, 0.90) FILTER (event = 'CONNECT') AS wait_p90,
        coalesce(sum(seconds) FILTER (event IN ('CONNECT', 'ABANDON')), 0) AS queued_wait_sum,
        count(*) FILTER (event IN ('CONNECT', 'ABANDON') AND seconds > 0) AS queued_wait_count,
        quantile_disc(seconds, 0.50) FILTER (event IN ('CONNECT', 'ABANDON') AND seconds > 0) AS queued_wait_p50,
        quantile_disc(seconds, 0.90) FILTER (event IN ('CONNECT', 'ABANDON') AND seconds > 0) AS queued_wait_p90,
        coalesce(sum(seconds) FILTER (event LIKE 'COMPLETE%' OR event LIKE '%TRANSFER'), 0) AS handling_sum,
        count(seconds) FILTER (event LIKE 'COMPLETE%' OR event LIKE '%TRANSFER') AS handling_count,
        quantile_disc(seconds, 0.50) FILTER (event LIKE 'COMPLETE%' OR event LIKE '%TRANSFER') AS handling_p50,
        quantile_disc(seconds, 0.90) FILTER (event LIKE 'COMPLETE%' OR event LIKE '%TRANSFER') AS handling_p90
    FROM event
    GROUP BY ALL
)
SELECT
    * EXCLUDE (answered_within, abandoned_within),
    answered_within AS level_answered_of_offered_met,
    contacts AS level_answered_of_offered_counted,
    answered_within AS level_answered_of_offered_less_short_met,
    contacts - short AS level_answered_of_offered_less_short_counted,
    answered_within AS level_answered_of_answered_met,
    answered AS level_answered_of_answered_counted,
    answered_within + abandoned_within AS level_handled_of_offered_met,
    contacts AS level_handled_of_offered_counted,
    answered AS level_answer_rate_met,
    contacts AS level_answer_rate_counted
FROM counted
ORDER BY period, queue;

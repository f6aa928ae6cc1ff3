-- Less than jono counts of an Asterisk queue log, in DuckDB: of seconds the sums alone, by queue and hour. Means can be told
-- from it, and no percentile or service level: that is queue_log.sql.
--
-- Fields are declared, so nothing is guessed; what an event does not have is NULL. The hour is the one of the epoch,
-- which is a local one in every zone whose offset is whole hours.
CREATE TABLE hourly AS
SELECT
    queue,
    time // 3600 AS hour,
    event,
    count(*) AS calls,
    sum(CASE event
        WHEN 'CONNECT' THEN a
        WHEN 'COMPLETECALLER' THEN b
        WHEN 'COMPLETEAGENT' THEN b
        WHEN 'ABANDON' THEN c
        WHEN 'EXITEMPTY' THEN c
        WHEN 'WITHDRAW' THEN c
        WHEN 'EXITWITHTIMEOUT' THEN c
        WHEN 'EXITWITHKEY' THEN d
        WHEN 'BLINDTRANSFER' THEN d
        -- Its data is one field or two, so the seconds are counted from the right.
        WHEN 'ATTENDEDTRANSFER' THEN CASE WHEN f IS NULL THEN d ELSE e END
    END::BIGINT) AS seconds
FROM read_csv(
    getvariable('input'),
    delim = '|', header = false, auto_detect = false, quote = '', escape = '', null_padding = true,
    columns = {
        'time': 'BIGINT', 'id': 'VARCHAR', 'queue': 'VARCHAR', 'agent': 'VARCHAR', 'event': 'VARCHAR',
        'a': 'VARCHAR', 'b': 'VARCHAR', 'c': 'VARCHAR', 'd': 'VARCHAR', 'e': 'VARCHAR', 'f': 'VARCHAR', 'g': 'VARCHAR'
    }
)
WHERE event IN (
    'ENTERQUEUE', 'CONNECT', 'COMPLETECALLER', 'COMPLETEAGENT', 'ABANDON', 'EXITEMPTY', 'EXITWITHTIMEOUT',
    'EXITWITHKEY', 'WITHDRAW', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'
)
GROUP BY ALL;

SELECT
    sum(calls) FILTER (event = 'ENTERQUEUE') AS arrivals,
    sum(calls) FILTER (event = 'CONNECT') AS answered,
    sum(calls) FILTER (event = 'ABANDON') AS abandoned,
    sum(calls) FILTER (event = 'EXITWITHTIMEOUT') AS timed_out,
    sum(calls) FILTER (event = 'EXITEMPTY') AS left_empty,
    sum(calls) FILTER (event = 'EXITWITHKEY') AS left_by_key,
    sum(calls) FILTER (event = 'WITHDRAW') AS withdrawn,
    sum(calls) FILTER (event IN (
        'COMPLETECALLER', 'COMPLETEAGENT', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'
    )) AS handled,
    sum(seconds) FILTER (event = 'CONNECT') AS wait_seconds,
    sum(seconds) FILTER (event IN (
        'COMPLETECALLER', 'COMPLETEAGENT', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'
    )) AS handling_seconds
FROM hourly;

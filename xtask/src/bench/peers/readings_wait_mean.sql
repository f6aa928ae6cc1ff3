-- The mean wait until an answer of every queue in every ISO week of 2023, from facts: `jono readings --measure wait_mean`.
WITH reading AS (
    SELECT queue, date_trunc('week', local) AS week, sum(seconds) AS waited, count(*) AS answered
    FROM read_parquet(getvariable('input'))
    WHERE event = 'CONNECT' AND local >= '2023-01-02' AND local < '2024-01-01'
    GROUP BY ALL
)
SELECT sum(waited) AS numerators, sum(answered) AS denominators, 0 AS percentiles FROM reading;

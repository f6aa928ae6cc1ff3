-- The wait that nine of ten answered calls did not exceed, of every queue in every ISO week of 2023, from facts:
-- `jono readings --measure wait_p90`.
WITH reading AS (
    SELECT queue, date_trunc('week', local) AS week, quantile_disc(seconds, 0.90) AS value, count(*) AS answered
    FROM read_parquet(getvariable('input'))
    WHERE event = 'CONNECT' AND local >= '2023-01-02' AND local < '2024-01-01'
    GROUP BY ALL
)
SELECT 0 AS numerators, sum(answered) AS denominators, sum(value) AS percentiles FROM reading;

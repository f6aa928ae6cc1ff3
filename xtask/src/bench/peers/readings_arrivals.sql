-- Arrivals of every queue in every ISO week of 2023, from facts: what `jono readings --measure arrivals` says.
WITH reading AS (
    SELECT queue, date_trunc('week', local) AS week, count(*) AS value
    FROM read_parquet(getvariable('input'))
    WHERE event = 'ENTERQUEUE' AND local >= '2023-01-02' AND local < '2024-01-01'
    GROUP BY ALL
)
SELECT sum(value) AS numerators, 0 AS denominators, 0 AS percentiles FROM reading;

-- The share answered of every queue in every ISO week of 2023, from facts: `jono readings --measure answer_rate`.
WITH reading AS (
    SELECT
        queue, date_trunc('week', local) AS week,
        count(*) FILTER (event = 'CONNECT') AS answered,
        count(*) AS contacts
    FROM read_parquet(getvariable('input'))
    WHERE event <> 'ENTERQUEUE' AND local >= '2023-01-02' AND local < '2024-01-01'
    GROUP BY ALL
)
SELECT sum(answered) AS numerators, sum(contacts) AS denominators, 0 AS percentiles FROM reading;

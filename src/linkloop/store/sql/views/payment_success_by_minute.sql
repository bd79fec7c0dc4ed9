-- Attempts to pay and how many succeeded (0 to 1), per provider and minute (UTC instant at which the minute starts).
SELECT
  date_trunc('minute', "at") AS minute,
  provider,
  count(*) AS tried,
  count(*) FILTER (WHERE succeeded) AS succeeded,
  count(*) FILTER (WHERE succeeded) / count(*) AS success_rate
FROM payment_tried
GROUP BY ALL

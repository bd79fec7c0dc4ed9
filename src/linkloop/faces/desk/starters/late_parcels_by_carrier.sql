SELECT
  carrier,
  count(*) AS delivered,
  count(*) FILTER (delivered_at > promised_at) AS late,
  round(100.0 * count(*) FILTER (delivered_at > promised_at) / count(*), 1) AS late_percent,
  round(avg(epoch(delivered_at - shipped_at)) / 86400, 2) AS mean_days
FROM parcels
WHERE delivered_at IS NOT NULL
GROUP BY carrier
ORDER BY late_percent DESC

-- Expected demand against stock, per product, region and shop day.
--
-- predicted_demand is a plain baseline until a model forecasts it: the mean units a day that were sold in the region
-- in the 28 days before `date` (fewer while the shop is younger; goods that came back are not subtracted, they were
-- wanted), times a cover window of 7 days, the time that one replenishment has to last.
-- current_stock is the latest count of units on hand in the region's places, whatever the `date`.
-- region is the place's region, else the order's; date is text, YYYY-MM-DD, from the first day with sales to 28 days
-- after the last.
WITH sold AS (
  SELECT
    l.product_id,
    coalesce(nullif(p.region, ''), o.region, '') AS region,
    CAST(coalesce(l.sold_at, o.placed_at) AS DATE) AS day,
    sum(l.quantity) AS units
  FROM order_lines AS l
  LEFT JOIN orders AS o USING (order_id)
  LEFT JOIN places AS p ON p.place = l.place
  WHERE l.quantity > 0
    AND coalesce(l.sold_at, o.placed_at) IS NOT NULL
    AND coalesce(o.status, 'placed') NOT IN ('cancelled', 'unavailable')
  GROUP BY ALL
),
span AS (SELECT min(day) AS first_day, max(day) AS last_day FROM sold),
-- Written out where it is used, so that a filter on one date reaches the sum below before it is made.
days AS NOT MATERIALIZED (
  SELECT
    CAST(d.moment AS DATE) AS day,
    strftime(d.moment, '%Y-%m-%d') AS "date",
    greatest(1, least(28, date_diff('day', span.first_day, CAST(d.moment AS DATE)))) AS days_seen
  FROM span, generate_series(span.first_day, span.last_day + INTERVAL 28 DAY, INTERVAL 1 DAY) AS d(moment)
),
stock AS (
  SELECT s.product_id, coalesce(p.region, '') AS region, sum(s.on_hand) AS units
  FROM stock_levels AS s
  LEFT JOIN places AS p USING (place)
  GROUP BY ALL
),
pairs AS (SELECT product_id, region FROM sold UNION SELECT product_id, region FROM stock),
demand AS (
  SELECT sold.product_id, sold.region, days."date", sum(sold.units) AS units
  FROM days
  JOIN sold ON sold.day < days.day AND sold.day >= days.day - 28
  GROUP BY ALL
)
SELECT
  pairs.product_id,
  pairs.region,
  days."date",
  coalesce(demand.units, 0) / days.days_seen * 7 AS predicted_demand,
  CAST(coalesce(stock.units, 0) AS BIGINT) AS current_stock
FROM pairs
CROSS JOIN days
LEFT JOIN demand ON demand.product_id = pairs.product_id AND demand.region = pairs.region AND demand."date" = days."date"
LEFT JOIN stock ON stock.product_id = pairs.product_id AND stock.region = pairs.region

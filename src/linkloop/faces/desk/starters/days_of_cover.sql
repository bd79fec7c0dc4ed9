WITH sold AS (
  SELECT product_id, place, sum(units) / 14.0 AS units_per_day
  FROM sales_by_day
  WHERE day > strftime((SELECT max(day) FROM sales_by_day)::DATE - 14, '%Y-%m-%d')
  GROUP BY ALL
)
SELECT
  s.product_id,
  p.title,
  s.place,
  s.on_hand,
  s.on_order,
  round(sold.units_per_day, 2) AS units_per_day,
  round(s.on_hand / nullif(sold.units_per_day, 0), 1) AS days_of_cover
FROM stock_levels AS s
LEFT JOIN sold USING (product_id, place)
LEFT JOIN products AS p USING (product_id)
ORDER BY days_of_cover NULLS LAST
LIMIT 100

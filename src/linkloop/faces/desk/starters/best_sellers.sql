SELECT
  s.product_id,
  any_value(p.title) AS title,
  sum(s.units)::BIGINT AS units,
  sum(s.revenue)::BIGINT AS revenue,
  s.currency AS revenue_currency
FROM sales_by_day AS s
LEFT JOIN products AS p USING (product_id)
WHERE s.day > strftime((SELECT max(day) FROM sales_by_day)::DATE - CAST($days AS INTEGER), '%Y-%m-%d')
GROUP BY s.product_id, s.currency
ORDER BY revenue DESC
LIMIT 20

-- Units, orders, revenue (minor units) per shop day, product, place; returned lines subtract, cancelled orders are out.
SELECT
  strftime(sold_on, '%Y-%m-%d') AS day,
  product_id,
  place,
  sum(quantity)::BIGINT AS units,
  count(DISTINCT order_id) AS orders,
  sum(quantity * price)::BIGINT AS revenue,
  price_currency AS currency
FROM (
  SELECT l.*, CAST(coalesce(l.sold_at, o.placed_at) AS DATE) AS sold_on
  FROM order_lines AS l
  LEFT JOIN orders AS o USING (order_id)
  WHERE coalesce(o.status, 'placed') NOT IN ('cancelled', 'unavailable')
)
WHERE sold_on IS NOT NULL
GROUP BY sold_on, product_id, place, price_currency

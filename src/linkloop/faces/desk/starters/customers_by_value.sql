SELECT
  o.customer_id,
  count(*) AS orders,
  sum(o.total)::BIGINT AS spent,
  any_value(o.total_currency) AS spent_currency,
  max(o.placed_at) AS last_order
FROM orders AS o
WHERE o.status <> 'cancelled' AND o.customer_id <> ''
GROUP BY o.customer_id
ORDER BY spent DESC
LIMIT 100

SELECT date_part('hour', placed_at) AS hour, count(*) AS orders
FROM orders
WHERE status <> 'cancelled'
GROUP BY hour
ORDER BY hour

SELECT day, sum(revenue)::BIGINT AS revenue, currency AS revenue_currency, sum(orders)::BIGINT AS orders
FROM sales_by_day
GROUP BY day, currency
ORDER BY day

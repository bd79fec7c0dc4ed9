SELECT
  r.product_id,
  p.title,
  round(r.predicted_demand, 1) AS predicted_demand,
  r.current_stock,
  CASE
    WHEN r.predicted_demand > r.current_stock * 1.2 THEN '紧急补货'
    WHEN r.predicted_demand < r.current_stock * 0.8 THEN '促销建议'
    ELSE '维持现状'
  END AS action
FROM supply_chain_risk_model AS r
LEFT JOIN products AS p USING (product_id)
WHERE r.region = $region AND r.date = coalesce(nullif($day, ''), (SELECT max(day) FROM sales_by_day))
ORDER BY r.predicted_demand - r.current_stock DESC

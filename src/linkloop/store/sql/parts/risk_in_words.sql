SELECT
  product_id, region, "date", predicted_demand, current_stock, action_by_cost, p_stockout, order_units,
  hold_cost, order_cost, promote_cost, currency, lead_days, demand_sd, coming, forecast,
  concat(
    'Chance of running out within 7 days ', round(p_stockout * 100)::INT, ' %; ',
    CASE WHEN hold_cost IS NULL THEN 'no price is known, so nothing is weighed' ELSE concat(
      'expected costs over ', round(lead_days + 7)::INT, ' days: leave it ', round(hold_cost / minor)::BIGINT,
      ', order ', round(order_cost / minor)::BIGINT, ', promote ', round(promote_cost / minor)::BIGINT, ' ', currency
    ) END
  ) AS reason_en,
  concat(
    '7 天内缺货概率 ', round(p_stockout * 100)::INT, '%；',
    CASE WHEN hold_cost IS NULL THEN '没有价格，无法权衡' ELSE concat(
      round(lead_days + 7)::INT, ' 天内的期望成本：维持 ', round(hold_cost / minor)::BIGINT,
      '，补货 ', round(order_cost / minor)::BIGINT, '，促销 ', round(promote_cost / minor)::BIGINT, ' ', currency
    ) END
  ) AS reason_zh
FROM (
  SELECT *,
    CASE
      WHEN currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1
      WHEN currency IN ('KWD', 'BHD', 'OMR', 'TND', 'JOD') THEN 1000
      ELSE 100
    END AS minor
  FROM $source
)

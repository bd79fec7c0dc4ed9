-- Expected demand against stock, per product, region and shop day, with the action of least expected cost and why.
--
-- Of a day on whose eve the risk was written down (supply_risk_days), this is what was known then: the forecast of the
-- 7 days from `date` on, and the stock as the day began. Of other days it is worked out now (supply_chain_risk_live):
-- the newest forecasts, else a baseline from the sales before `date`; the stock is then the latest count.
--
-- Pinned: "date" in supply_risk_days reads supply_chain_risk_written
SELECT * FROM supply_chain_risk_written
UNION ALL
SELECT
  product_id, region, "date", predicted_demand, current_stock, action_by_cost, p_stockout, order_units,
  hold_cost, order_cost, promote_cost, currency, lead_days, demand_sd, coming, forecast,
  concat(
    'Chance of running out within 7 days ', round(p_stockout * 100)::INT, ' %; ',
    CASE WHEN hold_cost IS NULL THEN 'no price is known, so nothing is weighed' ELSE concat(
      'expected costs over ', round(lead_days + 7)::INT, ' days: leave it ', round(hold_cost / 100)::BIGINT,
      ', order ', round(order_cost / 100)::BIGINT, ', promote ', round(promote_cost / 100)::BIGINT, ' ', currency
    ) END
  ) AS reason_en,
  concat(
    '7 天内缺货概率 ', round(p_stockout * 100)::INT, '%；',
    CASE WHEN hold_cost IS NULL THEN '没有价格，无法权衡' ELSE concat(
      round(lead_days + 7)::INT, ' 天内的期望成本：维持 ', round(hold_cost / 100)::BIGINT,
      '，补货 ', round(order_cost / 100)::BIGINT, '，促销 ', round(promote_cost / 100)::BIGINT, ' ', currency
    ) END
  ) AS reason_zh
FROM supply_chain_risk_live
WHERE "date" NOT IN (SELECT "date" FROM supply_risk_days)

-- Expected demand against stock, per product, region and shop day, with the action of least expected cost and why.
--
-- Of a day on whose eve the risk was written down (supply_risk_days), this is what was known then: the forecast of the
-- 7 days from `date` on, and the stock as the day began. Of other days it is worked out now (supply_chain_risk_live):
-- the newest forecasts, else a baseline from the sales before `date`; the stock is then the latest count.
--
-- Pinned: "date" in supply_risk_days reads supply_chain_risk_written, supply_risks without reason_en, reason_zh
SELECT * FROM supply_chain_risk_written
UNION ALL
-- Part: risk_in_words of supply_chain_risk_live
WHERE "date" NOT IN (SELECT "date" FROM supply_risk_days)

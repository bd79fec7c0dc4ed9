-- What was written down of a day on its eve beside what then happened, once the 7 days from `date` on are over.
--
-- sold is what was sold in the region in these 7 days; ran_out says whether that was all that lay there as the day
-- began, or more: whoever had brought nothing would have had nothing left. What was wanted of an empty shelf is not known.
WITH gone AS (
  SELECT d.product_id, p.region, CAST(d.day AS DATE) AS day, sum(d.units)::DOUBLE AS units
  FROM demand_days AS d
  JOIN place_regions AS p USING (place)
  GROUP BY ALL
),
over AS (
  SELECT r.*, CAST(r."date" AS DATE) AS begins
  FROM supply_risks AS r, (SELECT max(CAST(day AS DATE)) AS day FROM shop_days) AS open
  WHERE CAST(r."date" AS DATE) + 7 <= open.day
),
sums AS (
  SELECT o.product_id, o.region, o."date", sum(g.units) AS units
  FROM over AS o
  JOIN gone AS g
    ON g.product_id = o.product_id AND g.region = o.region AND g.day >= o.begins AND g.day < o.begins + 7
  GROUP BY ALL
)
SELECT
  product_id, region, "date", predicted_demand, demand_sd, current_stock, p_stockout, action_by_cost, hold_cost,
  order_cost, promote_cost, currency, lead_days, forecast,
  coalesce(units, 0)::DOUBLE AS sold,
  coalesce(units, 0) >= current_stock AS ran_out
FROM over
LEFT JOIN sums USING (product_id, region, "date")

-- Expected demand against stock, worked out now, per product, region and shop day, with what each remedy would cost.
--
-- The columns are those of supply_chain_risk_model, which tells what was written down on the day where that was done.
--
-- predicted_demand covers 7 days from `date` on, the time that one replenishment has to last: the forecasts of these
-- days (a person's override counts in their place), summed over the region's places, where all seven are forecast; else
-- the mean units a day that were sold in the region in the 28 days before `date` (fewer while the shop is younger;
-- goods that came back are not subtracted, they were wanted), times 7. forecast says which: 'model' or 'baseline'.
-- current_stock is the latest count of units on hand in the region's places, whatever the `date`.
-- region is the place's macro-region, else the order's; date is text, YYYY-MM-DD, from the first day with sales or
-- forecasts to 28 days after the last sale or the last forecast.
--
-- Chances and costs go by the demand as the shop's own past corrects it (risk_calibrations); what is predicted is not
-- changed by that. A product that is not there has run out.
--
-- Costs in minor units of `currency`, over the supplier's lead time and 7 days more, demand taken as normal with the
-- moments of the forecast (days half correlated). Lost sales cost the margin; goods that lie cost 25 % of their cost a
-- year, goods beyond 90 days of demand 30 % of their cost once; an order costs 5,000 minor units; a promotion gives 10 %
-- of the price away and lifts demand by a quarter. Without a cost, the margin is taken as 30 % of the price.
WITH sold AS (
  SELECT
    l.product_id,
    coalesce(nullif(p.region, ''), named.region, o.region, '') AS region,
    CAST(coalesce(l.sold_at, o.placed_at) AS DATE) AS day,
    sum(l.quantity) AS units
  FROM order_lines AS l
  LEFT JOIN orders AS o USING (order_id)
  LEFT JOIN place_regions AS p ON p.place = l.place
  LEFT JOIN china_regions AS named ON named.kind = 'province' AND named.name = rtrim(o.region, '省市')
  WHERE l.quantity > 0
    AND coalesce(l.sold_at, o.placed_at) IS NOT NULL
    AND coalesce(o.status, 'placed') NOT IN ('cancelled', 'unavailable')
  GROUP BY ALL
),
ahead AS (
  SELECT
    f.product_id,
    p.region,
    CAST(f.day AS DATE) AS day,
    sum(coalesce(o.units, f.mean)) AS units,
    sum(CASE WHEN o.units IS NULL THEN greatest(f.q95 - f.q05, 0) / 3.29 ELSE 0 END) AS spread
  FROM forecasts AS f
  JOIN place_regions AS p USING (place)
  LEFT JOIN forecast_overrides AS o ON o.product_id = f.product_id AND o.place = f.place AND o.day = f.day
  GROUP BY ALL
),
span AS (
  SELECT min(first_day) AS first_day, max(last_day) AS last_day, max(sold_to) AS sold_to, min(sold_from) AS sold_from
  FROM (
    SELECT min(day) AS first_day, max(day) + 28 AS last_day, max(day) AS sold_to, min(day) AS sold_from FROM sold
    UNION ALL
    SELECT min(day), max(day), NULL, NULL FROM ahead
  )
),
-- Written out where it is used, so that a filter on one date reaches the sums below before they are made.
days AS NOT MATERIALIZED (
  SELECT
    CAST(d.moment AS DATE) AS day,
    strftime(d.moment, '%Y-%m-%d') AS "date",
    greatest(1, least(28, date_diff('day', span.sold_from, CAST(d.moment AS DATE)))) AS days_seen
  FROM span, generate_series(span.first_day, span.last_day, INTERVAL 1 DAY) AS d(moment)
),
stock AS (
  SELECT s.product_id, coalesce(p.region, '') AS region, sum(s.on_hand) AS units,
    sum(s.on_order) - sum(s.backordered) AS coming
  FROM stock_levels AS s
  LEFT JOIN place_regions AS p USING (place)
  GROUP BY ALL
),
pairs AS (
  SELECT product_id, region FROM sold
  UNION SELECT product_id, region FROM stock
  UNION SELECT product_id, region FROM ahead
),
demand AS (
  SELECT sold.product_id, sold.region, days."date", sum(sold.units) AS units, sum(sold.units ** 2) AS squares
  FROM days
  JOIN sold ON sold.day < days.day AND sold.day >= days.day - 28
  GROUP BY ALL
),
planned AS (
  SELECT ahead.product_id, ahead.region, days."date", sum(ahead.units) AS units,
    -- Half of the variance is shared by the days: between independent days and days that err together.
    sqrt(0.5 * sum(ahead.spread) ** 2 + 0.5 * sum(ahead.spread ** 2)) AS sd
  FROM days
  JOIN ahead ON ahead.day >= days.day AND ahead.day < days.day + 7
  GROUP BY ALL
  HAVING count(*) = 7
),
priced AS (
  SELECT
    p.product_id, p.price_currency AS currency, p.price::DOUBLE AS price,
    coalesce(CASE WHEN p.cost_currency = p.price_currency THEN p.cost END, p.price * 0.7)::DOUBLE AS cost,
    CASE WHEN t.arrivals >= 3 THEN t.mean_days ELSE coalesce(s.lead_time_days, 7) END AS lead
  FROM products AS p
  LEFT JOIN suppliers AS s USING (supplier_id)
  LEFT JOIN lead_times AS t USING (supplier_id)
  WHERE p.price > 0
),
known AS (
  SELECT
    pairs.product_id,
    pairs.region,
    days."date",
    coalesce(planned.units, coalesce(demand.units, 0) / days.days_seen * 7)::DOUBLE AS predicted_demand,
    CAST(coalesce(stock.units, 0) AS BIGINT) AS current_stock,
    CASE WHEN planned.units IS NULL THEN 'baseline' ELSE 'model' END AS forecast,
    coalesce(
      planned.sd,
      sqrt(7 * greatest(
        coalesce(demand.squares, 0) / days.days_seen - (coalesce(demand.units, 0) / days.days_seen) ** 2,
        coalesce(demand.units, 0) / days.days_seen, 0.01))
    ) AS demand_sd,
    CAST(coalesce(stock.coming, 0) AS BIGINT) AS coming,
    priced.currency, priced.price, priced.cost, priced.price - priced.cost AS margin,
    coalesce(priced.lead, 7) AS lead_days
  FROM pairs
  CROSS JOIN days
  LEFT JOIN demand
    ON demand.product_id = pairs.product_id AND demand.region = pairs.region AND demand."date" = days."date"
  LEFT JOIN planned
    ON planned.product_id = pairs.product_id AND planned.region = pairs.region AND planned."date" = days."date"
  LEFT JOIN stock ON stock.product_id = pairs.product_id AND stock.region = pairs.region
  LEFT JOIN priced ON priced.product_id = pairs.product_id
),
-- What is wanted in a horizon (lead time + 7 days; the lead time; the coming quarter), and the shortage that is to be
-- expected: sd × (φ(z) − z (1 − Φ(z))), Φ by Bowling et al. 2009 (J. Industrial Engineering and Management 2).
corrected AS (
  SELECT coalesce(max(demand_factor), 1) AS demand_factor, coalesce(max(spread_factor), 1) AS spread_factor,
    coalesce(max(shift), 0) AS shift, coalesce(max(slope), 1) AS slope
  FROM risk_calibrations
),
horizon AS (
  SELECT known.*, shift, slope,
    lead_days + 7 AS days_h,
    demand_factor * predicted_demand AS week,
    spread_factor * greatest(demand_sd, 0.1) AS week_sd,
    week / 7 AS daily,
    week_sd / sqrt(7) AS daily_sd,
    greatest(current_stock + coming, 0)::DOUBLE AS held
  FROM known, corrected
),
aim AS (
  SELECT *,
    daily * days_h AS m_h, daily_sd * sqrt(days_h) AS s_h,
    daily * lead_days AS m_l, daily_sd * sqrt(greatest(lead_days, 0.1)) AS s_l,
    cost * 0.25 / 365 * days_h AS holding,
    ln(greatest(margin, cost * 0.01) / greatest(cost * 0.25 / 365 * days_h, 0.01)) / 1.702 AS z_best
  FROM horizon
),
ordered AS (
  SELECT *, greatest(0, ceil(m_h + least(greatest(z_best, -3), 3) * s_h - held))::BIGINT AS order_units FROM aim
),
scored AS (
  SELECT *,
    (current_stock - week) / week_sd AS z_now,
    (held - m_h) / s_h AS z_h,
    (held - m_l) / s_l AS z_l,
    (held + order_units - m_h) / s_h AS z_o,
    (held - 1.25 * m_h) / (1.118 * s_h) AS z_p
  FROM ordered
),
lost AS (
  SELECT *,
    CASE
      WHEN current_stock <= 0 THEN 1
      ELSE 1 / (1 + exp(slope * greatest(least(0.07056 * z_now ** 3 + 1.5976 * z_now, 12), -12) - shift))
    END AS p_short,
    s_h * greatest(0.39894228 * exp(-(z_h ** 2) / 2)
      - z_h / (1 + exp(greatest(least(0.07056 * z_h ** 3 + 1.5976 * z_h, 500), -500))), 0) AS short_h,
    s_l * greatest(0.39894228 * exp(-(z_l ** 2) / 2)
      - z_l / (1 + exp(greatest(least(0.07056 * z_l ** 3 + 1.5976 * z_l, 500), -500))), 0) AS short_l,
    s_h * greatest(0.39894228 * exp(-(z_o ** 2) / 2)
      - z_o / (1 + exp(greatest(least(0.07056 * z_o ** 3 + 1.5976 * z_o, 500), -500))), 0) AS short_o,
    1.118 * s_h * greatest(0.39894228 * exp(-(z_p ** 2) / 2)
      - z_p / (1 + exp(greatest(least(0.07056 * z_p ** 3 + 1.5976 * z_p, 500), -500))), 0) AS short_p
  FROM scored
),
costs AS (
  SELECT *,
    margin * short_h + holding * greatest(held + short_h - m_h, 0) + 0.3 * cost * greatest(held - 90 * daily, 0)
      AS hold_cost,
    5000 + margin * greatest(short_l, short_o) + holding * greatest(held + order_units + short_o - m_h, 0)
      + 0.3 * cost * greatest(held + order_units - 90 * daily, 0) AS order_cost,
    0.1 * price * (1.25 * m_h - short_p) - margin * greatest((1.25 * m_h - short_p) - (m_h - short_h), 0)
      + margin * short_h + holding * greatest(held + short_p - 1.25 * m_h, 0)
      + 0.3 * cost * greatest(held - 90 * daily - 0.25 * m_h, 0) AS promote_cost
  FROM lost
)
SELECT
  product_id, region, "date", predicted_demand, current_stock,
  CASE
    WHEN hold_cost IS NULL THEN NULL
    WHEN order_units > 0 AND order_cost < hold_cost AND order_cost <= promote_cost THEN '紧急补货'
    WHEN promote_cost < hold_cost THEN '促销建议'
    ELSE '维持现状'
  END AS action_by_cost,
  p_short AS p_stockout,
  CASE WHEN order_cost < hold_cost AND order_cost <= promote_cost THEN order_units ELSE 0 END AS order_units,
  hold_cost, order_cost, promote_cost, currency, lead_days, demand_sd, coming, forecast
FROM costs

SELECT CAST("at" AS DATE) AS day, action_kind, count(*) AS decisions, sum(at_risk)::BIGINT AS at_risk, any_value(at_risk_currency) AS at_risk_currency
FROM decisions
GROUP BY day, action_kind
ORDER BY day, action_kind

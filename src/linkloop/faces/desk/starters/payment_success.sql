SELECT time_bucket(INTERVAL 15 MINUTE, minute) AS since, provider, sum(succeeded) / sum(tried) AS success_rate, sum(tried)::BIGINT AS tried
FROM payment_success_by_minute
GROUP BY since, provider
ORDER BY since, provider

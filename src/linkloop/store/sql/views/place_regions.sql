-- The region of each place: a Chinese macro-region where its region, province or city is known, else as it was given.
SELECT
  p.place,
  coalesce(arg_max(named.region, length(named.name)), nullif(any_value(p.region), ''),
           arg_max(town.region, length(town.name)), '') AS region
FROM places AS p
LEFT JOIN china_regions AS named ON named.kind <> 'city' AND starts_with(p.region, named.name)
LEFT JOIN china_regions AS town ON p.region = '' AND town.kind <> 'region' AND starts_with(p.city, town.name)
GROUP BY p.place

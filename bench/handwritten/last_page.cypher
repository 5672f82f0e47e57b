MATCH (r:Role) WITH r ORDER BY r.payBandFolded IS NULL, r.payBandFolded, r.slug WITH collect(r) AS every
RETURN {roles: {pageInfo: {hasNextPage: false, hasPreviousPage: size(every) > 2}, nodes: [r IN every[-2..] | r {.name, .payBand}]}} AS data

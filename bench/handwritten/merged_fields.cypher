MATCH (r:Role) WHERE r.slug IS NOT NULL WITH r ORDER BY r.slug LIMIT 1 WITH collect(r {.slug, .name}) AS page
RETURN {roles: {nodes: page, totalCount: COUNT { MATCH (:Role) }}} AS data

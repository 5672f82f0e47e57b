RETURN {roles: {totalCount: COUNT { MATCH (r:Role) WHERE r.slug = 'midwife' AND r.slug = 'paramedic' }, nodes: COLLECT { MATCH (r:Role) WHERE r.slug = 'midwife' AND r.slug = 'paramedic' RETURN r {.name} }},
  empty: {totalCount: COUNT { MATCH (r:Role) WHERE false }}, everything: {totalCount: COUNT { MATCH (:Role) }}} AS data

RETURN {a: {nodes: COLLECT { MATCH (r:Role) WHERE r.nameFolded CONTAINS 'physio' WITH r ORDER BY r.slug LIMIT 25 RETURN r {.name} }}, b: {totalCount: COUNT { MATCH (r:Role) WHERE r.name CONTAINS 'PHYSIO' }},
  c: {nodes: COLLECT { MATCH (r:Role) WHERE r.nameFolded ENDS WITH 'nurse' AND r.summary IS NULL WITH r ORDER BY r.slug LIMIT 25 RETURN r {.name} }},
  d: {nodes: COLLECT { MATCH (o:Organisation) WHERE o.odsCode IN ['RXN', 'R0A'] WITH o ORDER BY o.slug LIMIT 25 RETURN o {.name, .odsCode} }},
  e: {nodes: COLLECT { MATCH (r:Role) WHERE any(name IN r.altNames WHERE name IN ['AP', 'TAP']) WITH r ORDER BY r.slug LIMIT 25 RETURN r {.slug} }},
  f: {totalCount: COUNT { MATCH (r:Role) WHERE 'seed-page' IN r.sources AND size(r.sources) >= 3 }}} AS data

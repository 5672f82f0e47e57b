MATCH (a:ServiceArea {slug: $area})
WITH a, COLLECT { MATCH (a)<-[:SET_IN]-(c) WITH c ORDER BY c.year IS NULL, c.year DESC, c.slug RETURN c } AS cases
RETURN {serviceArea: {name: a.name, caseStudies: {totalCount: size(cases), nodes: [c IN cases[..25] | c {.name, .year, .summary, .link,
  roles: {nodes: COLLECT { MATCH (c)-[:DEPICTS]->(r) WITH r ORDER BY r.slug LIMIT 25 RETURN {name: r.name} }},
  organisations: {nodes: COLLECT { MATCH (c)-[:AT_ORGANISATION]->(o) WITH o ORDER BY o.slug LIMIT 25 RETURN {name: o.name} }}}]}}} AS data

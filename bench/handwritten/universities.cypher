MATCH (u:University)-[:LOCATED_IN]->(g) WHERE g.slug <> 'north-west' WITH u ORDER BY u.slug
WITH collect(u {.id, .name, .town, .ukprn}) AS every
RETURN {universities: {totalCount: size(every), nodes: every[..25]}} AS data

MATCH (r:Role) WHERE r.slug IS NOT NULL WITH r ORDER BY r.slug LIMIT 4
WITH collect(r) AS page
RETURN {roles: {totalCount: COUNT { (:Role) }, pageInfo: {hasNextPage: size(page) > 3, hasPreviousPage: false}, nodes: [r IN page[..3] | {name: r.name}], edges: [r IN page[..3] | {node: {slug: r.slug}}]}} AS data

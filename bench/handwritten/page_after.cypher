MATCH (r:Role) WITH r ORDER BY r.qualificationLevel IS NULL, r.qualificationLevel DESC, r.nameFolded, r.slug LIMIT 3 WITH collect(r {.name, .qualificationLevel}) AS page
RETURN {roles: {pageInfo: {hasNextPage: size(page) > 2, hasPreviousPage: false}, nodes: page[..2]}} AS data

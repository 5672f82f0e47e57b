MATCH (r:Role) WHERE r.slug IS NOT NULL WITH r ORDER BY r.slug LIMIT 2 WITH collect(r) AS page
RETURN {__typename: 'Query', roles: {__typename: 'RoleConnection', pageInfo: {__typename: 'PageInfo', hasNextPage: size(page) > 1},
  edges: [r IN page[..1] | {__typename: 'RoleEdge', node: {__typename: 'Role', evidence: COLLECT { UNWIND r.sources AS slug MATCH (:Source {slug: slug}) RETURN {__typename: 'Evidence', source: {__typename: 'Source'}} }}}]}} AS data

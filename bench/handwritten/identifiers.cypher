MATCH (r:Role {slug: 'assistant-practitioner'}) MATCH (p:Provider {slug: 'university-of-cumbria'})
RETURN {role: {identifiers: COLLECT { MATCH (r)-[l:IDENTIFIED_BY]->(i) WITH l, i ORDER BY i.scheme, i.schemeVersion, i.value RETURN i {.scheme, schemeVersion: nullIf(i.schemeVersion, ''), .value, .label, matchType: l.matchType} },
    sds: COLLECT { MATCH (r)-[:IDENTIFIED_BY]->(i) WHERE i.scheme = 'NHS-SDS-JobRole' WITH i ORDER BY i.schemeVersion, i.value RETURN {value: i.value} }},
  provider: {identifiers: COLLECT { MATCH (p)-[:IDENTIFIED_BY]->(i) WITH i ORDER BY i.scheme, i.schemeVersion, i.value RETURN i {.scheme, schemeVersion: nullIf(i.schemeVersion, ''), .value} }}} AS data

MATCH (s:CareerLevel) WHERE s.slug IN ['level-1', 'level-2'] MATCH p = (s)-[:AT_CAREER_LEVEL*0..2]-(n) WITH s, n, min(length(p)) AS near WITH n, min(near) AS away ORDER BY away, n.id LIMIT 4 WITH collect(n {.id}) AS near
RETURN {subgraph: {truncated: size(near) > 3, nodes: near[..3]}} AS data

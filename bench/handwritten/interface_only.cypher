MATCH (n:Entity {id: 'Role:midwife'}) RETURN {node: {__typename: split(n.id, ':')[0], id: n.id}} AS data

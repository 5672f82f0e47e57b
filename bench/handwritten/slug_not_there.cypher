OPTIONAL MATCH (r:Role {slug: 'no-such-role'}) OPTIONAL MATCH (u:Provider {slug: 'hugh-baird-college'}) WHERE u:University OPTIONAL MATCH (p:Provider {slug: 'hugh-baird-college'})
RETURN {role: r {.name}, university: u {.name}, provider: p {.name, .kind}} AS data

"""A second, deliberately plain reading of the API: Python objects, no Cypher, no compiler.

graph       the whole graph in memory
filters     `where`
orders      `orderBy`, pages
wholes      `aggregate`, `groups`, `facets`, `distinct`
answers     operations, executed by graphql-core over all of this
operations  random valid operations, made from the schema
"""

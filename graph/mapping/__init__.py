"""How a node type declares itself, and what follows from the declarations.

    declare     `@node`, `@edge`, `prop`, `to_many`, `to_one`, `cypher_*`: what a schema file says
    model       the declarations as plain frozen objects, checked against each other
    meaning     what each GraphQL field stands for in the graph; the compiler reads these
    fold        how text is folded for search and order
    derive      model -> Strawberry types, inputs, connections, GraphQL schema
    storage     model -> constraints and indexes
    documents   model -> JSON Schema for seed files, table for the docs

Nothing here touches a database, and only `derive` knows Strawberry.
"""

"""How a node type declares itself, and what follows from the declarations.

    declare       `@node`, `@edge`, `prop`, `to_many`, `to_one`, `cypher_*`: what a schema file says
    members       what stands in the body of such a class; `annotations`: what its types say
    model         the declarations as plain frozen objects
    checks        what is wrong with them, all together; `handwritten`: in hand-written Cypher
    kinds         the kinds of values, each with all that depends on it
    operators     what filters offer, and what it means
    keys          what lists are grouped by
    names         one name in several styles; `type_names`: the names of all GraphQL types
    fragment      hand-written Cypher as fields; `hierarchy`: those that follow from a hierarchy
    meaning       what each GraphQL field stands for in the graph; the compiler reads these
    derive        model -> GraphQL schema; `derive_shared`, `derive_summaries`, `derive_fragments`:
                  parts of it; `blocks`: its pieces. `blocks` and `derive` alone know Strawberry
    fold, scalars, enums    how text is folded, dates, enums that every graph has
    storage       model -> constraints and indexes
    documents     model -> JSON Schema for seed files, table for the docs

Nothing here touches a database.
"""

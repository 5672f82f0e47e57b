"""GraphQL operation -> one Cypher statement and one projector.

The stages, in the order in which an operation passes them, each a module that
can be tried alone:

    document    text -> parsed and valid document (graphql-core), limits checked
    limits      what a document may ask, checked in one linear pass
    budget      what an operation asks for, counted after the variables and by type
    collect     selection sets -> fields to answer: fragments, merging, directives (graphql-core)
    interfaces  what is asked of an object of several types: what all share, and the rest by type
    values      argument values, traced back to the variables they come from
    source      where a connection's nodes come from: conditions, order, page
    plan        the tree that the following stages share
    where       `where` inputs -> conditions
    order       `orderBy` inputs and cursors -> order keys, keyset conditions
    paths       names of fields, counts and to-one paths -> expressions
    sums        aggregate, edgeAggregate -> aggregating functions
    groupkeys   what groups are by: how each key is bound, ordered and shown
    wholes      aggregate, groups, facets, distinct -> values over all that matches
    scope       where a field is read from, and who selects what is below it
    lookups     root fields by slug, by id, or all in a list -> plan
    related     to-one ends, replacements, evidence, identifiers -> plan
    fragments   hand-written fields -> plan
    select      fields -> plan
    rules       plan -> plan that asks less of the database
    layout      what of a plan stands in a record, and where
    matching    connection -> the clauses that find what it matches
    emit        plan -> Cypher tree
    pieces      how one value of a row becomes part of the response
    script      the source of one projector: functions and names
    writer      plan -> row types to check, and the code of a projector
    project     a record -> the response, by what `writer` wrote
    estimate    plan -> the nodes, bytes and steps that it may cost, before it runs
    cost        plan -> how many nodes it did return
    compile     all of the above in order
    describe    a plan as an outline, for `rolegraph explain`

GraphQL objects stop at `select`; users' values are only ever parameters.
"""

"""Loaders: a source -> records -> checks -> difference -> staged -> shown.

    records      what a source says, typed, each piece with its place in a file
    problems     what is wrong with it, what to do, and how much of it is tolerated
    yaml, table  files as values and rows that know where they stand
    source       what a source is; `sources/` has one module a source, the seed among them
    dataset      the records of one source, opened to be read once
    preparation  the database before and after loads: format, indexes, plans
    workspace    the records of a load in tables on disk; memory stays flat
    held         what the graph holds, beside them
    identity     which entity a record means, by exact identifiers; `ownership`: whose slug it has
    check        records against each other and the graph
    withheld     relationships that cannot be shown now
    difference   what has to be done
    provenance   what several sources say of one thing; `stored`: as properties
    lease        one loader at a time
    stage        what is new, written out of readers' sight
    release      the one transaction that shows it; `writer`: what it puts, `absorption`: entities
                 that become one
    remodel      a graph of another model brought to the model of now; `transition`: what becomes of
                 its types, `carry`: of what is said of one
    counterparts what search folds under curated entities, marked in that transaction
    load         all of it in order; `report`: what it did
    matches      proposals for the seed
    history, digest, verify, export   what was loaded, and the graph as a whole

A source owns what it asserts: the property `digest_<source>` marks it. What no
source asserts any more is retired.
"""

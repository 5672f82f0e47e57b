"""Loaders: a source -> records -> checks -> difference -> one write.

    records      what a source says, typed, each piece with its place in a file
    problems     what is wrong with it, and what to do
    yaml         YAML files as values that know their line and column
    sources/     one file a source; `seed` reads the curated files
    check        records against the declared model
    difference   records against what the graph holds from the same source
    writer       the difference in one transaction
    digest       one hash of all that the graph says
    load         all of it in order

Nothing is written unless everything is right. A source owns what it asserts:
the property `digest_<source>` marks it, and what the source no longer says is
retired.
"""

"""Running operations.

plans       text -> compiled plan, kept by text, operation and shape of the variables
engine      one operation -> one answer: bind, one read, project, bytes
fallback    the same rows through graphql-core's executor, where something is unusual
answer      what an operation gives, and errors as the client sees them
"""

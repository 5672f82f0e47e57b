"""Running operations.

kept           what was made of requests, kept up to so many bytes
worker         one thread for long work of the interpreter, beside the event loop
facts          what is known of the graph's size, for the estimate
plans          text -> compiled plan, kept by text, operation and shape of the variables
introspection  what the schema says of itself, as bytes
engine         one operation -> one answer: bind, one read, project, bytes
fallback       the same rows through graphql-core's executor, where something is unusual
answer         what an operation gives, and errors as the client sees them
"""

"""One file a source: it reads files into records, and knows nothing of the graph."""

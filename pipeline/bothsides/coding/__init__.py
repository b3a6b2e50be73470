"""Human coding of results: drawing a sample, writing it for coders' tools, and reading their codes back."""

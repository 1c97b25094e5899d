// Placeholder while the package graph is laid out.

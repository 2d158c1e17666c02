"""What comment systems and blogs answer beside their pages: embedded systems' APIs, REST, feeds of comments."""

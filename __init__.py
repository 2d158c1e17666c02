"""rejoinder: blog posts and their comment sections as tables that say who answers whom."""

__version__ = "0.1.0"

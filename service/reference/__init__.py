"""The published codebook: what every code means, where the law prints it, and how series run across the forms.

Nothing here takes part in reading a text, so that a better definition never makes another parser version.
"""

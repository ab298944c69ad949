"""The website: static pages from releases. Renders only; no figure is computed here."""

"""Charts: declared once, drawn as SVG when the site is built and by Vega in the page."""

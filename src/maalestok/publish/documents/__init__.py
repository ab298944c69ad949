"""Documents people send: sentences made of phrases and figures, and the same document as Word, PDF and HTML."""

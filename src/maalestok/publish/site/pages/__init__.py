"""The pages, a module for each kind. Each takes the site's contents and a language, and gives pages."""

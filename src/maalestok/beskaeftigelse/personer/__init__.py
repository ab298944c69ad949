"""The minister's benchmark counted from persons: feeds, facts, measures, protection, and an invented Denmark."""

"""One file is one place that files come from. See `entrepot.feeds.spec.FeedSource`."""

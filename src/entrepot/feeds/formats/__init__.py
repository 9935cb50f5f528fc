"""One file is one kind of feed's file. See `entrepot.feeds.spec.FeedFormat`."""

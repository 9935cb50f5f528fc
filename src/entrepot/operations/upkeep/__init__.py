"""What keeps our database small and explained: looks, tidying, telling."""

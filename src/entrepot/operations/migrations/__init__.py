"""The history of our database's schema: its files, and the moves up and down."""

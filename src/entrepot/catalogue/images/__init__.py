"""Pictures of products: fetched or sent, kept once by their bytes, in three sizes."""

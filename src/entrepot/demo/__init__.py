"""Room: a believable procure-to-pay database."""

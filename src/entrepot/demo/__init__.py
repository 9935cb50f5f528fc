"""Room: a believable procure-to-pay database."""

from entrepot.demo.service import Demo, has_data, make_demo

__all__ = ["Demo", "has_data", "make_demo"]

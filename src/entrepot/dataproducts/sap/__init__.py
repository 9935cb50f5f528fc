"""SAP's data products: what their names say, and what their CSN says of the tables."""

"""What the names of SAP's schemas and tables say."""

import pytest

from entrepot.dataproducts.sap.names import (
    ProductName,
    TableName,
    entity_of,
    parse_schema,
    parse_table,
    split_words,
)

UUID = "c8f5c255-6ddd-444a-8f90-01baa10b87d3"


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (
            f"_SAP_DATAPRODUCT_sap_s4com_dataProduct_Supplier_v1_{UUID}",
            ("sap.s4com", "Supplier", "v1", UUID),
        ),
        (
            "_SAP_DATAPRODUCT_sap_s4com_dataProduct_PurchaseOrder_v12",
            ("sap.s4com", "PurchaseOrder", "v12", ""),
        ),
        (
            f"_SAP_DATAPRODUCT_sap_sf_core_dataProduct_My_v2_Thing_v3_{UUID.upper()}",
            ("sap.sf.core", "My_v2_Thing", "v3", UUID.upper()),
        ),
        (
            f"_SAP_DATAPRODUCT_sap_s4pce_CostCenter_v1_{UUID}",
            ("sap.s4pce", "CostCenter", "v1", UUID),
        ),
        (
            "_SAP_DATAPRODUCT_bdc_sf_Sales_Order_v1",
            ("bdc.sf", "Sales_Order", "v1", ""),
        ),
    ],
)
def test_a_schema_says_namespace_name_and_version(schema, said):
    """With and without the word `dataProduct`, and with or without an id."""
    namespace, name, version, uuid = said

    assert parse_schema(schema) == ProductName(
        namespace=namespace, name=name, version=version, uuid=uuid
    )


@pytest.mark.parametrize(
    "schema",
    [
        "",
        "main",
        "_SAP_DATAPRODUCT",
        "_SAP_DATAPRODUCT_DELTA_CSN",
        "_SAP_DB_ACCESS_DATA_PRODUCT_GATEWAY",
        "XSAPXDATAPRODUCT_sap_s4com_dataProduct_Supplier_v1",
        "_sap_dataproduct_sap_s4com_dataProduct_Supplier_v1",
        "_SAP_DATAPRODUCT_sap_s4com_dataProduct_Supplier",
        "_SAP_DATAPRODUCT_sap_s4com_dataProduct_Supplier_v\u0661",
        "_SAP_DATAPRODUCT_sap_s4com_dataProduct_Supplier_v1\n",
    ],
)
def test_other_names_say_nothing(schema):
    """Also those that only look like one."""
    assert parse_schema(schema) is None


def test_the_ord_id_is_that_of_the_api():
    """The only form in use: namespace, kind, name, version."""
    found = parse_schema(f"_SAP_DATAPRODUCT_sap_s4com_dataProduct_Supplier_v1_{UUID}")

    assert found.ord_id == "sap.s4com:apiResource:Supplier:v1"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Supplier", "Supplier"),
        ("PurchaseOrder", "Purchase Order"),
        ("GLAccount", "GL Account"),
        ("SupplierWithHoldingTax", "Supplier With Holding Tax"),
        ("CompanyCodeV2Text", "Company Code V2 Text"),
        ("Sales_Order", "Sales Order"),
        ("JournalEntryHeader", "Journal Entry Header"),
        ("___", "___"),
    ],
)
def test_names_in_camel_case_become_words(name, words):
    """Abbreviations in capitals stay whole."""
    assert split_words(name) == words


def test_a_table_says_its_context_and_entity():
    """The id in front is the API's."""
    uuid = "b6d7050b-8c9a-4c4d-9689-346e4ab14855"

    assert parse_table(f"_SAP_DATAPRODUCT_{uuid}_supplier.Supplier") == TableName(
        uuid=uuid, context="supplier", entity="Supplier"
    )
    assert entity_of(f"_SAP_DATAPRODUCT_{uuid}_my_ctx.A.B") == "A.B"


@pytest.mark.parametrize("table", ["Supplier", "supplier.Supplier", "", "a/b.c"])
def test_other_tables_are_no_entities(table):
    """Their own name is all there is."""
    assert (parse_table(table), entity_of(table)) == (None, "")

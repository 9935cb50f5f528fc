"""Names, firms, streets and towns, by country; all of them are made up."""

from __future__ import annotations

BUYERS = (
    "Jörg Größer",
    "Anneliese Kühn",
    "Björn Weißenfels",
    "Özlem Aydın",
    "Saskia van Loon",
    "Zoë Hargreaves",
    "Declan O'Rourke",
    "Harriet Ashworth",
    "Benoît Lefèvre",
    "Hélène Faÿ",
    "François Noël-Dumas",
    "Margaux Çelik",
    "Urs Zürcher",
    "Chiara Bezzola",
)

FIRM_NAMES = {
    "DE": (
        "Müller",
        "Schröder",
        "Jäger & Söhne",
        "Weiß",
        "Böhm",
        "Köhler",
        "Straßburger",
        "Brüning",
        "Lührs",
        "Pfäffle",
        "Grünwald",
        "Hübner",
        "Käßmann",
        "Nölting",
        "Ostermann",
        "Vöge",
    ),
    "FR": (
        "Lefèvre",
        "Fréchette",
        "Beauséjour",
        "Gauthier Frères",
        "Crépin",
        "Delaunay",
        "Hébrard",
        "L'Hôte",
        "Maréchal",
        "Noël",
        "Pâquet",
        "Rivière",
        "Sérusier",
        "Thévenin",
        "d'Aubigny",
        "Vœgelin",
    ),
    "GB": (
        "Ashworth",
        "Blackwood & Daughters",
        "Carrow",
        "Dunmore",
        "Ellerby",
        "Fairclough",
        "Garside",
        "Hargreaves",
        "Inglewood",
        "Kettleby",
        "Lockhart & Co",
        "Marsden",
        "O'Rourke",
        "Pemberton",
        "Ravenscroft",
        "Thackley",
    ),
    "CH": (
        "Zürcher",
        "Bäriswil",
        "Rüegsegger",
        "Ammann",
        "Bezzola",
        "Cathomas",
        "Dürrenberger",
        "Favre-Monnier",
        "Gämperle",
        "Hürlimann-Kälin",
        "Jaquet",
        "Oberhänsli",
        "Schläpfer",
        "Tschümperlin",
        "Wäfler",
        "Zgraggen",
    ),
}

TRADES = {
    "DE": (
        "Werkzeugbau",
        "Schrauben und Normteile",
        "Gebäudereinigung",
        "Elektrogroßhandel",
        "Büro- und Lagertechnik",
        "Spedition",
        "Prüf- und Meßtechnik",
        "Verpackungen",
    ),
    "FR": (
        "Mécanique de précision",
        "Fournitures électriques",
        "Matériel de bureau",
        "Transports",
        "Emballages",
        "Propreté et services",
        "Visserie",
        "Ingénierie",
    ),
    "GB": (
        "Engineering Supplies",
        "Fasteners",
        "Haulage",
        "Office Interiors",
        "Packaging",
        "Electrical Wholesale",
        "Facilities",
        "Calibration Services",
    ),
    "CH": (
        "Präzisionsteile",
        "Elektro",
        "Transporte",
        "Reinigungen",
        "Bureautique",
        "Verpackungstechnik",
        "Informatik",
        "Messtechnik",
    ),
}

LEGAL_FORMS = {
    "DE": ("GmbH", "GmbH & Co. KG", "AG", "e. K."),
    "FR": ("SAS", "SARL", "SA", "et Cie"),
    "GB": ("Ltd", "PLC", "LLP", "Limited"),
    "CH": ("AG", "SA", "GmbH", "Sàrl"),
}

STREETS = {
    "DE": ("Große Bäckerstraße", "Am Güterbahnhof", "Lindenallee", "Königsweg"),
    "FR": (
        "rue de l'Écluse",
        "avenue du Maréchal",
        "quai aux Blés",
        "allée du Hêtre",
    ),
    "GB": ("Foundry Lane", "Station Approach", "King's Mill Road", "Wharf Street"),
    "CH": ("Rütistrasse", "Chemin des Vergers", "Bahnhofplatz", "Seefeldweg"),
}

TOWNS = {
    "DE": (
        ("70173", "Stuttgart"),
        ("80331", "München"),
        ("50667", "Köln"),
        ("90402", "Nürnberg"),
        ("01067", "Dresden"),
        ("23552", "Lübeck"),
    ),
    "FR": (
        ("69002", "Lyon"),
        ("38000", "Grenoble"),
        ("42000", "Saint-Étienne"),
        ("25000", "Besançon"),
        ("67000", "Strasbourg"),
        ("06400", "Cannes"),
    ),
    "GB": (
        ("B1 1AA", "Birmingham"),
        ("LS1 4AP", "Leeds"),
        ("S1 2HE", "Sheffield"),
        ("NE1 4ST", "Newcastle upon Tyne"),
        ("CF10 1EP", "Cardiff"),
        ("EH1 1YZ", "Edinburgh"),
    ),
    "CH": (
        ("8400", "Winterthur"),
        ("8001", "Zürich"),
        ("1204", "Genève"),
        ("2000", "Neuchâtel"),
        ("3011", "Bern"),
        ("7000", "Chur"),
    ),
}

PHONES = {
    # Ranges that the numbering authorities keep free for stories, where there are any.
    "DE": "+49 30 23125 {:03d}",
    "FR": "+33 1 99 00 5{:03d}",
    "GB": "+44 20 7946 0{:03d}",
    "CH": "+41 44 000 0{:03d}",
}

LANGUAGES = {"DE": "de", "FR": "fr", "GB": "en", "CH": "de"}
CURRENCIES = {"DE": "EUR", "FR": "EUR", "GB": "GBP", "CH": "CHF"}

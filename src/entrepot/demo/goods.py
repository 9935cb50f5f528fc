"""What is bought: materials and services, each named in three languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of material; `{}` in its names is where a specification goes.

    Attributes:
        low, high: Price range in cents.
    """

    de: str
    en: str
    fr: str
    group: str
    unit: str
    low: int
    high: int
    specifications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of service; the price range, in cents, is for one order item."""

    de: str
    en: str
    fr: str
    low: int
    high: int


THREADS = tuple(
    f"M{size} × {length}"
    for size in (4, 5, 6, 8, 10, 12, 16)
    for length in (10, 16, 20, 30, 40, 60, 80)
)
BORES = tuple(f"{inner}/{inner * 2 + 5} mm" for inner in range(6, 66, 3))
PIPES = ('1/4"', '3/8"', '1/2"', '3/4"', '1"', '1 1/4"', '1 1/2"', '2"')
WIRES = tuple(f"{cores}G{area} mm²" for cores in (3, 4, 5) for area in (1.5, 2.5, 4))
SIZES = tuple(f"{x} × {y} mm" for x in (200, 300, 400, 600) for y in (150, 300, 400))
PAPERS = ("A3", "A4", "A5", "DIN lang", "C4", "C5")
POWERS = tuple(f"{watts} kW" for watts in (0.75, 1.1, 1.5, 2.2, 4, 7.5, 11))

KINDS = (
    Kind(
        "Sechskantschraube {}, verzinkt",
        "Hex bolt {}, zinc-plated",
        "Vis à tête hexagonale {}, zinguée",
        "FASTENERS",
        "C",
        180,
        6400,
        THREADS,
    ),
    Kind(
        "Zylinderschraube {}, rostfrei",
        "Socket cap screw {}, stainless",
        "Vis à tête cylindrique {}, inox",
        "FASTENERS",
        "C",
        420,
        9800,
        THREADS,
    ),
    Kind(
        "Gewindestift {}, schwarz",
        "Grub screw {}, black",
        "Vis sans tête {}, noire",
        "FASTENERS",
        "C",
        150,
        2900,
        THREADS,
    ),
    Kind(
        "Rillenkugellager {}",
        "Deep-groove ball bearing {}",
        "Roulement à billes {}",
        "BEARINGS",
        "EA",
        390,
        18900,
        BORES,
    ),
    Kind(
        "Wellendichtring {}, NBR",
        "Rotary shaft seal {}, NBR",
        "Bague d'étanchéité {}, NBR",
        "SEALS",
        "EA",
        120,
        2400,
        BORES,
    ),
    Kind(
        "Stahlrohr {}, nahtlos",
        "Steel pipe {}, seamless",
        "Tube d'acier {}, sans soudure",
        "PIPES",
        "M",
        480,
        4900,
        PIPES,
    ),
    Kind(
        "Kugelhahn {}, Messing",
        "Ball valve {}, brass",
        "Vanne à bille {}, laiton",
        "PIPES",
        "EA",
        1150,
        14900,
        PIPES,
    ),
    Kind(
        "Schlauchkupplung {}, säurefest",
        "Hose coupling {}, acid-proof",
        "Raccord de flexible {}, antiacide",
        "PIPES",
        "EA",
        890,
        7900,
        PIPES,
    ),
    Kind(
        "Steuerleitung Ölflex {}",
        "Control cable, oil-resistant, {}",
        "Câble de commande résistant à l'huile {}",
        "ELECTRICAL",
        "M",
        95,
        890,
        WIRES,
    ),
    Kind(
        "Drehstrommotor {}, Fußausführung",
        "Three-phase motor {}, foot-mounted",
        "Moteur triphasé {}, à pattes",
        "DRIVES",
        "EA",
        18900,
        129000,
        POWERS,
    ),
    Kind(
        "Frequenzumrichter {}",
        "Frequency inverter {}",
        "Variateur de fréquence {}",
        "DRIVES",
        "EA",
        24900,
        189000,
        POWERS,
    ),
    Kind(
        "Faltkarton {}, zweiwellig",
        "Folding carton {}, double-walled",
        "Caisse carton {}, double cannelure",
        "PACKAGING",
        "EA",
        65,
        480,
        SIZES,
    ),
    Kind(
        "Luftpolstertasche {}",
        "Padded envelope {}",
        "Enveloppe à bulles {}",
        "PACKAGING",
        "EA",
        22,
        190,
        SIZES,
    ),
    Kind(
        "Schaltschrank {}, pulverbeschichtet",
        "Control cabinet {}, powder-coated",
        "Armoire électrique {}, thermolaquée",
        "ELECTRICAL",
        "EA",
        8900,
        64900,
        SIZES,
    ),
    Kind(
        "Kopierpapier {}, weiß, 500 Blatt",
        "Copier paper {}, white, 500 sheets",
        "Papier {}, blanc, 500 feuilles",
        "OFFICE",
        "PAK",
        320,
        990,
        PAPERS,
    ),
    Kind(
        "Hängeregister {}, grün",
        "Suspension file {}, green",
        "Dossier suspendu {}, vert",
        "OFFICE",
        "PAK",
        890,
        2490,
        PAPERS,
    ),
)

SERVICES = (
    Service(
        "Unterhaltsreinigung Bürogebäude",
        "Office cleaning",
        "Nettoyage des bureaux",
        45000,
        480000,
    ),
    Service(
        "Wartung Bearbeitungszentrum gemäß Prüfplan",
        "Maintenance of machining centre as per test plan",
        "Entretien du centre d'usinage selon plan de contrôle",
        90000,
        1450000,
    ),
    Service(
        "Kalibrierung Meßmittel",
        "Calibration of measuring equipment",
        "Étalonnage des instruments de mesure",
        12000,
        290000,
    ),
    Service(
        "Übersetzung technische Dokumentation",
        "Translation of technical documents",
        "Traduction de documents techniques",
        18000,
        360000,
    ),
    Service(
        "Beratung Prozeßoptimierung, Tagessatz",
        "Process consulting, daily rate",
        "Conseil en procédés, tarif journalier",
        110000,
        2400000,
    ),
    Service(
        "Transport und Zollabfertigung",
        "Freight and customs clearance",
        "Transport et dédouanement",
        8000,
        240000,
    ),
    Service(
        "Schulung Arbeitssicherheit",
        "Safety training",
        "Formation à la sécurité",
        60000,
        420000,
    ),
    Service(
        "Störungsbeseitigung Förderanlage",
        "Fault repair on conveyor",
        "Dépannage du convoyeur",
        25000,
        890000,
    ),
)

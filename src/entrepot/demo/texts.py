"""Longer texts that people type into orders and supplier files, by language."""

from __future__ import annotations

HEADER_TEXTS = {
    "de": (
        "Bitte Bestellnummer auf allen Lieferpapieren angeben.",
        "Anlieferung nur Mo–Do 7–15 Uhr, Rampe 3. Höhe der Einfahrt: 3,80 m.",
        "Eilbestellung, telefonisch vorab zugesagt. Rückfragen an den Einkäufer; "
        "Teillieferungen sind möglich, wenn die Restmenge binnen zehn Tagen folgt.",
        "- wie Angebot vom Vormonat -",
    ),
    "en": (
        "Please quote the order number on all delivery papers.",
        "Deliver to goods-in, bay 2, between 8 am and 4 pm; call ahead for pallets.",
        'Replaces the order sent by e-mail; the line marked "urgent" comes first, '
        "the rest may follow in part shipments at no extra carriage.",
        "+ certificates of conformity for every batch",
    ),
    "fr": (
        "Merci d'indiquer le numéro de commande sur tous les documents.",
        "Livraison côté quai nº 4, de 8 h à 16 h ; prévoir un hayon élévateur.",
        "Commande urgente, confirmée par téléphone. Les livraisons partielles sont "
        "acceptées à condition que le reliquat suive sous dix jours.",
        "Conditions : voir contrat-cadre, à l'exception de l'emballage.",
    ),
}

ITEM_TEXTS = {
    "de": "Ausführung gemäß Zeichnung, Oberfläche geprüft.\n"
    "Abweichungen größer ±0,02 mm bitte vor Lieferung melden.",
    "en": "Made to drawing, surface inspected.\n"
    "Report deviations above ±0.02 mm before delivery.",
    "fr": "Exécution selon plan, surface contrôlée.\n"
    "Signaler avant livraison tout écart supérieur à ±0,02 mm.",
}

SUPPLIER_NOTES = {
    "de": (
        "Zuverlässiger Lieferant seit über zwanzig Jahren. Führt ein Konsignations"
        "lager für Normteile in unserem Werk; gezählt wird jeden ersten Montag. "
        "Preise gelten jeweils bis zum Jahresende, Teuerungszuschläge nur nach "
        "Absprache.",
        "Rechnungen bitte ausschließlich elektronisch. Ansprechpartner im Außendienst "
        "wechselt häufig.",
        "Gesperrt gewesen wegen Qualitätsmängeln, nach Audit wieder freigegeben.",
    ),
    "en": (
        "Preferred supplier for the whole group. Holds buffer stock of four weeks for "
        "us, agreed in writing; the agreement renews itself every spring unless either "
        "side says otherwise. Prices are reviewed with the steel index.",
        "Small family firm; closes for two weeks in August. Pay early, take the "
        "discount.",
        "Second source only.",
    ),
    "fr": (
        "Fournisseur privilégié pour l'ensemble des sites français. Dispose d'un stock "
        "de sécurité équivalant à quatre semaines de consommation ; le contrat-cadre "
        "est renouvelé chaque année à la Toussaint, sauf dénonciation.",
        "Fermé trois semaines en août. Escompte accordé pour paiement à huit jours.",
        "À n'utiliser qu'en dépannage : délais très variables.",
    ),
}

SHEET_TEXTS = {
    "de": "Leistungsnachweis {} für {}",
    "en": "Timesheet {} for {}",
    "fr": "Attachement {} pour {}",
}

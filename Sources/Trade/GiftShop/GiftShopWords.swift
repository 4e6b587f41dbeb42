// SPDX-License-Identifier: Apache-2.0

/// The words that names are made of. Ours: nothing is taken from a real catalogue.
enum GiftShopWords {
    static let moods = [
        "Amber", "Bramble", "Cobble", "Driftwood", "Ember", "Fernwood", "Gale", "Harbour", "Inkwell", "Juniper", "Kelp",
        "Lowtide", "Meadow", "Nettle", "Orchard", "Pebble", "Quayside", "Rookery", "Saltmarsh", "Thistle", "Umber",
        "Village",
        "Wren", "Yarrow",
    ]

    /// What the thing is, and its price in pence: the points of the trade.
    static let things: [(name: String, pence: Int)] = [
        ("Sticker Sheet", 42), ("Gift Tag Bundle", 55), ("Paper Napkins", 85), ("Pencil Pair", 42),
        ("Matchbox Puzzle", 125),
        ("Ribbon Reel", 83), ("Greeting Card", 125), ("Wrapping Sheet", 42), ("Soap Bar", 165), ("Tealight Cup", 125),
        ("Key Ring", 145), ("Egg Cup", 165), ("Coaster Set", 295), ("Cookie Cutter", 125), ("Notebook", 210),
        ("Tea Towel", 295),
        ("Bunting", 495), ("Enamel Mug", 375), ("Hand Cream", 395), ("Jar Candle", 425), ("Oven Glove", 475),
        ("Wall Hook", 195),
        ("Plant Pot", 375), ("Storage Tin", 495), ("Photo Frame", 595), ("Hot Water Bottle", 495), ("Lantern", 595),
        ("Cake Stand", 1275), ("Doormat", 795), ("Bread Bin", 1675), ("Picnic Basket", 2495), ("Wall Clock", 1495),
        ("Throw", 1995), ("Umbrella", 995), ("Teapot", 1275), ("Door Stop", 850),
    ]

    /// Things that come in variants, the options they vary in, and the price in pence of each.
    static let families: [(name: String, options: [(name: String, values: [String])], pence: Int)] = [
        ("Apron", [("Colour", colours)], 995),
        ("Linen Cushion", [("Colour", colours), ("Size", ["Small", "Large"])], 1275),
        ("Wool Socks", [("Size", ["S", "M", "L"])], 795), ("Canvas Tote", [("Colour", colours)], 650),
        ("Garden Gloves", [("Size", ["S", "M", "L"]), ("Colour", ["Moss", "Clay"])], 595),
        ("Pillar Candle", [("Size", ["10 cm", "15 cm", "20 cm"])], 425),
    ]
    static let colours = ["Moss", "Clay", "Slate", "Cream"]

    /// What a stock keeper writes where a description should be.
    static let scribbles = ["", "?", "check", "damaged box", "??", "as above", "sold loose"]
    static let losses = ["damaged", "wet", "missing", "broken in store", "?", ""]
    /// What is typed in by hand at the counter: codes that no catalogue has.
    static let handTyped: [(code: String, title: String)] = [
        ("M", "Manual"), ("SAMPLE", "sample, ask Edie"), ("WRAP", "Gift wrapping"), ("OLD-STOCK 7", "from the cellar"),
        ("POSTAGE", "extra postage"),
    ]

    static let givenNames = [
        "Ada", "Bram", "Clea", "Dov", "Edie", "Finn", "Greta", "Hal", "Ines", "Jory", "Kit", "Lotte", "Milo", "Nell",
        "Otis",
        "Pia", "Quinn", "Rosa", "Seth", "Tilda", "Uma", "Vera", "Wim", "Zeb",
    ]
    static let familyNames = [
        "Ashdown", "Birkett", "Carrow", "Dunmore", "Eastlake", "Farrow", "Gilder", "Haverly", "Inskip", "Jessel",
        "Kerrow",
        "Lindqvist", "Marlowe", "Norling", "Ostrow", "Penrose", "Quill", "Rademaker", "Selwyn", "Tremaine", "Underhay",
        "Voss",
        "Winslade", "Yarnold",
    ]
    static let streets = ["Mill Lane", "Chapel Row", "Station Road", "Quay Street", "Orchard Close", "High Street"]

    /// Country, a town there, the form of its postcodes (`9` a digit, `A` a letter) and how many orders in a thousand.
    static let places: [(place: (country: String, town: String, postcode: String), weight: Int)] = [
        (("GB", "Bristol", "BS9 9AA"), 320), (("GB", "Leeds", "LS9 9AA"), 300), (("GB", "Norwich", "NR9 9AA"), 290),
        (("DE", "Hamburg", "20999"), 21), (("FR", "Nantes", "44999"), 18), (("IE", "Cork", "T12 A9A9"), 13),
        (("BE", "Gent", "9999"), 5), (("NL", "Utrecht", "3599 AA"), 5), (("ES", "Bilbao", "48999"), 4),
        (("PT", "Porto", "4999-999"), 3), (("AU", "Hobart", "7999"), 3), (("CH", "Basel", "4999"), 3),
        (("FI", "Turku", "20999"), 2),
        (("IT", "Trieste", "34999"), 2), (("NO", "Bergen", "5999"), 2), (("SE", "Lund", "22999"), 2),
        (("PL", "Torun", "87-999"), 1),
        (("JP", "Sapporo", "060-9999"), 1), (("US", "Portland", "97999"), 1), (("CA", "Halifax", "B9J 9A9"), 1),
        (("DK", "Odense", "5999"), 1),
        (("AT", "Graz", "8999"), 1), (("CY", "Larnaca", "6999"), 1),
    ]
}

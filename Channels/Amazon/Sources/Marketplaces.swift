// SPDX-License-Identifier: Apache-2.0

internal import Vocabulary

/// Amazon's stores by their identifiers (developer documentation, "Marketplace IDs").
struct Marketplace {
    let id: String
    let country: String
    let currency: String
    let domain: String
    let language: String

    /// `Amazon.co.uk`
    var title: String { "A" + String(domain.dropFirst()) }

    /// Nil for a store that was opened after this was written.
    static func named(_ id: String) -> Marketplace? { byID[id] }

    private static let byID: [String: Marketplace] = {
        let table = """
            A2EUQ1WTGCTBG2 CA CAD amazon.ca en_CA
            ATVPDKIKX0DER US USD amazon.com en_US
            A1AM78C64UM0Y8 MX MXN amazon.com.mx es_MX
            A2Q3Y263D00KWC BR BRL amazon.com.br pt_BR
            A28R8C7NBKEWEA IE EUR amazon.ie en_IE
            A1RKKUPIHCS9HS ES EUR amazon.es es_ES
            A1F83G8C2ARO7P GB GBP amazon.co.uk en_GB
            A13V1IB3VIYZZH FR EUR amazon.fr fr_FR
            AMEN7PMS3EDWL BE EUR amazon.com.be fr_BE
            A1805IZSGTT6HS NL EUR amazon.nl nl_NL
            A1PA6795UKMFR9 DE EUR amazon.de de_DE
            APJ6JRA9NG5V4 IT EUR amazon.it it_IT
            A2NODRKZP88ZB9 SE SEK amazon.se sv_SE
            AE08WJ6YKNBMC ZA ZAR amazon.co.za en_ZA
            A1C3SOZRARQ6R3 PL PLN amazon.pl pl_PL
            ARBP9OOSHTCHU EG EGP amazon.eg ar_EG
            A33AVAJ2PDY3EV TR TRY amazon.com.tr tr_TR
            A17E79C6D8DWNP SA SAR amazon.sa ar_SA
            A2VIGQ35RCS4UG AE AED amazon.ae en_AE
            A21TJRUUN4KGV IN INR amazon.in en_IN
            A19VAU5U5O7RUS SG SGD amazon.sg en_SG
            A39IBJ37TRP1C6 AU AUD amazon.com.au en_AU
            A1VC38T7YXB528 JP JPY amazon.co.jp ja_JP
            """
        var all: [String: Marketplace] = [:]
        for row in table.split(separator: "\n") {
            let cells = row.split(separator: " ").map(String.init)
            guard cells.count == 5 else { continue }
            all[cells[0]] = Marketplace(
                id: cells[0], country: cells[1], currency: cells[2], domain: cells[3], language: cells[4])
        }
        return all
    }()
}

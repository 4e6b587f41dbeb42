// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// The people who buy: a few hundred who come back, and guests. None of them exists.
struct GiftShopBuyers: Sendable {
    private static let regulars = 480
    private let people: [(name: String, email: String, address: PostalAddress)]

    init(chance: inout SplitMix64) {
        var all: [(name: String, email: String, address: PostalAddress)] = []
        for number in 0..<Self.regulars {
            let given = chance.element(of: GiftShopWords.givenNames)
            let family = chance.element(of: GiftShopWords.familyNames)
            let name = "\(given) \(family)"
            let email = "\(given).\(family).\(number)@example.test".lowercased()
            all.append((name, email, Self.address(of: name, chance: &chance)))
        }
        people = all
    }

    /// Who buys now in that shop. A regular has one email everywhere and a key of its own in each shop; a guest has no
    /// key, and every second one leaves no name either.
    func next(channel: Int, chance: inout SplitMix64) -> Buyer {
        if chance.chance(perMillion: 250_000) {
            let place = Self.address(of: nil, chance: &chance)
            guard chance.chance(perMillion: 500_000) else {
                return Buyer(shipTo: PostalAddress(country: place.country))
            }
            let name =
                "\(chance.element(of: GiftShopWords.givenNames)) \(chance.element(of: GiftShopWords.familyNames))"
            let email = "guest-\(chance.number(in: 100_000...999_999))@example.test"
            return Buyer(
                name: name, email: email,
                shipTo: PostalAddress(
                    name: name, lines: place.lines, city: place.city, postcode: place.postcode, country: place.country))
        }
        let number = chance.number(in: 0...(people.count - 1))
        let person = people[number]
        return Buyer(
            externalID: String((channel + 1) * 10_000 + number), name: person.name, email: person.email,
            shipTo: person.address)
    }

    private static func address(of name: String?, chance: inout SplitMix64) -> PostalAddress {
        let place = chance.element(weighted: GiftShopWords.places)
        let street = "\(chance.number(in: 1...140)) \(chance.element(of: GiftShopWords.streets))"
        let letters = Array("ABDEFGHJLN")
        let postcode = place.postcode.map { sign -> Character in
            switch sign {
            case "9": Character(String(chance.number(in: 0...9)))
            case "A": chance.element(of: letters)
            default: sign
            }
        }
        return PostalAddress(
            name: name, lines: [street], city: place.town, postcode: String(postcode), country: place.country)
    }
}

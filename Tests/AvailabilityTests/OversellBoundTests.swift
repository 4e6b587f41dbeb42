// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

extension Window {
    /// A blind set that was confirmed and whose orders are known: so much stands there.
    fileprivate func stands(_ quantity: Int, _ sku: String, account: ID<AccountKind>) async throws {
        try await rooms.store.write { transaction in
            guard let listing = try ListingTable.find(account: account, variantKey: sku, in: transaction)?.id else { return }
            try ExposureTable.sending(listing, account: account, quantity: quantity, expected: nil, in: transaction)
            try ExposureTable.confirmed(listing, quantity: quantity, during: Rooms.morning...Rooms.morning, by: Rooms.morning, in: transaction)
            try ExposureTable.ordersAreKnown(of: account, until: Rooms.morning + .minutes(1), misses: true, at: Rooms.morning, in: transaction)
        }
    }

    fileprivate func bound(of variant: ID<VariantKind>) async throws -> OversellBound {
        let ledger = rooms.ledger
        return try await rooms.store.read { try OversellBound(variant, ledger: ledger, in: $0) }
    }
}

@Suite(.onEachEngine) struct `What could still be oversold` {
    @Test func `is what all channels may sell unheard, less what is free`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(10, of: window.tin, at: window.main, key: "a")
            #expect(try await window.bound(of: window.tin).units == nil, "nothing was confirmed anywhere")
            for account in [Window.near, Window.far] {
                try await window.stands(10, "TIN", account: account)
                try await window.stands(0, "SET", account: account)
            }
            let bound = try await window.bound(of: window.tin)
            #expect(bound.units == 10 && bound.sellable == 10 && bound.parts.count == 4)
            try await window.stands(3, "TIN", account: Window.far)
            try await window.stands(2, "SET", account: Window.near)
            #expect(try await window.bound(of: window.tin).units == 5, "ten, three and two sets of one tin, of ten")
        }
    }

    @Test func `counts a bundle in units of its component`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "a")
            for account in [Window.near, Window.far] {
                try await window.stands(0, "MUG", account: account)
                try await window.stands(2, "SET", account: account)
            }
            #expect(try await window.bound(of: window.mug).units == 3, "two sets here and there take eight mugs of five")
        }
    }

    @Test func `holds every set of channels against the stock that can serve it`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.store.write { transaction in
                try LocationTable.serve(Window.near, from: [window.main], in: transaction)
                try LocationTable.serve(Window.far, from: [window.main, window.depot], in: transaction)
            }
            try await rooms.receive(2, of: window.tin, at: window.main, key: "a")
            try await rooms.receive(8, of: window.tin, at: window.depot, key: "b")
            for account in [Window.near, Window.far] { try await window.stands(0, "SET", account: account) }
            try await window.stands(5, "TIN", account: Window.near)
            try await window.stands(4, "TIN", account: Window.far)
            #expect(try await window.bound(of: window.tin).units == 3, "ten are there for nine, but only two of them for the five")
        }
    }

    @Test func `follows what the book hears at once, before it is counted`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(4, of: window.tin, at: window.main, key: "a")
            for account in [Window.near, Window.far] {
                try await window.stands(4, "TIN", account: account)
                try await window.stands(0, "SET", account: account)
            }
            try await window.promise(3, of: window.tin, order: 1, from: [window.main])
            let claim = ChannelClaim(account: Window.near, variantKey: "TIN", units: 3, placedAt: Rooms.morning + .minutes(2))
            try await rooms.store.write { try ChannelClaims.add([claim], in: $0) }
            #expect(try await window.bound(of: window.tin).units == 4, "one here, four there, one free")
            try await rooms.store.write { try ExposureTable.hear(at: Rooms.morning, in: $0) }
            #expect(try await window.bound(of: window.tin).units == 4)
            #expect(try await rooms.count("channel_claims") == 0)
        }
    }

    @Test func `takes what was heard before a count was known off once, and not off the count as well`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await window.stands(4, "TIN", account: Window.near)
            let claim = ChannelClaim(account: Window.near, variantKey: "TIN", units: 2, placedAt: Rooms.morning + .minutes(1))
            let left = try await rooms.store.write { transaction -> Int? in
                try ChannelClaims.add([claim], in: transaction)
                guard let listing = try ListingTable.find(account: Window.near, variantKey: "TIN", in: transaction)?.id else { return nil }
                let moment = Rooms.morning + .minutes(2)
                try ExposureTable.seen(
                    listing, account: Window.near, quantity: 2, during: moment...moment, by: moment, compares: true, in: transaction)
                try ExposureTable.ordersAreKnown(of: Window.near, until: moment + .minutes(1), misses: false, at: moment, in: transaction)
                try ExposureTable.hear(at: moment, in: transaction)
                return try ExposureTable.exposure(of: listing, in: transaction).units
            }
            #expect(left == 2, "two of four were sold, and two were seen")
        }
    }

    @Test func `is not known while a channel sells without a count`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            for account in [Window.near, Window.far] {
                try await window.stands(1, "TIN", account: account)
                try await window.stands(0, "SET", account: account)
            }
            try await window.see(Window.listing("TIN", keepsCount: false))
            #expect(try await window.bound(of: window.tin).units == nil)
            try await window.see(Window.listing("TIN", isActive: false, keepsCount: false))
            #expect(try await window.bound(of: window.tin).units == 1)
        }
    }
}

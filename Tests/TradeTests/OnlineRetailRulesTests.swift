// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Testing
import Trade
import Vocabulary

@Suite struct `How lines of the Online Retail file become events` {
    private static let head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

    private func retail(_ lines: String) throws -> OnlineRetail { try OnlineRetail(csv: Self.head + lines + "\n") }
    private func kinds(_ lines: String) throws -> [TradeEvent.Kind] { try retail(lines).business.events.map(\.kind) }

    @Test func `an invoice is an order of its buyer, with prices and titles as they stood`() throws {
        let retail = try retail(
            """
            536365,85123a,"HEART, ""WHITE"" ",6,2010-12-01 08:26:00,2.5,17850.0,EIRE
            536365,22633,,2,2010-12-01 08:27:00,0.001,17850.0,EIRE
            """)
        let events = Array(retail.business.events)
        #expect(events.count == 1)
        #expect(events.first?.at.iso == "2010-12-01T08:26:00Z")
        guard case .shop(let channel, .order(let order)) = events.first?.kind else { throw Unexpected() }
        #expect((0..<3).contains(channel))
        #expect(order.reference == "536365")
        #expect(order.isPaid)
        #expect(
            order.lines == [
                ShopOrder.Line(sku: "85123A", title: "HEART, \"WHITE\" ", quantity: 6, unitPrice: "2.50"),
                ShopOrder.Line(sku: "22633", title: "22633", quantity: 2, unitPrice: "0.001"),
            ])
        #expect(order.buyer.name == "Customer 17850")
        #expect(order.buyer.email == "customer-17850@example.test")
        #expect(order.buyer.shipTo?.country == "IE")
        #expect(retail.business.articles.map(\.quantity) == [6, 2])
    }

    @Test func `a guest has no name, and an unspecified country is none`() throws {
        let kinds = try kinds("536544,1,A,1,2010-12-01 14:32:00,1.00,,Unspecified")
        guard case .shop(_, .order(let order)) = kinds.first else { throw Unexpected() }
        #expect(order.buyer == Buyer())
    }

    @Test func `a credit note gives back the newest fitting sales of the customer first`() throws {
        let kinds = try kinds(
            """
            1,A,a,5,2011-01-01 10:00:00,2.00,7.0,France
            2,B,b,1,2011-01-02 10:00:00,1.00,7.0,France
            2,A,a,3,2011-01-02 10:00:00,2.00,7.0,France
            3,A,a,9,2011-01-03 10:00:00,2.10,7.0,France
            4,A,a,9,2011-01-03 10:00:00,2.00,8.0,France
            C5,a,a,-4,2011-01-04 10:00:00,2.00,7.0,France
            """)
        #expect(kinds.count == 6)
        let channel = channel(of: kinds[0])
        #expect(
            kinds[4]
                == .shop(channel: channel, .refund(reference: "2", lines: [.init(line: 1, quantity: 3, restock: true)]))
        )
        #expect(
            kinds[5]
                == .shop(channel: channel, .refund(reference: "1", lines: [.init(line: 0, quantity: 1, restock: true)]))
        )
    }

    @Test func `units are given back only once, and what finds no sale is an adjustment with its money`() throws {
        let kinds = try kinds(
            """
            1,A,a,5,2011-01-01 10:00:00,2.00,7.0,France
            C2,A,a,-4,2011-01-02 10:00:00,2.00,7.0,France
            C3,A,back,-4,2011-01-03 10:00:00,2.00,7.0,France
            C4,A,a,-1,2011-01-04 10:00:00,2.00,,France
            """)
        let channel = channel(of: kinds[0])
        #expect(
            kinds[1]
                == .shop(channel: channel, .refund(reference: "1", lines: [.init(line: 0, quantity: 4, restock: true)]))
        )
        #expect(
            kinds[2]
                == .shop(channel: channel, .refund(reference: "1", lines: [.init(line: 0, quantity: 1, restock: true)]))
        )
        #expect(kinds[3] == .adjust(.init(sku: "A", units: 3, reason: .returned, note: "back", credit: Decimal10("6.00"), document: "C3")))
        #expect(kinds[4] == .adjust(.init(sku: "A", units: 1, reason: .returned, note: "a", credit: Decimal10("2.00"), document: "C4")))
    }

    @Test func `two lines of a credit note on one line of an order are one line of the refund`() throws {
        let kinds = try kinds(
            """
            1,A,a,5,2011-01-01 10:00:00,2.00,7.0,France
            C2,A,a,-1,2011-01-02 10:00:00,2.00,7.0,France
            C2,A,a,-2,2011-01-02 10:00:00,2.00,7.0,France
            """)
        #expect(kinds.count == 2)
        let channel = channel(of: kinds[0])
        #expect(
            kinds[1]
                == .shop(channel: channel, .refund(reference: "1", lines: [.init(line: 0, quantity: 3, restock: true)]))
        )
    }

    @Test func `lost units are an adjustment without money, and a bad debt is a unit sold outside every order`() throws {
        let retail = try retail(
            """
            1,A,wet,-5,2011-01-01 10:00:00,0.0,,United Kingdom
            A2,B,Adjust bad debt,1,2011-01-02 10:00:00,-11.06,,United Kingdom
            A3,B,Adjust bad debt,1,2011-01-02 10:00:00,11.06,,United Kingdom
            """)
        let kinds = retail.business.events.map(\.kind)
        #expect(kinds[0] == .adjust(.init(sku: "A", units: -5, reason: .writtenOff, note: "wet", document: "1")))
        #expect(
            kinds[1]
                == .adjust(
                    .init(sku: "B", units: -1, reason: .sold, note: "Adjust bad debt", credit: Decimal10("11.06"), document: "A2")))
        #expect(
            kinds[2]
                == .adjust(
                    .init(sku: "B", units: -1, reason: .sold, note: "Adjust bad debt", credit: Decimal10("-11.06"), document: "A3")))
        #expect(retail.business.articles.map(\.quantity) == [5, 2])
        #expect(retail.totals.revenue == .zero(.gbp))
    }

    @Test func `a price finer than a penny is never split between a sale and its return`() throws {
        let kinds = try kinds(
            """
            1,A,a,5,2011-01-01 10:00:00,0.005,7.0,France
            C2,A,a,-1,2011-01-02 10:00:00,0.005,7.0,France
            """)
        #expect(kinds[1] == .adjust(.init(sku: "A", units: 1, reason: .returned, note: "a", credit: Decimal10("0.005"), document: "C2")))
    }

    @Test func `an invoice that another one interrupts is still one order`() throws {
        let events = try kinds(
            """
            1,A,a,5,2011-01-01 10:00:00,2.00,7.0,France
            2,B,b,1,2011-01-01 10:00:00,1.00,8.0,France
            1,C,c,3,2011-01-01 10:00:00,2.00,7.0,France
            """)
        guard case .shop(_, .order(let order)) = events.first else { throw Unexpected() }
        #expect(events.count == 2)
        #expect(order.lines.map(\.sku) == ["A", "C"])
    }

    @Test(arguments: [
        ("1,A,a,x,2011-01-01 10:00:00,2.00,7.0,France", "Quantity"),
        ("1,A,a,0,2011-01-01 10:00:00,2.00,7.0,France", "Quantity"),
        ("1,A,a,1,2011-02-30 10:00:00,2.00,7.0,France", "InvoiceDate"),
        ("1,A,a,1,2011-01-01 10:00:00,2.0001,7.0,France", "UnitPrice"),
        ("1,A,a,1,2011-01-01 10:00:00,,7.0,France", "UnitPrice"),
        ("1, ,a,1,2011-01-01 10:00:00,2.00,7.0,France", "StockCode"),
        ("C1,A,a,1,2011-01-01 10:00:00,2.00,7.0,France", "Quantity"),
        (",A,a,1,2011-01-01 10:00:00,2.00,7.0,France", "InvoiceNo"),
        ("1,A,a,1,2011-01-01 10:00:00,2.00,7.0", ""), ("1,A,\"a\"b,1,2011-01-01 10:00:00,2.00,7.0,France", ""),
    ]) func `a field that cannot be is named with its record`(line: String, column: String) {
        #expect {
            _ = try retail(line)
        } throws: { error in
            guard case .malformed(let record, let found, _) = error as? RetailProblem else { return false }
            return record == 2 && found == column
        }
    }

    @Test func `other columns, and no lines at all, are refused`() {
        #expect(throws: RetailProblem.wrongColumns) { try OnlineRetail(csv: "a,b,c\n1,2,3\n") }
        #expect(throws: RetailProblem.wrongColumns) { try OnlineRetail(csv: "") }
        #expect(throws: RetailProblem.wrongColumns) { try OnlineRetail(csv: Self.head) }
    }

    private func channel(of kind: TradeEvent.Kind) -> Int {
        if case .shop(let channel, _) = kind { channel } else { -1 }
    }
}

struct Unexpected: Error {}

// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Something heard about one order. Everything in it is optional but the order's name.
public struct OrderNews: Hashable, Sendable {
    public struct Snapshot: Hashable, Sendable {
        public var header: Order.Header
        public var lines: [Order.Line]
        public var buyer: OrderBuyer
        public init(header: Order.Header, lines: [Order.Line], buyer: OrderBuyer) {
            self.header = header
            self.lines = lines
            self.buyer = buyer
        }
    }
    public var account: ID<AccountKind>
    public var externalID: String
    public var snapshot: Snapshot?
    public var refunds: [Refund]
    public var shipments: [Shipment]
    public var isDeleted: Bool
    /// Where it came from: `webhook orders/create`, `poll`.
    public var source: String

    public init(
        account: ID<AccountKind>, externalID: String, snapshot: Snapshot? = nil, refunds: [Refund] = [], shipments: [Shipment] = [],
        isDeleted: Bool = false,
        source: String
    ) {
        self.account = account
        self.externalID = externalID
        self.snapshot = snapshot
        self.refunds = refunds
        self.shipments = shipments
        self.isDeleted = isDeleted
        self.source = source
    }
}

/// Who bought, as far as the channel told. Kept apart from the order, so that a person can be forgotten while the books stay whole.
public struct OrderBuyer: Hashable, Sendable {
    public var externalID: String?
    public var name: String?
    public var email: String?
    public var phone: String?
    /// The lines of the address in the order they are written on a parcel.
    public var address: [String]
    /// ISO 3166-1 alpha-2.
    public var country: String?
    public init(
        externalID: String? = nil, name: String? = nil, email: String? = nil, phone: String? = nil, address: [String] = [], country: String? = nil
    ) {
        self.externalID = externalID
        self.name = name
        self.email = email
        self.phone = phone
        self.address = address
        self.country = country
    }

    /// This word, with what an earlier one said where this one says nothing.
    func filled(from earlier: OrderBuyer) -> OrderBuyer {
        OrderBuyer(
            externalID: externalID ?? earlier.externalID, name: name ?? earlier.name, email: email ?? earlier.email, phone: phone ?? earlier.phone,
            address: address.isEmpty ? earlier.address : address, country: country ?? earlier.country)
    }
}

extension Order {
    /// Takes in the news. Taking in the same news twice, or two pieces in the other order, gives the same order.
    /// True when something changed.
    public mutating func hear(_ news: OrderNews) -> Bool {
        let before = self
        if let snapshot = news.snapshot { hear(snapshot) }
        for refund in news.refunds { hear(refund) }
        for shipment in news.shipments { hear(shipment) }
        if news.isDeleted { isDeleted = true }
        return self != before
    }

    /// The newer word wins; lines that it no longer has stay, with nothing ordered.
    private mutating func hear(_ snapshot: OrderNews.Snapshot) {
        let isNewer = (snapshot.header.changedAt, snapshot.header.revision) >= (header.changedAt, header.revision)
        guard isNewer else { return }
        header = snapshot.header
        var seen: Set<String> = []
        for line in snapshot.lines {
            seen.insert(line.externalID)
            guard let index = lines.firstIndex(where: { $0.externalID == line.externalID }) else {
                lines.append(line)
                continue
            }
            // What a line stands for is decided once: a later change of the mapping never turns a sold article into another.
            let variant = lines[index].variant ?? line.variant
            lines[index] = line
            lines[index].variant = variant
        }
        for index in lines.indices where !seen.contains(lines[index].externalID) {
            lines[index].ordered = 0
            lines[index].net = 0
            lines[index].tax = 0
        }
    }

    private mutating func hear(_ refund: Refund) {
        if let index = refunds.firstIndex(where: { $0.externalID != nil && $0.externalID == refund.externalID }) {
            refunds[index] = refunds[index].merged(with: refund)
        } else if let index = refunds.firstIndex(where: { $0.externalID == nil && $0.isSameAct(as: refund) }) {
            // Ours, before the channel told us its key.
            refunds[index].externalID = refund.externalID
        } else {
            refunds.append(refund)
        }
    }

    private mutating func hear(_ shipment: Shipment) {
        if let index = shipments.firstIndex(where: { $0.externalID != nil && $0.externalID == shipment.externalID }) {
            shipments[index] = shipments[index].merged(with: shipment)
        } else if let index = shipments.firstIndex(where: { $0.externalID == nil && $0.isSameAct(as: shipment) }) {
            shipments[index].externalID = shipment.externalID
            shipments[index].isCancelled = shipments[index].isCancelled || shipment.isCancelled
        } else {
            shipments.append(shipment)
        }
    }
}

extension Refund {
    /// A decided disposition beats an undecided one, more lines beat fewer; a tie goes to the larger sum, then by the words
    /// themselves. The rule does not depend on which came first.
    func merged(with other: Refund) -> Refund {
        func weight(_ refund: Refund) -> (Int, Int, Int64, Int, String) {
            let decided = refund.lines.filter { $0.disposition != .unknown }.count
            let words = refund.lines.map { "\($0.lineID) \($0.units) \($0.disposition.rawValue) \($0.net) \($0.tax)" }.joined(separator: "\n")
            return (decided, refund.lines.count, refund.total, refund.lines.reduce(0) { $0 + $1.units }, words)
        }
        var winner = weight(other) > weight(self) ? other : self
        winner.key = key ?? other.key
        winner.source = source
        return winner
    }

    /// Whether the channel's word is of the refund that we asked for.
    func isSameAct(as told: Refund) -> Bool {
        guard key != nil, told.total == total else { return false }
        let mine = Dictionary(lines.map { ($0.lineID, $0.units) }, uniquingKeysWith: +)
        let theirs = Dictionary(told.lines.map { ($0.lineID, $0.units) }, uniquingKeysWith: +)
        // A channel that pays back money and not units (Amazon) may tell fewer units than were meant, never other lines.
        return theirs.allSatisfy { line, units in mine[line].map { units <= $0 } ?? false }
    }
}

extension Shipment {
    func merged(with other: Shipment) -> Shipment {
        func weight(_ shipment: Shipment) -> (Int, Int, Int, String) {
            let words = shipment.lines.map { "\($0.lineID) \($0.units)" } + shipment.tracking.map { "\($0.carrier) \($0.number)" }
            return (shipment.lines.count, shipment.tracking.count, shipment.lines.reduce(0) { $0 + $1.units }, words.joined(separator: "\n"))
        }
        var winner = weight(other) > weight(self) ? other : self
        if winner.tracking.isEmpty { winner.tracking = tracking.isEmpty ? other.tracking : tracking }
        winner.isCancelled = isCancelled || other.isCancelled
        winner.key = key ?? other.key
        winner.source = source
        return winner
    }

    func isSameAct(as told: Shipment) -> Bool {
        guard key != nil else { return false }
        let mine = Dictionary(lines.map { ($0.lineID, $0.units) }, uniquingKeysWith: +)
        let theirs = Dictionary(told.lines.map { ($0.lineID, $0.units) }, uniquingKeysWith: +)
        guard mine == theirs else { return false }
        guard let number = tracking.first?.number, let toldNumber = told.tracking.first?.number else { return true }
        return number == toldNumber
    }
}

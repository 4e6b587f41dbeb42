// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What bundles are made of, as a value: rules take it in, storage fills it.
public struct BundleContents: Hashable, Sendable {
    /// Component and units of it that one bundle takes, sorted by component.
    public struct Part: Hashable, Sendable {
        public var component: ID<VariantKind>
        public var units: Int
        public init(component: ID<VariantKind>, units: Int) {
            self.component = component
            self.units = units
        }
    }
    private let parts: [ID<VariantKind>: [Part]]

    public init(_ parts: [ID<VariantKind>: [Part]]) { self.parts = parts.mapValues { $0.sorted { $0.component < $1.component } } }

    /// What has to leave the shelf for so many of the variant: its components, or itself. Bundles never hold bundles.
    public func shelfUnits(of variant: ID<VariantKind>, units: Int) -> [Part] {
        guard let parts = parts[variant] else { return [Part(component: variant, units: units)] }
        return parts.map { Part(component: $0.component, units: $0.units * units) }
    }

    public func contains(_ variant: ID<VariantKind>) -> Bool { parts[variant] != nil }
    public var bundles: [ID<VariantKind>] { parts.keys.sorted() }

    /// How many can be made of what is there: the scarcest component decides.
    public func makeable(_ bundle: ID<VariantKind>, available: (ID<VariantKind>) -> Int) -> Int {
        guard let parts = parts[bundle], !parts.isEmpty else { return available(bundle) }
        return parts.map { max(0, available($0.component)) / $0.units }.min() ?? 0
    }
}

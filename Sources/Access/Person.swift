// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Someone who may sign in.
public struct Person: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable, CaseIterable { case owner }
    public var id: ID<PersonKind>
    public var email: String
    public var name: String
    public var role: Role
}

/// A person who is signed in, and the key that proves a form was ours.
public struct Session: Hashable, Sendable {
    public var person: Person
    /// Goes into every form of the session; a form without it is turned away.
    public var formKey: String
    public var expiresAt: Instant
}

// SPDX-License-Identifier: Apache-2.0

import Access
import ArgumentParser
import ChannelSync
import Foundation
import Storage
import Vocabulary

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Who may sign in.", subcommands: [AddUser.self, ListUsers.self, SetPassword.self])
}

struct AddUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a person. The password is read from standard input: one line, at least 12 characters.")

    @OptionGroup var common: HubOptions
    @Argument(help: "The e-mail address to sign in with.") var email: String
    @Option(help: "The person's name; preset: the part before the @.") var name: String?

    func run() async throws {
        let hash = try UserText.readPassword()
        try await said {
            let hub = try await common.open()
            _ = try await hub.store.write { transaction in
                try PersonTable.add(
                    email: email, name: name ?? String(email.prefix { $0 != "@" }), role: .owner, password: hash, at: hub.clock.now(), in: transaction
                )
            }
            try await hub.store.close()
            print("\(email) can sign in.")
        }
    }
}

struct ListUsers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the people.")

    @OptionGroup var common: HubOptions

    func run() async throws {
        let hub = try await said { try await common.open() }
        for person in try await hub.store.read({ try PersonTable.all(in: $0) }) { print("\(person.email)  \(person.name)  \(person.role.rawValue)") }
    }
}

struct SetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set a person's password, read from standard input, and end all of their sessions.")

    @OptionGroup var common: HubOptions
    @Argument(help: "The person's e-mail address.") var email: String

    func run() async throws {
        let hash = try UserText.readPassword()
        try await said {
            let hub = try await common.open()
            try await hub.store.write { transaction in
                guard let found = try PersonTable.find(email: email, in: transaction) else {
                    throw SaidRefusal(description: "Nobody signs in as \(email). See: tributary user list")
                }
                try PersonTable.setPassword(hash, of: found.person.id, in: transaction)
            }
            try await hub.store.close()
            print("The password is set.")
        }
    }
}

enum UserText {
    static func readPassword() throws -> PasswordHash {
        if isatty(0) == 1 { print("Password: ", terminator: "") }
        fflush(nil)
        guard let password = readLine(strippingNewline: true) else {
            throw SaidRefusal(description: "Give the password on standard input, one line.")
        }
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        do { return try PasswordHash(new: password, salt: salt) } catch let refusal as Refusal { throw SaidRefusal(description: Words.of(refusal)) }
    }
}

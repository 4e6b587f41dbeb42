// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Foundation
import JSONText
import TestSupport
import Testing

@Suite struct `A signature` {
    private func vectors(_ file: URL) throws -> [JSON] { try Array(JSON.parse(Array(Data(contentsOf: file))).elements) }

    private func hmac(_ message: String, _ secret: String) -> [UInt8] {
        Signature.hmacSHA256(Array(message.utf8), key: Array(secret.utf8))
    }

    @Test func `has the value of the published HMAC and hash examples`() {
        // RFC 4231, case 2, and RFC 2202, case 2.
        let key = Array("Jefe".utf8)
        let message = Array("what do ya want for nothing?".utf8)
        #expect(
            ByteText.hex(Signature.hmacSHA256(message, key: key))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(ByteText.hex(Signature.hmacSHA1(message, key: key)) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        #expect(
            ByteText.hex(Signature.sha256(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `agrees with the channels' documented vectors where it is plain HMAC-SHA256`() throws {
        guard let file = OutsideMaterial.specs("webhook-signature-vectors.json") else { return }
        var checked = 0
        for vector in try vectors(file) {
            guard let system = vector["system"]?.string, let secret = vector["secret"]?.string,
                let expected = vector["expected"]?.string,
                let body = (vector["body"] ?? vector["message"])?.string
            else { continue }
            let plain = [
                "shopify", "shopify-oauth-callback", "woocommerce", "meta", "meta-appsecret_proof", "xero",
                "quickbooks",
            ]
            let prefix =
                ["square": vector["notificationUrl"]?.string, "tiktok-webhook": vector["appKey"]?.string][system] ?? nil
            guard plain.contains(system) || prefix != nil else { continue }
            let bytes = hmac((prefix ?? "") + body, secret)
            let found = [ByteText.base64(bytes), ByteText.hex(bytes), "sha256=" + ByteText.hex(bytes)]
            #expect(found.contains(expected), "\(system)")
            checked += 1
        }
        #expect(checked == 9)
    }

    @Test func `of a call is right or wrong as the set of signed calls says`() throws {
        guard let file = OutsideMaterial.dataset("webhook-vectors/vectors.json") else { return }
        var judged = [true: 0, false: 0]
        for vector in try vectors(file) {
            guard let scheme = vector["scheme"]?.string, let secret = vector["secret"]?.string,
                let signature = vector["signature"]?.string,
                let body = vector["body"]?.string, let valid = vector["valid"]?.bool
            else { continue }
            let found: Bool
            switch scheme {
            case "shopify", "woocommerce", "square":
                let given = ByteText.bytes(base64: signature) ?? []
                found = Signature.equal(given, hmac((vector["url"]?.string ?? "") + body, secret))
            case "github-style":
                found = Signature.equal(Array(signature.utf8), Array("sha256=\(ByteText.hex(hmac(body, secret)))".utf8))
            default: continue
            }
            #expect(found == valid, "\(scheme): \(vector["rule"]?.string ?? "")")
            judged[valid, default: 0] += 1
        }
        #expect(judged == [true: 4, false: 8])
    }

    @Test func `is compared whole`() {
        #expect(Signature.equal([], []))
        #expect(Signature.equal([1, 2, 3], [1, 2, 3]))
        #expect(!Signature.equal([1, 2, 3], [1, 2, 4]))
        #expect(!Signature.equal([1, 2, 3], [0, 2, 3]))
        #expect(!Signature.equal([1, 2], [1, 2, 3]))
    }
}

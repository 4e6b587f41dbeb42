// SPDX-License-Identifier: Apache-2.0

import JSONText

/// A refusal in Square's words.
struct TwinError: Error, Sendable {
    var status: Int
    var category: String
    var code: String
    var detail: String
    var field: String?

    init(_ status: Int, _ category: String, _ code: String, _ detail: String, field: String? = nil) {
        self.status = status
        self.category = category
        self.code = code
        self.detail = detail
        self.field = field
    }

    static func invalid(_ code: String, _ detail: String, field: String? = nil) -> TwinError {
        TwinError(400, "INVALID_REQUEST_ERROR", code, detail, field: field)
    }
    static func missing(_ field: String) -> TwinError { invalid("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", field: field) }
    static func notFound(_ detail: String) -> TwinError { TwinError(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", detail) }

    var json: JSONValue {
        var entry: JSONValue = ["category": .string(category), "code": .string(code), "detail": .string(detail)]
        if let field { entry.add("field", .string(field)) }
        return entry
    }
}

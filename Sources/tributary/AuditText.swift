// SPDX-License-Identifier: Apache-2.0

import JSONText
import Ledger

enum AuditText {
    static func json(_ violations: [Violation]) -> String {
        let list = violations.map { violation -> JSONValue in ["kind": .string(violation.kind), "detail": .string(violation.detail)] }
        let whole: JSONValue = ["violations": .array(list)]
        return whole.text
    }
}

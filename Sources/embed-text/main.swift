// SPDX-License-Identifier: Apache-2.0

import Foundation

// embed-text OUTPUT ROOT FILE…: writes a Swift file with a dictionary of the files' texts by their path below ROOT.
// String literals compile in no time, where the byte arrays of SwiftPM's own `embedInCode` take a minute.

let arguments = CommandLine.arguments
precondition(arguments.count >= 3, "usage: embed-text OUTPUT ROOT FILE…")
let root = arguments[2].hasSuffix("/") ? arguments[2] : arguments[2] + "/"
let fence = String(repeating: "#", count: 6)

var out = "// Made by embed-text. Not to be edited.\n\n/// The texts of this target by their path.\npackage enum EmbeddedText {\n"
out += "    package static let files: [String: String] = [\n"
for path in arguments.dropFirst(3) {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    precondition(!text.contains("\"\"\"\(fence)"), "\(path) holds the fence that ends a literal")
    let name = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    out += "        \"\(name)\": \(fence)\"\"\"\n\(text)\n\"\"\"\(fence),\n"
}
out += arguments.count == 3 ? "        :\n" : ""
out += "    ]\n}\n"
try out.write(toFile: arguments[1], atomically: true, encoding: .utf8)

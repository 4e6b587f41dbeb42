// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import HTTPTypes
import Hummingbird
import Storage
import Vocabulary

/// What a machine asks: styles, script, health, and the demo's speed.
struct HouseRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .get("/assets/{file}", .anyone) { visit in try Self.asset(visit.parameters["file"] ?? "") },
            .get("/health", .anyone) { _ in Reply.plain("ok\n") },
            .get("/ready", .anyone) { _ in
                _ = try await desk.hub.store.read { try $0.number("SELECT 1") }
                return Reply.plain("ready\n")
            },
            .post("/demo/speed") { visit in
                guard let demo = desk.settings.demo else { throw HTTPError(.notFound) }
                guard let speed = Double(visit.form["speed"]), speed >= 0, speed <= 1_000_000 else { throw Refusal(.invalid, "demo.bad-speed") }
                demo.setSpeed(speed)
                let back = visit.form["back"]
                return Reply.redirect(Site.isOurs(back) ? back : Site.overview)
            },
            .get("/live") { visit in Live.answer(desk, visit) },
        ]
    }

    private static let types = ["css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"]

    private static func asset(_ file: String) throws -> Response {
        guard let text = EmbeddedText.files["Assets/\(file)"], let type = types[String(file.split(separator: ".").last ?? "")] else {
            throw HTTPError(.notFound)
        }
        return Response(status: .ok, headers: [.contentType: type, .cacheControl: "public, max-age=3600"], body: Reply.body(text))
    }
}

// SPDX-License-Identifier: Apache-2.0

public import ChannelSync
public import Hummingbird

/// The console and its JSON: pages for people, the same verbs for programs.
///
///     let router = Router(context: WebContext.self)
///     WebDoor(hub: hub, connectors: connectors, settings: settings).addRoutes(to: router)
///
/// Adds its own middleware (security headers, error pages), so it has to be the first to be added to the router.
public struct WebDoor: Sendable {
    private let desk: Desk

    public init(hub: Hub, connectors: Connectors, settings: WebSettings) {
        desk = Desk(hub: hub, connectors: connectors, settings: settings)
    }

    public func addRoutes(to router: Router<WebContext>) {
        let routes = Self.routes(desk)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ErrorPages(desk: desk, routes: routes))
        for route in routes {
            let gate = Gate(desk: desk, route: route)
            router.on(RouterPath(route.path), method: route.method) { request, context in try await gate.answer(request, context) }
        }
    }

    static func routes(_ desk: Desk) -> [Route] {
        var routes: [Route] = []
        routes += AccountRoutes(desk: desk).routes
        routes += OverviewRoutes(desk: desk).routes
        routes += OrderRoutes(desk: desk).routes
        routes += ProductRoutes(desk: desk).routes
        routes += ChannelRoutes(desk: desk).routes
        routes += ExceptionRoutes(desk: desk).routes
        routes += HouseRoutes(desk: desk).routes
        routes += ReadingAPI(desk: desk).routes
        routes += ActingAPI(desk: desk).routes
        return routes
    }
}

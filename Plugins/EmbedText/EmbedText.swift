// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Puts a target's pages, styles, scripts and message catalogs into the program itself: nothing is looked for at run time.
@main
struct EmbedText: BuildToolPlugin {
    static let endings: Set<String> = ["mustache", "css", "js", "svg", "json"]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        let files = target.sourceFiles.map(\.url).filter { Self.endings.contains($0.pathExtension) }.sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedText.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) texts of \(target.name)", executable: try context.tool(named: "embed-text").url,
                arguments: [output.path, target.directoryURL.path] + files.map(\.path), inputFiles: files, outputFiles: [output])
        ]
    }
}

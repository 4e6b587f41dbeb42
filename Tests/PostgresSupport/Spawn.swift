// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How often something is tried: in every run, or in the night's (`TRIBUTARY_SOAK=1`).
public func soak(_ everyRun: Int, _ night: Int) -> Int { ProcessInfo.processInfo.environment["TRIBUTARY_SOAK"] == "1" ? night : everyRun }

/// Starts programs of the system. Foundation's `Process` takes a program for running as long as anything that it started does: a server, say.
enum Spawn {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// Starts the command; `input` and `output` are descriptors.
    static func start(_ command: [String], input: Int32, output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // Away from a folder that the server's user may not see.
        let arguments = (["env", "-C", "/"] + command).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, "env", &actions, nil, arguments, environ)
        guard code == 0 else { throw Failed(description: "\(command[0]) cannot be started (errno \(code))") }
        return process
    }

    /// Runs the command to its end, with what it says in the file. Throws when it fails.
    static func run(_ command: [String], saying file: String) throws {
        let output = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer {
            close(output)
            close(nothing)
        }
        let process = try start(command, input: nothing, output: output)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            let said = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            throw Failed(description: "\(command.joined(separator: " ")) failed: \(said.suffix(2000))")
        }
    }

    /// Starts the command with a pipe as its input; our end of it, which closes when this process is gone, whatever becomes of it.
    static func startTied(_ command: [String]) throws -> Int32 {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failed(description: "no pipe (errno \(errno))") }
        // Nobody else may hold our end: it would outlive us.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let nothing = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer {
            close(ends[0])
            close(nothing)
        }
        _ = try start(command, input: ends[0], output: nothing)
        return ends[1]
    }
}

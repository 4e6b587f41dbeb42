// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

/// A parser of what comes from outside, and how to make an input for it by chance.
struct Parser {
    /// One input, made and not yet read.
    struct Attempt {
        /// Which of the parser's entries reads it, and what stands around it.
        var label: String
        var input: [UInt8]
        /// True when it was read, false when it was refused.
        var read: () -> Bool
    }

    var name: String
    var make: (inout SplitMix64) -> Attempt
}

/// Reads spoiled inputs with every parser, in a process of its own: a trap ends the process, and whoever started it knows from the file of
/// progress at which input. The same parser, seed and number are the same input.
@main enum Torture {
    static let usage = "parser-torture list | run PARSER SEED FROM COUNT SECONDS PROGRESS-FILE | show PARSER SEED NUMBER"
    /// What no input may take, measured again on the same input before it counts.
    static let nanosecondsMax: UInt64 = 100_000_000

    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        let parsers = try Parsers.all()
        switch (words.first, words.count) {
        case ("list", 1): for parser in parsers { print(parser.name) }
        case ("run", 7):
            guard let parser = parsers.first(where: { $0.name == words[1] }), let seed = UInt64(words[2]), let from = Int(words[3]),
                let count = Int(words[4]),
                let seconds = Double(words[5]), let progress = Progress(file: words[6])
            else { return fail(usage) }
            run(parser, seed, from: from, count: count, seconds: seconds, progress)
        case ("show", 4):
            guard let parser = parsers.first(where: { $0.name == words[1] }), let seed = UInt64(words[2]), let number = Int(words[3]) else {
                return fail(usage)
            }
            let attempt = attempt(parser, seed, number)
            print(attempt.label)
            FileHandle.standardOutput.write(Data(attempt.input))
        default: fail(usage)
        }
    }

    private static func fail(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
        exit(64)
    }

    private static func attempt(_ parser: Parser, _ seed: UInt64, _ number: Int) -> Parser.Attempt {
        var chance = SplitMix64(seed: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
        return parser.make(&chance)
    }

    private static func run(_ parser: Parser, _ seed: UInt64, from: Int, count: Int, seconds: Double, _ progress: Progress) {
        var read = 0
        var slowest: (number: Int, nanoseconds: UInt64, bytes: Int) = (from, 0, 0)
        var slow: [String] = []
        let began = processorTime()
        var number = from
        while number < from + count, Double(processorTime() - began) < seconds * 1e9 {
            let attempt = attempt(parser, seed, number)
            progress.set(number)
            var (wasRead, took) = timed(attempt)
            // Once more, as something else may have had the machine, and what is made at first use was made now.
            for _ in 0..<2 where took > nanosecondsMax / 10 { took = min(took, timed(attempt).took) }
            if wasRead { read += 1 }
            if took > slowest.nanoseconds { slowest = (number, took, attempt.input.count) }
            if took > nanosecondsMax { slow.append("{\"number\":\(number),\"milliseconds\":\(took / 1_000_000),\"bytes\":\(attempt.input.count)}") }
            number += 1
        }
        print(
            """
            {"parser":"\(parser.name)","count":\(number - from),"read":\(read),"slowest":{"number":\(slowest.number),\
            "microseconds":\(slowest.nanoseconds / 1000),"bytes":\(slowest.bytes)},"slow":[\(slow.prefix(5).joined(separator: ","))]}
            """)
    }

    private static func timed(_ attempt: Parser.Attempt) -> (wasRead: Bool, took: UInt64) {
        let began = processorTime()
        let wasRead = attempt.read()
        return (wasRead, processorTime() - began)
    }

    /// What this thread has had of the processor, so that other programs do not count.
    private static func processorTime() -> UInt64 { clock_gettime_nsec(CLOCK_THREAD_CPUTIME_ID) }

    private static func clock_gettime_nsec(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// The number of the input under way, in a file that is there when the process no longer is.
struct Progress {
    private let place: UnsafeMutablePointer<Int>

    init?(file: String) {
        let descriptor = open(file, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, 8) == 0,
            let memory = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { return nil }
        place = memory.bindMemory(to: Int.self, capacity: 1)
        place.pointee = -1
    }

    func set(_ number: Int) { place.pointee = number }
}

// SPDX-License-Identifier: Apache-2.0

/// Stacked columns as SVG, drawn here: no script, prints well, and its colours come from the stylesheet by class.
///
/// The drawing is stretched to its frame, so it holds shapes only; the labels of the axes are words of the page.
package struct ColumnChart: Sendable {
    struct Series: Sendable {
        var name: String
        /// 1 to 6: the class that colours it.
        var number: Int
        var values: [Int64]
    }
    struct Tick: Sendable {
        var label: String
    }

    var title: String
    var series: [Series]
    /// What a column stands for, for its tooltip and the table.
    var columnLabels: [String]
    /// A few labels under the columns, spread evenly.
    var ticks: [Tick]
    var yTop: String
    var yMiddle: String
    var svg: String

    /// `say` writes a value; `top` is the value at the upper edge.
    init(title: String, description: String, series: [Series], columnLabels: [String], ticks: [String], say: (Int64) -> String) {
        self.title = title
        self.series = series
        self.columnLabels = columnLabels
        self.ticks = ticks.map(Tick.init(label:))
        let sums = columnLabels.indices.map { column in series.reduce(Int64(0)) { $0 + max(0, $1.values[column]) } }
        let top = Self.niceTop(sums.max() ?? 0)
        yTop = say(top)
        yMiddle = say(top / 2)
        svg = Self.draw(series, columnLabels, top: top, title: title, description: description, say: say)
    }

    /// The next round figure whose half is a whole number too: 2, 4, 6, 8, 10, 12, 16, 20, 30, 40…
    package static func niceTop(_ value: Int64) -> Int64 {
        for small in [2, 4, 6, 8] as [Int64] where small >= value { return small }
        var scale: Int64 = 1
        while true {
            for step in [10, 12, 16, 20, 30, 40, 60, 80] as [Int64] where scale * step >= value { return scale * step }
            scale *= 10
        }
    }

    private static func draw(
        _ series: [Series], _ labels: [String], top: Int64, title: String, description: String, say: (Int64) -> String
    ) -> String {
        let width = 1000.0
        let height = 200.0
        let step = width / Double(max(1, labels.count))
        let gap = step * 0.22
        var out =
            "<svg class=\"columns\" viewBox=\"0 0 1000 200\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(escape(title + ": " + description))\">"
        for line in [0.0, 50, 100, 150] { out += "<line class=\"grid\" x1=\"0\" x2=\"1000\" y1=\"\(line)\" y2=\"\(line)\"/>" }
        for (column, label) in labels.enumerated() {
            var y = height
            out += "<g class=\"column\"><title>\(escape(label))"
            for one in series where one.values[column] > 0 { out += "\n\(escape(one.name)): \(escape(say(one.values[column])))" }
            let x = Double(column) * step
            out += "</title><rect class=\"reach\" x=\"\(round(x))\" y=\"0\" width=\"\(round(step))\" height=\"200\"/>"
            for one in series where one.values[column] > 0 {
                let tall = Double(one.values[column]) / Double(top) * height
                y -= tall
                out +=
                    "<rect class=\"series-\(one.number)\" x=\"\(round(x + gap / 2))\" y=\"\(round(y))\" width=\"\(round(step - gap))\" height=\"\(round(tall))\"/>"
            }
            out += "</g>"
        }
        return out + "</svg>"
    }

    private static func round(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return hundredths % 100 == 0 ? String(hundredths / 100) : "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    private static func escape(_ text: String) -> String { PageText.escaped(text) }
}

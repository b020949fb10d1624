import ArgumentParser

/// How the output of a command that reads looks on a terminal.
struct PrintingOptions: ParsableArguments {
    /// Whether colours are used.
    enum Color: String, CaseIterable, ExpressibleByArgument {
        /// On a terminal, unless `NO_COLOR` is set.
        case auto
        /// Also in a pipe.
        case always
        /// Nowhere.
        case never
    }

    @Option(
        help: ArgumentHelp(
            "Colours: auto, always or never (default: auto, on a terminal and without NO_COLOR).",
            valueName: "when"))
    var color: Color?

    @Flag(help: "Print long output on a terminal at once, not through $HOLDFAST_PAGER or $PAGER.")
    var noPager = false
}

/// What the commands that read have in common.
struct ReadingOptions: ParsableArguments {
    @OptionGroup var json: JSONOption
    @OptionGroup var printing: PrintingOptions

    /// Whether JSON is printed.
    var isOn: Bool { json.isOn }
}

/// A command that reads and prints.
protocol ReadingCommand: SurroundedCommand {
    /// Whether it prints JSON, and how its output looks.
    var json: ReadingOptions { get }
    /// Whether its output is read at leisure: it ends by itself, and nothing is drawn again.
    var isPaged: Bool { get }
}

extension ReadingCommand {
    var isPaged: Bool { true }
}

extension CommandSurroundings {
    /// The same surroundings with colours as they were asked for, and with a pager where one is wanted.
    ///
    /// - Parameters:
    ///   - printing: What was asked for.
    ///   - pager: Is begun when there is more than a screen; nil for none.
    /// - Returns: Surroundings whose output has to be flushed before the pager is finished.
    func printing(_ printing: PrintingOptions, through pager: Pager?) -> CommandSurroundings {
        let detect = outputStyle
        let style: @Sendable () -> OutputStyle = { [color = printing.color ?? .auto] in
            var style = detect()
            switch color {
            case .auto: break
            case .always: style.usesColor = true
            case .never: style.usesColor = false
            }
            return style
        }
        return CommandSurroundings(
            output: pager.map { output.paged(by: $0, rows: detect().size.rows) } ?? output, errors: errors,
            outputStyle: style, input: input, variable: variable, environment: environment, time: time,
            person: person, handlesSignals: handlesSignals)
    }
}

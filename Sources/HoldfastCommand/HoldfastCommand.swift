import HoldfastCLI

/// Starts `holdfast`; everything that it does is in `HoldfastCLI`.
@main
enum EntryPoint {
    /// Runs the command line and ends the process with the command's exit code.
    static func main() async {
        await HoldfastProgram.main()
    }
}

import HoldfastCore
import Hummingbird

extension Parameters {
    /// The schedule that the path names.
    ///
    /// - Throws: `RouteFault.malformedName` when it is no name.
    func schedule() throws(RouteFault) -> ScheduleName {
        let text = get("name") ?? ""
        guard
            let name = PercentEncoding.decoded(text[...], plusIsSpace: false)
                .flatMap(ScheduleName.init(rawValue:))
        else {
            throw .malformedName(text)
        }
        return name
    }
}

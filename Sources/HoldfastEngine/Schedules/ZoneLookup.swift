import HoldfastCore

#if canImport(FoundationInternationalization)
    import FoundationEssentials
    import FoundationInternationalization
#else
    import Foundation
#endif

/// Finds the rules of time zones by their names.
///
/// On Linux they come from Foundation's own copy of the tz database (ICU), so that the system needs no `tzdata`; a newer
/// toolchain brings newer rules.
enum ZoneLookup {
    /// The rules of a zone of the tz database, such as `Europe/Berlin`; `UTC` needs none.
    ///
    /// - Throws: `ScheduleRejection.unknownZone`.
    static func rules(of name: String) throws(ScheduleRejection) -> any ZoneRules {
        if name == "UTC" { return UTCRules() }
        guard let zone = TimeZone(identifier: name) else { throw .unknownZone(name) }
        return FoundationZoneRules(zone: zone)
    }
}

/// Asks Foundation for the offsets of a zone.
private struct FoundationZoneRules: ZoneRules {
    let zone: TimeZone

    func secondsFromUTC(at moment: Timestamp) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000))
    }
}

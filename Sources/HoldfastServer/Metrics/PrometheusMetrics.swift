public import Metrics
import Synchronization

/// Keeps what swift-metrics measures and shows it as Prometheus reads it: the text format, version 0.0.4.
///
/// Give it to the engine and to the server:
///
///     let metrics = PrometheusMetrics()
///     configuration.metrics = metrics
///     let server = try JobServer(engine: engine, metrics: metrics)
///
/// Counters and gauges are what their names say; timers and recorders become histograms with fixed buckets, timers in
/// seconds. A series is kept until it is destroyed. Each name has a bounded number of series: further ones share one with
/// the label `overflow="true"`, so that nobody can fill the memory with names. A label of swift-metrics that is used for
/// two kinds of instruments is measured as what it was first, and not at all as the other.
public final class PrometheusMetrics: MetricsFactory {
    /// What is sent with `text()`.
    public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private let families = Mutex<[String: PrometheusFamily]>([:])
    private let seriesLimit: Int
    private let meanings: [String: String]

    /// Begins with nothing measured.
    ///
    /// - Parameters:
    ///   - seriesLimit: The greatest number of series of one name, from 1; histograms count as one.
    ///   - meanings: What further names mean, in one sentence each. Those of the engine are known.
    public init(seriesLimit: Int = 10_000, meanings: [String: String] = [:]) {
        self.seriesLimit = seriesLimit
        self.meanings = meanings.merging(PrometheusMeanings.ofEngine) { own, _ in own }
    }

    /// Everything that was measured so far, ordered by names and labels.
    public func text() -> String {
        let families = families.withLock { families in
            families.sorted { $0.key < $1.key }.map(\.value)
        }
        var text = ""
        for family in families { family.write(into: &text) }
        return text
    }

    /// Makes a counter, or finds the one of this name and these dimensions.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { PrometheusCounter() }
    }

    /// Makes a counter of fractions, or finds the one of this name and these dimensions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, .counter) { PrometheusFloatCounter() }
    }

    /// Makes a gauge that goes up and down, or finds the one of this name and these dimensions.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { PrometheusGauge() }
    }

    /// Makes a histogram, or a gauge when values do not add up; or finds the one of this name and these dimensions.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            series(label, dimensions, .histogram) { PrometheusHistogram(bounds: PrometheusBuckets.counts) }
        } else {
            series(label, dimensions, .gauge) { PrometheusGauge() }
        }
    }

    /// Makes a histogram of seconds, or finds the one of this name and these dimensions.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { PrometheusHistogram(bounds: PrometheusBuckets.seconds) }
    }

    /// Forgets a series.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

    /// Forgets a series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }

    /// Forgets a series.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

    /// Forgets a series.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    /// Forgets a series.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func series<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: PrometheusFamily.Kind,
        make: () -> Series
    ) -> Series {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions, of: kind)
        return families.withLock { families in
            var family =
                families[name] ?? PrometheusFamily(name: name, kind: kind, meaning: meanings[label])
            guard family.kind == kind else { return make() }
            let series = family.series(labels, limit: seriesLimit, make: make)
            families[name] = family
            return series
        }
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            for name in families.keys { families[name]?.remove(handler) }
            families = families.filter { !$0.value.isEmpty }
        }
    }
}

import Metrics
import Synchronization

/// A number that only rises, until the process ends.
final class PrometheusCounter: CounterHandler, PrometheusSeries {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { count.store(0, ordering: .relaxed) }

    func write(name: String, labels: String, into text: inout String) {
        PrometheusText.line(name, labels, "\(count.load(ordering: .relaxed))", into: &text)
    }
}

/// A number with a fraction that only rises.
final class PrometheusFloatCounter: FloatingPointCounterHandler, PrometheusSeries {
    private let sum = Mutex<Double>(0)

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        sum.withLock { $0 += amount }
    }

    func reset() { sum.withLock { $0 = 0 } }

    func write(name: String, labels: String, into text: inout String) {
        PrometheusText.line(name, labels, PrometheusText.number(sum.withLock { $0 }), into: &text)
    }
}

/// A number that goes up and down.
final class PrometheusGauge: RecorderHandler, MeterHandler, PrometheusSeries {
    private let value = Mutex<Double>(0)

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { self.value.withLock { $0 = value } }

    func set(_ value: Int64) { record(Double(value)) }

    func set(_ value: Double) { record(value) }

    func increment(by amount: Double) { value.withLock { $0 += amount } }

    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func write(name: String, labels: String, into text: inout String) {
        PrometheusText.line(name, labels, PrometheusText.number(value.withLock { $0 }), into: &text)
    }
}

/// How many values lie below each of some bounds, and what they add up to.
final class PrometheusHistogram: RecorderHandler, TimerHandler, PrometheusSeries {
    private struct Values {
        /// How many lie in each bucket, without those of the buckets before it.
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let values: Mutex<Values>

    init(bounds: [Double]) {
        self.bounds = bounds
        values = Mutex(Values(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        // It would make the sum useless for good.
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        values.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func write(name: String, labels: String, into text: inout String) {
        let values = values.withLock { $0 }
        let lead = labels.isEmpty ? "" : labels + ","
        var below = 0
        for (bound, count) in zip(bounds + [.infinity], values.counts) {
            below += count
            PrometheusText.line(
                name + "_bucket", lead + "le=\"\(PrometheusText.number(bound))\"", "\(below)", into: &text)
        }
        PrometheusText.line(name + "_sum", labels, PrometheusText.number(values.sum), into: &text)
        PrometheusText.line(name + "_count", labels, "\(below)", into: &text)
    }
}

import HoldfastServer
import Metrics
import Testing

@Suite("The text format of Prometheus")
struct PrometheusTests {
    @Test func `each kind of instrument has its lines`() throws {
        let metrics = PrometheusMetrics(meanings: ["sample_total": "what \\ is\ncounted"])
        metrics.makeCounter(label: "sample_total", dimensions: [("kind", "a"), ("queue", "b")])
            .increment(by: 3)
        metrics.makeRecorder(label: "sample_now", dimensions: [], aggregate: false).record(2.5)
        let sizes = metrics.makeRecorder(label: "sample_sizes", dimensions: [], aggregate: true)
        for size in [1, 2, 20_000] as [Int64] { sizes.record(size) }
        metrics.makeTimer(label: "sample_seconds", dimensions: [("le", "x")]).recordNanoseconds(1_500_000_000)
        let text = metrics.text()
        let page = try PrometheusPage(parsing: text)
        #expect(page.families["sample_total"]?.help == "what \\ is\ncounted")
        #expect(
            page.families.mapValues(\.type) == [
                "sample_total": "counter", "sample_now": "gauge", "sample_sizes": "histogram",
                "sample_seconds": "histogram",
            ])
        #expect(page.value("sample_total", ["kind": "a", "queue": "b"]) == 3)
        #expect(page.value("sample_now") == 2.5)
        #expect(page.value("sample_sizes_bucket", ["le": "1"]) == 1)
        #expect(page.value("sample_sizes_bucket", ["le": "10000"]) == 2)
        #expect(page.value("sample_sizes_sum") == 20_003)
        #expect(page.value("sample_sizes_count") == 3)
        #expect(page.value("sample_seconds_bucket", ["le_": "x", "le": "1"]) == 0)
        #expect(page.value("sample_seconds_bucket", ["le_": "x", "le": "2.5"]) == 1)
        #expect(page.value("sample_seconds_sum", ["le_": "x"]) == 1.5)
        // The order is that of the names, so that two pages can be compared.
        #expect(text == metrics.text())
        let types = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(types == types.sorted())
    }

    @Test(arguments: ["a\"b", "a\\b", "a\nb", "a}b", "a,b=\"c\"", "späť 📒", ""])
    func `any value of a label is read back`(value: String) throws {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "a", dimensions: [("x", value), ("y", "1")]).increment(by: 1)
        #expect(try PrometheusPage(parsing: metrics.text()).value("a", ["x": value, "y": "1"]) == 1)
    }

    @Test func `names become such as are allowed, and labels differ`() throws {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(
            label: "7 http.requests-served", dimensions: [("a.b", "1"), ("a b", "2"), ("", "3")]
        ).increment(by: 1)
        let page = try PrometheusPage(parsing: metrics.text())
        #expect(page.value("__http_requests_served", ["a_b": "1", "a_b_": "2", "_": "3"]) == 1)
    }

    @Test func `one series is one, whoever asks for it, and a destroyed one is gone`() throws {
        let metrics = PrometheusMetrics()
        for _ in 1...2 { metrics.makeCounter(label: "a", dimensions: [("x", "1")]).increment(by: 1) }
        let second = metrics.makeCounter(label: "a", dimensions: [("x", "2")])
        #expect(try PrometheusPage(parsing: metrics.text()).value("a", ["x": "1"]) == 2)
        metrics.destroyCounter(second)
        #expect(try PrometheusPage(parsing: metrics.text()).value("a", ["x": "2"]) == nil)
        metrics.destroyCounter(metrics.makeCounter(label: "a", dimensions: [("x", "1")]))
        #expect(metrics.text() == "")
    }

    @Test func `a name is of one kind`() throws {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "a", dimensions: []).increment(by: 1)
        metrics.makeTimer(label: "a", dimensions: []).recordNanoseconds(1)
        metrics.makeFloatingPointCounter(label: "a", dimensions: []).increment(by: 0.5)
        #expect(metrics.text() == "# TYPE a counter\na 1\n")
    }

    @Test func `the number of series is bounded, and the rest shares one`() throws {
        let metrics = PrometheusMetrics(seriesLimit: 3)
        for number in 1...100 {
            metrics.makeCounter(label: "a", dimensions: [("x", "\(number)")]).increment(by: 1)
            metrics.makeTimer(label: "b", dimensions: [("x", "\(number)")]).recordNanoseconds(1)
        }
        let page = try PrometheusPage(parsing: metrics.text())
        #expect(page.families["a"]?.samples.count == 4)
        #expect(page.value("a", ["overflow": "true"]) == 97)
        #expect(page.value("b_count", ["overflow": "true"]) == 97)
        // The first ones go on by themselves.
        metrics.makeCounter(label: "a", dimensions: [("x", "1")]).increment(by: 1)
        #expect(try PrometheusPage(parsing: metrics.text()).value("a", ["x": "1"]) == 2)
    }

    @Test func `gauges go up and down, counters only up`() throws {
        let metrics = PrometheusMetrics()
        let meter = metrics.makeMeter(label: "m", dimensions: [])
        meter.set(Int64(5))
        meter.increment(by: 2.5)
        meter.decrement(by: 10)
        let counter = metrics.makeCounter(label: "c", dimensions: [])
        counter.increment(by: -1)
        let fractions = metrics.makeFloatingPointCounter(label: "f", dimensions: [])
        fractions.increment(by: 0.25)
        fractions.increment(by: .nan)
        let histogram = metrics.makeRecorder(label: "h", dimensions: [], aggregate: true)
        histogram.record(Double.nan)
        histogram.record(Double.infinity)
        let page = try PrometheusPage(parsing: metrics.text())
        #expect(page.value("m") == -2.5)
        #expect(page.value("c") == 0)
        #expect(page.value("f") == 0.25)
        #expect(page.value("h_count") == 1)
        #expect(page.value("h_sum") == .infinity)
    }

    @Test func `many tasks measure at once and nothing is lost`() async throws {
        let metrics = PrometheusMetrics()
        await withTaskGroup { group in
            for _ in 1...8 {
                group.addTask {
                    for number in 1...1000 {
                        metrics.makeCounter(label: "a", dimensions: []).increment(by: 1)
                        metrics.makeTimer(label: "b", dimensions: []).recordNanoseconds(1_000_000_000)
                        if number % 250 == 0 { _ = metrics.text() }
                    }
                }
            }
        }
        let page = try PrometheusPage(parsing: metrics.text())
        #expect(page.value("a") == 8000)
        #expect(page.value("b_sum") == 8000)
    }

    @Test(arguments: [
        "a 1", "a 1\n", "# TYPE a counter\nb 1\n", "# TYPE a counter\na 1\na 1\n",
        "# TYPE a counter\na{} 1\n", "# TYPE a counter\na{x=\"1\",} 1\n", "# TYPE a counter\na  1\n",
        "# TYPE a counter\na{x=\"1\"y=\"2\"} 1\n", "# TYPE a counter\na one\n",
        "# TYPE a counter\n# TYPE a counter\n", "# TYPE a counter\n\n",
        "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",
        "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
    ])
    func `the reader of these tests refuses what is no such page`(text: String) {
        #expect(throws: PrometheusPage.Fault.self) { try PrometheusPage(parsing: text) }
    }
}

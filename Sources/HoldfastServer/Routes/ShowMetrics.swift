import HTTPTypes
import Hummingbird
import NIOCore

extension RouteScope {
    /// `GET /metrics`: everything that was measured, as Prometheus reads it.
    func showMetrics(_ metrics: PrometheusMetrics) -> Response {
        let text = ByteBuffer(string: metrics.text())
        return Response(
            status: .ok,
            headers: [
                .contentType: PrometheusMetrics.mediaType, .contentLength: "\(text.readableBytes)",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: text))
    }
}

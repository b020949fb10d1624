/// The page that leads to the applications.
enum IndexPage {
    /// Writes the page.
    static func html(of apps: [MountedApp]) -> String {
        let items = apps.map {
            #"<li><a href="/apps/\#($0.name)">\#($0.title)</a><br>\#($0.summary)</li>"#
        }
        return start + items.joined(separator: "\n") + end
    }

    private static let start = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Holdfast: reference applications</title>
        <link rel="icon" href="data:,">
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
        li { margin: 1rem 0; }
        </style>
        </head>
        <body>
        <h1>Reference applications</h1>
        <p>Each starts a long job and watches it. Stop the server in the middle, even with <code>kill -9</code>,
        start it again, and the page goes on where it was.</p>
        <ul>

        """#

    private static let end = #"""

        </ul>
        <p>They share one engine, one file and one port, and the engine's own API is at
        <a href="/v1/jobs">/v1/jobs</a>.</p>
        </body>
        </html>

        """#
}

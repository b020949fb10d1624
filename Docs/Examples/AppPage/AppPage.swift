/// Makes the pages of the reference applications: how they look, and what their scripts have in common.
///
/// Scripts show whatever comes from the server as text. Beside their own functions they find these:
///
/// - `at(id)` gives an element, and `item(list, text, kind)` adds a line to a list.
/// - `say(text, isBad)` shows how things stand, in the line above the page's own parts.
/// - `send(path, body)` posts JSON, and gives the answer, or nil after it has said why it was refused.
/// - `watch(url, show)` opens the stream; `show` is a function for blocks without names, or maps names to functions. It
///   shows each block as it came, and says when the connection is lost. `source.close()` ends it.
public enum AppPage {
    /// Writes a page.
    ///
    /// - Parameters:
    ///   - title: The name of the application.
    ///   - style: Further rules of CSS.
    ///   - controls: What stands above the line that says how things stand: forms and buttons.
    ///   - content: What stands below it.
    ///   - script: What the page does.
    /// - Returns: The whole page, which loads nothing.
    public static func html(
        title: String, style: String = "", controls: String, content: String, script: String
    ) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title)</title>
        <link rel="icon" href="data:,">
        <style>
        \(rules)
        \(style)
        </style>
        </head>
        <body>
        <p><a href="/">All applications</a></p>
        <h1>\(title)</h1>
        \(controls)
        <p><strong id="status" role="status">Nothing was started yet.</strong></p>
        \(content)
        <h2>The stream as it comes</h2>
        <pre id="raw"></pre>
        <script>
        "use strict";
        \(functions)
        \(script)
        </script>
        </body>
        </html>

        """
    }

    private static let rules = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
        form, .bar { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 1rem 0; }
        label { display: flex; flex-direction: column; font-size: .85rem; }
        .wide { flex: 1 1 14rem; }
        input, textarea, button { font: inherit; padding: .3rem .5rem; box-sizing: border-box; max-width: 100%; }
        progress { width: 100%; height: 1.2rem; }
        pre { background: #8881; padding: .6rem; overflow: auto; max-height: 20rem; white-space: pre-wrap;
          overflow-wrap: anywhere; }
        .bad { color: #b00020; }
        """

    private static let functions = #"""
        const at = (id) => document.getElementById(id);
        let source = null;

        function say(text, isBad) {
          at("status").textContent = text;
          at("status").className = isBad ? "bad" : "";
        }

        function item(list, text, kind) {
          const line = document.createElement("li");
          line.textContent = text;
          if (kind) line.className = kind;
          at(list).append(line);
          return line;
        }

        async function send(path, body) {
          const answer = await fetch(path, {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
          const value = await answer.json();
          if (!answer.ok) say(value.detail, true);
          return answer.ok ? value : null;
        }

        function watch(url, show) {
          source?.close();
          at("raw").textContent = "";
          const stream = source = new EventSource(url);
          let before = null;
          function hear(name, show) {
            stream.addEventListener(name, (event) => {
              // The browser's own errors have a name that an application may use as well, and no data.
              if (event.data === undefined) return;
              const line = name === "message" ? "" : `event: ${name}\n`;
              at("raw").append(`id: ${event.lastEventId}\n${line}data: ${event.data}\n\n`);
              at("raw").scrollTop = at("raw").scrollHeight;
              show(JSON.parse(event.data));
            });
          }
          if (typeof show === "function") hear("message", show);
          else for (const name of Object.keys(show)) hear(name, show[name]);
          stream.addEventListener("open", () => {
            if (before) say(...before);
            before = null;
          });
          stream.addEventListener("error", (event) => {
            if (event.data !== undefined) return;
            before ??= [at("status").textContent, at("status").className === "bad"];
            if (stream.readyState === EventSource.CLOSED) say("There is nothing to watch.", true);
            else say("The connection is lost, and comes back by itself.", true);
          });
        }
        """#
}

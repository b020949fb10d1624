/// The page on which a person starts a generation, watches it and asks for changes.
enum CodeGenerationPage {
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Code generation</title>
        <link rel="icon" href="data:,">
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        form, .bar { display: flex; gap: .5rem; flex-wrap: wrap; margin: .5rem 0; }
        input { flex: 1 1 14rem; } input, button { font: inherit; padding: .3rem .5rem; }
        progress { width: 100%; height: 1.2rem; }
        pre { background: #8881; padding: .5rem; overflow: auto; max-height: 20rem; }
        .warning { color: #a60; } .failed { color: #c00; }
        </style>
        </head>
        <body>
        <p><a href="/">All applications</a></p>
        <h1>Code generation</h1>
        <form id="begin">
          <input id="prompt" value="A small shop" aria-label="What it is for" required>
          <input id="entities" value="User, Order" aria-label="Entities, with commas between">
          <button>Generate</button>
        </form>
        <form id="iterate" hidden>
          <input id="change" value="Add Invoice and remove Order" aria-label="What is to change" required>
          <button>Iterate on this one</button>
        </form>
        <section id="work" hidden>
          <progress id="progress" max="1" value="0"></progress>
          <p id="now" aria-live="polite"></p>
          <div class="bar">
            <button data-verb="pause">Pause</button><button data-verb="resume">Resume</button>
            <button data-verb="cancel">Cancel</button>
          </div>
          <ol id="stages"></ol>
          <h2>Files</h2><ul id="files"></ul>
          <h2>The file written last</h2><pre id="partial"></pre>
          <h2>The stream as it comes</h2><pre id="raw"></pre>
        </section>
        <script>
        const at = (id) => document.getElementById(id);
        let generation, source;

        async function send(path, body) {
          const answer = await fetch(path, {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
          const value = await answer.json();
          if (!answer.ok) at("now").textContent = value.detail;
          return answer.ok ? value : null;
        }

        function item(list, text, kind) {
          const line = document.createElement("li");
          line.textContent = text;
          if (kind) line.className = kind;
          list.append(line);
          return line;
        }

        async function showFiles() {
          const shown = generation;
          const { files } = await (await fetch(`/generations/${shown}/files`)).json();
          if (shown !== generation) return;
          at("files").replaceChildren();
          for (const file of files) {
            const link = document.createElement("a");
            link.href = `/generations/${shown}/files/${file.path}`;
            link.textContent = file.path;
            item(at("files"), ` ${file.bytes} bytes`).prepend(link);
          }
        }

        function show(message) {
          const time = message.estimated_time_remaining;
          at("progress").value = message.progress;
          at("now").textContent = `${Math.round(message.progress * 100)} %: ${message.error || message.message}`
            + (time === undefined ? "" : `, about ${Math.ceil(time / 1000)} s to go`);
          item(at("stages"), `${message.stage}: ${message.error || message.message}`,
            message.warning_type ? "warning" : message.status);
          if (message.partial_output) at("partial").textContent = `${message.current_file}\n\n${message.partial_output}`;
          if (message.stage.startsWith("phase_") || message.status !== "processing") showFiles();
          if (message.status !== "processing") {
            source.close();
            at("iterate").hidden = false;
          }
        }

        function watch(begun) {
          if (!begun) return;
          if (source) source.close();
          generation = begun.generation_id;
          at("work").hidden = false;
          at("iterate").hidden = true;
          for (const id of ["stages", "files", "raw", "partial"]) at(id).replaceChildren();
          source = new EventSource(`/generations/${generation}/stream?token=${encodeURIComponent(begun.sse_token)}`);
          source.onmessage = (event) => {
            at("raw").textContent += `id: ${event.lastEventId}\ndata: ${event.data}\n\n`;
            show(JSON.parse(event.data));
          };
        }

        at("begin").onsubmit = async (event) => {
          event.preventDefault();
          const entities = at("entities").value.split(",").map((name) => name.trim()).filter((name) => name);
          watch(await send("/generations", { prompt: at("prompt").value, entities }));
        };
        at("iterate").onsubmit = async (event) => {
          event.preventDefault();
          watch(await send("/generations/iterate",
            { parent_generation_id: generation, modification_prompt: at("change").value }));
        };
        for (const button of document.querySelectorAll("[data-verb]")) {
          button.onclick = () => send(`/v1/jobs/${generation}/${button.dataset.verb}`, {});
        }
        </script>
        </body>
        </html>

        """#
}

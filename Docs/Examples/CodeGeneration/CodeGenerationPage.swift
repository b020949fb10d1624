import AppPageExample

/// The page on which a person starts a generation, watches it and asks for changes.
enum CodeGenerationPage {
    static let html = AppPage.html(
        title: "Code generation", style: style, controls: controls, content: content, script: script)

    private static let style = #"""
        .warning { color: #8a5000; }
        """#

    private static let controls = #"""
        <form id="begin">
          <label class="wide">What it is for <input id="prompt" value="A small shop" required></label>
          <label class="wide">Entities <input id="entities" value="User, Order"></label>
          <button>Generate</button>
        </form>
        <form id="iterate" hidden>
          <label class="wide">What is to change <input id="change" value="Add Invoice and remove Order" required></label>
          <button>Iterate on this one</button>
        </form>
        """#

    private static let content = #"""
        <section id="work" hidden>
          <progress id="progress" max="1" value="0"></progress>
          <div class="bar">
            <button data-verb="pause">Pause</button><button data-verb="resume">Resume</button>
            <button data-verb="cancel">Cancel</button>
          </div>
          <ol id="stages"></ol>
          <h2>Files</h2>
          <ul id="files"></ul>
          <h2>The file written last</h2>
          <pre id="partial"></pre>
        </section>
        """#

    private static let script = #"""
        let generation;

        async function showFiles() {
          const shown = generation;
          const { files } = await (await fetch(`/generations/${shown}/files`)).json();
          if (shown !== generation) return;
          at("files").replaceChildren();
          for (const file of files) {
            const link = document.createElement("a");
            link.href = `/generations/${shown}/files/${file.path}`;
            link.textContent = file.path;
            item("files", ` ${file.bytes} bytes`).prepend(link);
          }
        }

        function show(message) {
          const time = message.estimated_time_remaining;
          at("progress").value = message.progress;
          say(`${Math.round(message.progress * 100)} %: ${message.error || message.message}`
            + (time === undefined ? "" : `, about ${Math.ceil(time / 1000)} s to go`), message.status === "failed");
          item("stages", `${message.stage}: ${message.error || message.message}`,
            message.warning_type ? "warning" : message.error ? "bad" : "");
          if (message.partial_output) at("partial").textContent = `${message.current_file}\n\n${message.partial_output}`;
          if (message.stage.startsWith("phase_") || message.status !== "processing") showFiles();
          if (message.status !== "processing") {
            source.close();
            at("iterate").hidden = false;
          }
        }

        function follow(begun) {
          if (!begun) return;
          generation = begun.generation_id;
          at("work").hidden = false;
          at("iterate").hidden = true;
          for (const id of ["stages", "files", "partial"]) at(id).replaceChildren();
          watch(`/generations/${generation}/stream?token=${encodeURIComponent(begun.sse_token)}`, show);
        }

        at("begin").onsubmit = async (event) => {
          event.preventDefault();
          const entities = at("entities").value.split(",").map((name) => name.trim()).filter((name) => name);
          follow(await send("/generations", { prompt: at("prompt").value, entities }));
        };
        at("iterate").onsubmit = async (event) => {
          event.preventDefault();
          follow(await send("/generations/iterate",
            { parent_generation_id: generation, modification_prompt: at("change").value }));
        };
        for (const button of document.querySelectorAll("[data-verb]")) {
          button.onclick = () => send(`/v1/jobs/${generation}/${button.dataset.verb}`, {});
        }
        """#
}

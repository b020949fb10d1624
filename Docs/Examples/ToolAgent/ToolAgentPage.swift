/// The page on which a person gives the agent a task and watches it.
enum ToolAgentPage {
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Holdfast: tool-using agent</title>
        <link rel="icon" href="data:,">
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
        textarea { width: 100%; box-sizing: border-box; font: inherit; }
        button { font: inherit; padding: .3rem 1rem; }
        pre { background: #8881; padding: .6rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
        .now { font-weight: 600; }
        .over::after { content: " ✓"; }
        .bad { color: #b00020; }
        #work li { margin: .3rem 0; }
        #raw { max-height: 20rem; font-size: 12px; }
        </style>
        </head>
        <body>
        <p><a href="/">All applications</a></p>
        <h1>Tool-using agent</h1>
        <form id="form">
        <label for="task">What should the agent do?</label>
        <textarea id="task" rows="3">Work out (17 + 4) * 2 and 2^10 / 3, and write a report.</textarea>
        <button id="start">Start</button>
        <button id="cancel" type="button" disabled>Cancel</button>
        </form>
        <p id="status" role="status">Nothing was started yet.</p>
        <ol id="phases"></ol>
        <ul id="work"></ul>
        <h2 id="ending"></h2>
        <pre id="result" hidden></pre>
        <details open><summary>The stream as it comes</summary><pre id="raw"></pre></details>
        <script>
        const at = (id) => document.getElementById(id);
        const names = ["execution:started", "plan:created", "phase:start", "thinking", "tool:start",
            "tool:complete", "phase:complete", "execution:complete", "execution:error"];
        let source = null;

        function line(text, kind) {
            const item = document.createElement("li");
            item.textContent = text;
            if (kind) item.className = kind;
            at("work").append(item);
            return item;
        }

        function end(title, text, kind) {
            source.close();
            at("status").textContent = "The execution is over.";
            at("ending").textContent = title;
            at("ending").className = kind;
            at("result").textContent = text;
            at("result").hidden = false;
            at("cancel").disabled = true;
            at("start").disabled = false;
        }

        const show = {
            "execution:started": (data) => {
                at("status").textContent = `Started at ${new Date(data.startedAt).toLocaleTimeString()}: ${data.task}`;
            },
            "plan:created": (data) => {
                at("phases").replaceChildren(...data.plan.phases.map((phase) => {
                    const item = document.createElement("li");
                    item.textContent = phase.name;
                    return item;
                }));
            },
            "phase:start": (data) => {
                const item = at("phases").children[data.phaseIndex];
                if (item) item.className = "now";
                line(data.phaseName, "now");
            },
            "phase:complete": () => {
                const item = at("phases").querySelector(".now");
                if (item) item.className = "over";
            },
            "thinking": (data) => line(`${data.iteration}. ${data.thought}`),
            "tool:start": (data) => line(`${data.toolName} ${Object.values(data.params).join(" · ")}`),
            "tool:complete": (data) => {
                const isBad = data.result.startsWith("error:");
                line(`→ ${data.result.slice(0, 500) || "(nothing)"} (${data.duration} ms)`, isBad ? "bad" : "");
            },
            "execution:complete": (data) =>
                end(`Done in ${data.duration} ms with ${data.tokensUsed} tokens`, data.result, ""),
            "execution:error": (data) => end(`Ended: ${data.error}`, data.stack, "bad"),
        };

        function watch(id) {
            if (source) source.close();
            location.hash = id;
            for (const part of ["phases", "work", "raw"]) at(part).replaceChildren();
            at("ending").textContent = "";
            at("result").hidden = true;
            at("status").textContent = "Waiting for a worker.";
            at("cancel").disabled = false;
            at("start").disabled = true;
            source = new EventSource(`/api/agent/executions/${id}/stream`);
            source.onerror = () => {
                if (source.readyState !== EventSource.CLOSED) return;
                at("status").textContent = "There is nothing to watch.";
                at("start").disabled = false;
                at("cancel").disabled = true;
            };
            for (const name of names) {
                source.addEventListener(name, (event) => {
                    at("raw").append(`id: ${event.lastEventId}\nevent: ${name}\ndata: ${event.data}\n\n`);
                    at("raw").scrollTop = at("raw").scrollHeight;
                    show[name](JSON.parse(event.data));
                });
            }
        }

        async function send(path, body) {
            const answer = await fetch(path, {
                method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
            });
            const value = await answer.json();
            if (!answer.ok) at("status").textContent = value.detail || value.title || answer.statusText;
            return answer.ok ? value : null;
        }

        at("form").addEventListener("submit", async (event) => {
            event.preventDefault();
            const started = await send("/api/agent/execute", { task: at("task").value });
            if (started) watch(started.executionId);
        });
        at("cancel").addEventListener("click", () =>
            send(`/api/agent/executions/${location.hash.slice(1)}/cancel`, {}));
        if (/^#[0-9a-f-]+$/.test(location.hash)) watch(location.hash.slice(1));
        </script>
        </body>
        </html>

        """#
}

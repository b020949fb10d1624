import AppPageExample

/// The page on which a person gives the agent a task and watches it.
enum ToolAgentPage {
    static let html = AppPage.html(
        title: "Tool-using agent", style: style, controls: controls, content: content, script: script)

    private static let style = #"""
        form { display: block; }
        textarea { width: 100%; }
        .now { font-weight: 600; }
        .over::after { content: " ✓"; }
        #work li { margin: .3rem 0; overflow-wrap: anywhere; }
        """#

    private static let controls = #"""
        <form id="form">
        <label for="task">What should the agent do?</label>
        <textarea id="task" rows="3">Work out (17 + 4) * 2 and 2^10 / 3, and write a report.</textarea>
        <button id="start">Start</button>
        <button id="cancel" type="button" disabled>Cancel</button>
        </form>
        """#

    private static let content = #"""
        <ol id="phases"></ol>
        <ul id="work"></ul>
        <h2 id="ending"></h2>
        <pre id="result" hidden></pre>
        """#

    private static let script = #"""
        const line = (text, kind) => item("work", text, kind);

        function end(title, text, kind) {
          source.close();
          say("The execution is over.");
          at("ending").textContent = title;
          at("ending").className = kind;
          at("result").textContent = text;
          at("result").hidden = false;
          at("cancel").disabled = true;
          at("start").disabled = false;
        }

        const show = {
          "execution:started": (data) => {
            say(`Started at ${new Date(data.startedAt).toLocaleTimeString()}: ${data.task}`);
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

        function follow(id) {
          location.hash = id;
          for (const part of ["phases", "work"]) at(part).replaceChildren();
          at("ending").textContent = "";
          at("result").hidden = true;
          say("Waiting for a worker.");
          at("cancel").disabled = false;
          at("start").disabled = true;
          watch(`/api/agent/executions/${id}/stream`, show);
          source.addEventListener("error", () => {
            if (source.readyState !== EventSource.CLOSED) return;
            at("start").disabled = false;
            at("cancel").disabled = true;
          });
        }

        at("form").addEventListener("submit", async (event) => {
          event.preventDefault();
          const started = await send("/api/agent/execute", { task: at("task").value });
          if (started) follow(started.executionId);
        });
        at("cancel").addEventListener("click", () =>
          send(`/api/agent/executions/${location.hash.slice(1)}/cancel`, {}));
        if (/^#[0-9a-f-]+$/.test(location.hash)) follow(location.hash.slice(1));
        """#
}

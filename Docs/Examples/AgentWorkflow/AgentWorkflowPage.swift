/// The page of the workflows: begins them, shows whose turn it is and what it cost, and steers them.
///
/// Whatever comes from the server is shown as text.
enum AgentWorkflowPage {
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Agent workflow</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
        form, .bar { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 1rem 0; }
        label { display: flex; flex-direction: column; font-size: .85rem; }
        label.wide { flex: 1 1 16rem; }
        pre { background: #f4f4f4; padding: .8rem; overflow: auto; max-height: 22rem; white-space: pre-wrap; }
        table { border-collapse: collapse; width: 100%; }
        td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; }
        .bad { color: #a00000; }
        </style>
        </head>
        <body>
        <p><a href="/">Reference applications</a></p>
        <h1>Agent workflow</h1>
        <form id="start">
        <label class="wide">Name <input id="name" value="A leaflet about bees" required></label>
        <label>Rounds <input id="rounds" type="number" min="1" max="50" value="2"></label>
        <label>Budget, USD <input id="budget" type="number" min="0.000001" step="any" value="0.5"></label>
        <button id="run">Start</button>
        </form>
        <div class="bar">
        <button id="pause">Pause</button> <button id="cancel">Cancel</button>
        <label>New budget, USD <input id="limit" type="number" min="0.000001" step="any"></label>
        <button id="resume">Resume</button>
        </div>
        <p><strong id="status" role="status">nothing runs</strong> <span id="facts"></span></p>
        <table><thead><tr><th>Agent</th><th>Turn</th><th>State</th><th>Says</th></tr></thead>
        <tbody id="agents"></tbody></table>
        <h2>Log</h2>
        <ol id="log"></ol>
        <h2>Stream</h2>
        <pre id="raw"></pre>
        <script>
        "use strict";
        const $ = (id) => document.getElementById(id);
        const names = ["workflow:state", "workflow:started", "workflow:running", "agent:state", "agent:started",
          "agent:progress", "agent:completed", "agent:failed", "budget:warning", "budget:exceeded",
          "log:created", "workflow:completed", "workflow:failed"];
        let source = null, id = "", state = {};

        function say(text, isBad) {
          $("status").textContent = text;
          $("status").className = isBad ? "bad" : "";
        }

        function facts(change) {
          Object.assign(state, change);
          const limit = state.budgetLimit === undefined ? "" : ` of ${state.budgetLimit}`;
          $("facts").textContent = `turn ${state.currentStep ?? 0} of ${state.totalSteps ?? 0}, ` +
            `round ${state.iterations ?? 0}, ${(state.totalCost ?? 0).toFixed(4)}${limit} USD`;
        }

        function row(agent) {
          const key = "agent-" + agent;
          let row = $(key);
          if (!row) {
            row = document.createElement("tr");
            row.id = key;
            for (let n = 0; n < 4; n++) row.append(document.createElement("td"));
            row.cells[0].textContent = agent;
            $("agents").append(row);
          }
          return row.cells;
        }

        function agent(d, status, text) {
          const cells = row(d.agentName);
          if (d.stepNumber) cells[1].textContent = d.stepNumber;
          cells[2].textContent = status;
          if (text !== undefined) cells[3].textContent = text;
        }

        const show = {
          "workflow:state": (d) => { facts(d); say(d.status); },
          "workflow:started": (d) => { facts(d); say("running"); },
          "workflow:running": facts,
          "agent:state": (d) => agent(d, d.status, d.output ?? d.error ?? ""),
          "agent:started": (d) => agent(d, "running", ""),
          "agent:progress": (d) => agent(d, "running", d.message),
          "agent:completed": (d) => agent(d, `completed, ${d.duration} ms, ${d.cost} USD`, d.output),
          "agent:failed": (d) => agent(d, "failed", d.error),
          "budget:warning": (d) => say(`${d.percentageUsed} % of the budget is spent`, true),
          "budget:exceeded": (d) => say("paused: the budget is spent; raise it and resume", true),
          "log:created": (d) => {
            const item = document.createElement("li");
            item.textContent = `${d.timestamp} ${d.level} ${d.message}`;
            $("log").append(item);
          },
          "workflow:completed": (d) => { source.close(); say(`completed in ${d.duration} ms`); },
          "workflow:failed": (d) => { source.close(); say(`failed: ${d.error}`, true); },
        };

        function follow() {
          for (const part of ["agents", "log", "raw"]) $(part).textContent = "";
          state = {};
          source?.close();
          source = new EventSource(`/api/workflows/${id}/stream`);
          source.onerror = () => say("the connection is lost, trying again", true);
          for (const name of names) {
            source.addEventListener(name, (e) => {
              $("raw").textContent += `id: ${e.lastEventId}\nevent: ${name}\ndata: ${e.data}\n\n`;
              show[name](JSON.parse(e.data));
            });
          }
        }

        async function send(path, body) {
          const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" },
            body: JSON.stringify(body) });
          const fields = await answer.json();
          if (!answer.ok) say(fields.detail, true);
          return answer.ok ? fields : null;
        }

        $("start").addEventListener("submit", async (event) => {
          event.preventDefault();
          const body = { name: $("name").value, maxIterations: Number($("rounds").value) };
          if ($("budget").value) body.budgetLimit = Number($("budget").value);
          const answer = await send("/api/workflows", body);
          if (!answer) return;
          id = answer.workflowId;
          follow();
        });

        async function steer(verb, body) {
          const answer = id && await send(`/api/workflows/${id}/${verb}`, body);
          if (answer) { facts(answer); say(answer.status); }
        }

        $("pause").addEventListener("click", () => steer("pause", {}));
        $("cancel").addEventListener("click", () => steer("cancel", {}));
        $("resume").addEventListener("click", () =>
          steer("resume", $("limit").value ? { budgetLimit: Number($("limit").value) } : {}));
        </script>
        </body>
        </html>

        """#
}

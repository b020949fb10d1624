import AppPageExample

/// The page of the workflows: begins them, shows whose turn it is and what it cost, and steers them.
enum AgentWorkflowPage {
    static let html = AppPage.html(
        title: "Agent workflow", style: style, controls: controls, content: content, script: script)

    private static let style = #"""
        table { border-collapse: collapse; width: 100%; }
        td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; }
        @media (max-width: 40rem) {
          thead { display: none; }
          td { display: block; padding: 0; } td:first-child { font-weight: 600; padding-top: .6rem; }
        }
        """#

    private static let controls = #"""
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
        """#

    private static let content = #"""
        <p id="facts"></p>
        <table><thead><tr><th>Agent</th><th>Turn</th><th>State</th><th>Says</th></tr></thead>
        <tbody id="agents"></tbody></table>
        <h2>Log</h2>
        <ol id="log"></ol>
        """#

    private static let script = #"""
        let id = "", state = {};

        function facts(change) {
          Object.assign(state, change);
          const limit = state.budgetLimit === undefined ? "" : ` of ${state.budgetLimit}`;
          at("facts").textContent = `turn ${state.currentStep ?? 0} of ${state.totalSteps ?? 0}, ` +
            `round ${state.iterations ?? 0}, ${(state.totalCost ?? 0).toFixed(4)}${limit} USD`;
        }

        function row(agent) {
          const key = "agent-" + agent;
          let row = at(key);
          if (!row) {
            row = document.createElement("tr");
            row.id = key;
            for (let n = 0; n < 4; n++) row.append(document.createElement("td"));
            row.cells[0].textContent = agent;
            at("agents").append(row);
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
          // What the state is followed by is all there is to show, also where it comes a second time.
          "workflow:state": (d) => {
            for (const part of ["agents", "log"]) at(part).textContent = "";
            facts(d);
            say(d.status);
          },
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
            item("log", `${d.timestamp} ${d.level} ${d.message}`, d.level === "info" ? "" : "bad");
          },
          "workflow:completed": (d) => { source.close(); say(`completed in ${d.duration} ms`); },
          "workflow:failed": (d) => { source.close(); say(`failed: ${d.error}`, true); },
        };

        function follow() {
          state = {};
          watch(`/api/workflows/${id}/stream`, show);
        }

        at("start").addEventListener("submit", async (event) => {
          event.preventDefault();
          const body = { name: at("name").value, maxIterations: Number(at("rounds").value) };
          if (at("budget").value) body.budgetLimit = Number(at("budget").value);
          const answer = await send("/api/workflows", body);
          if (!answer) return;
          id = answer.workflowId;
          follow();
        });

        async function steer(verb, body) {
          const answer = id && await send(`/api/workflows/${id}/${verb}`, body);
          if (answer) { facts(answer); say(answer.status); }
        }

        at("pause").addEventListener("click", () => steer("pause", {}));
        at("cancel").addEventListener("click", () => steer("cancel", {}));
        at("resume").addEventListener("click", () =>
          steer("resume", at("limit").value ? { budgetLimit: Number(at("limit").value) } : {}));
        """#
}

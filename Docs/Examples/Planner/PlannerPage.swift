/// The page of the planner: begins plans, shows how they come along, and asks for decisions.
///
/// Whatever comes from the server is shown as text.
enum PlannerPage {
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Planner</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
        form, .bar { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 1rem 0; }
        label { display: flex; flex-direction: column; font-size: .85rem; }
        label.wide { flex: 1 1 20rem; }
        pre { background: #f4f4f4; padding: .8rem; overflow: auto; max-height: 22rem; white-space: pre-wrap; }
        #review { border: 2px solid #b36b00; padding: 0 1rem; margin: 1rem 0; }
        .bad { color: #a00000; }
        </style>
        </head>
        <body>
        <p><a href="/">Reference applications</a></p>
        <h1>Planner</h1>
        <form id="start">
        <label class="wide">Goal <input id="goal" value="Open a second shop" required></label>
        <label class="wide">Proposal <input id="proposal" value="Begin with a market stall"></label>
        <label>Iterations <input id="iterations" type="number" min="1" max="50" value="4"></label>
        <label>Ask every <input id="interval" type="number" min="1" max="50" value="2"></label>
        <label>Session <input id="session" required></label>
        <button id="run">Start or join</button>
        </form>
        <div class="bar">
        <button id="pause">Pause</button> <button id="resume">Resume</button>
        <button id="cancel">Cancel</button> <span id="status" role="status">nothing runs</span>
        </div>
        <section id="review" hidden>
        <h2 id="question"></h2>
        <p id="summary"></p>
        <div class="bar">
        <label class="wide">Reason <input id="reason"></label>
        <button id="approve">Approve</button> <button id="reject">Reject</button>
        </div>
        </section>
        <ol id="steps"></ol>
        <h2>Plan</h2>
        <pre id="plan"></pre>
        <h2>Stream</h2>
        <pre id="raw"></pre>
        <script>
        "use strict";
        const $ = (id) => document.getElementById(id);
        const names = ["planning_started", "iteration_started", "iteration_progress", "checkpoint_reached",
          "checkpoint_approved", "checkpoint_rejected", "final_plan", "error", "complete"];
        let source = null, checkpoint = 0, session = "";

        $("session").value = sessionStorage.planner ||= "s-" + Math.random().toString(36).slice(2, 10);

        function say(text, isBad) {
          $("status").textContent = text;
          $("status").className = isBad ? "bad" : "";
        }

        function note(text, isBad) {
          const item = document.createElement("li");
          item.textContent = text;
          if (isBad) item.className = "bad";
          $("steps").append(item);
        }

        const show = {
          planning_started: (d) => note(`Planning: ${d.goal}, ${d.max_iterations} iterations, ` +
            `a checkpoint every ${d.checkpoint_interval}`),
          iteration_started: (d) => note(`Iteration ${d.iteration} of ${d.max}`),
          iteration_progress: (d) => say(`iteration ${d.iteration}: ${d.frameworks_so_far} frameworks, ` +
            `${d.data_points_so_far} data points, ${d.elapsed} ms`),
          checkpoint_reached: (d) => {
            checkpoint = d.checkpoint_number;
            $("question").textContent = `Checkpoint ${checkpoint}, after iteration ${d.iteration}: go on?`;
            $("summary").textContent = d.summary;
            $("review").hidden = false;
            say("waits for a decision");
          },
          checkpoint_approved: (d) => decided(`Checkpoint ${d.checkpoint} approved`),
          checkpoint_rejected: (d) => decided(`Checkpoint ${d.checkpoint} rejected: ${d.reason}`, true),
          final_plan: (d) => {
            $("plan").textContent = d.plan;
            note(`Plan: ${d.frameworks} frameworks, ${d.data_points} data points, ` +
              `${d.iterations} iterations, ${d.checkpoints} checkpoints`);
          },
          error: (d) => note(`Error: ${d.error}`, true),
          complete: () => { $("review").hidden = true; source.close(); say("complete"); },
        };

        function decided(text, isBad) {
          $("review").hidden = true;
          note(text, isBad);
          say(text, isBad);
        }

        function follow(event) {
          event.preventDefault();
          source?.close();
          for (const id of ["steps", "plan", "raw"]) $(id).textContent = "";
          $("review").hidden = true;
          session = sessionStorage.planner = $("session").value;
          const query = new URLSearchParams({ goal: $("goal").value, proposal: $("proposal").value,
            max_iterations: $("iterations").value, checkpoint_interval: $("interval").value,
            session_id: session });
          source = new EventSource("/api/execute-plan?" + query);
          source.onopen = () => say("connected");
          for (const name of names) {
            source.addEventListener(name, (e) => {
              // The browser's own errors have the same name and no data.
              if (e.data === undefined) { say("the connection is lost, trying again", true); return; }
              $("raw").textContent += `id: ${e.lastEventId}\nevent: ${name}\ndata: ${e.data}\n\n`;
              show[name](JSON.parse(e.data));
            });
          }
        }

        async function send(path, body) {
          const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" },
            body: body && JSON.stringify(body) });
          const text = await answer.json();
          say(text.message ?? text.status ?? "", false);
          if (!answer.ok) say(text.detail, true);
        }

        const decide = (decision) => send("/api/checkpoint-approval",
          { session_id: session, checkpoint, decision, reason: $("reason").value || undefined });

        $("start").addEventListener("submit", follow);
        $("approve").addEventListener("click", () => decide("approve"));
        $("reject").addEventListener("click", () => decide("reject"));
        for (const verb of ["pause", "resume", "cancel"]) {
          $(verb).addEventListener("click", () => send(`/api/plans/${encodeURIComponent(session)}/${verb}`));
        }
        </script>
        </body>
        </html>

        """#
}

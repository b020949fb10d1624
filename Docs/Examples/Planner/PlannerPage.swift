import AppPageExample

/// The page of the planner: begins plans, shows how they come along, and asks for decisions.
enum PlannerPage {
    static let html = AppPage.html(
        title: "Planner", style: style, controls: controls, content: content, script: script)

    private static let style = #"""
        #review { border: 2px solid #b36b00; padding: 0 1rem; margin: 1rem 0; }
        """#

    private static let controls = #"""
        <form id="start">
        <label class="wide">Goal <input id="goal" value="Open a second shop" required></label>
        <label class="wide">Proposal <input id="proposal" value="Begin with a market stall"></label>
        <label>Iterations <input id="iterations" type="number" min="1" max="50" value="4"></label>
        <label>Ask every <input id="interval" type="number" min="1" max="50" value="2"></label>
        <label>Session <input id="session" required></label>
        <button id="run">Start or join</button>
        </form>
        <div class="bar">
        <button id="pause">Pause</button> <button id="resume">Resume</button> <button id="cancel">Cancel</button>
        </div>
        """#

    private static let content = #"""
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
        """#

    private static let script = #"""
        let checkpoint = 0, session = "";

        at("session").value = sessionStorage.planner ||= "s-" + Math.random().toString(36).slice(2, 10);

        const note = (text, isBad) => item("steps", text, isBad ? "bad" : "");

        const show = {
          planning_started: (d) => note(`Planning: ${d.goal}, ${d.max_iterations} iterations, ` +
            `a checkpoint every ${d.checkpoint_interval}`),
          iteration_started: (d) => note(`Iteration ${d.iteration} of ${d.max}`),
          iteration_progress: (d) => say(`iteration ${d.iteration}: ${d.frameworks_so_far} frameworks, ` +
            `${d.data_points_so_far} data points, ${d.elapsed} ms`),
          checkpoint_reached: (d) => {
            checkpoint = d.checkpoint_number;
            at("question").textContent = `Checkpoint ${checkpoint}, after iteration ${d.iteration}: go on?`;
            at("summary").textContent = d.summary;
            at("review").hidden = false;
            say("waits for a decision");
          },
          checkpoint_approved: (d) => decided(`Checkpoint ${d.checkpoint} approved`),
          checkpoint_rejected: (d) => decided(`Checkpoint ${d.checkpoint} rejected: ${d.reason}`, true),
          final_plan: (d) => {
            at("plan").textContent = d.plan;
            note(`Plan: ${d.frameworks} frameworks, ${d.data_points} data points, ` +
              `${d.iterations} iterations, ${d.checkpoints} checkpoints`);
          },
          error: (d) => note(`Error: ${d.error}`, true),
          complete: () => { at("review").hidden = true; source.close(); say("complete"); },
        };

        function decided(text, isBad) {
          at("review").hidden = true;
          note(text, isBad);
          say(text, isBad);
        }

        function follow(event) {
          event.preventDefault();
          for (const id of ["steps", "plan"]) at(id).textContent = "";
          at("review").hidden = true;
          session = sessionStorage.planner = at("session").value;
          const query = new URLSearchParams({ goal: at("goal").value, proposal: at("proposal").value,
            max_iterations: at("iterations").value, checkpoint_interval: at("interval").value,
            session_id: session });
          say("");
          watch("/api/execute-plan?" + query, show);
        }

        async function ask(path, body) {
          const answer = await send(path, body);
          if (answer) say(answer.message ?? answer.status);
        }

        // What becomes of it comes by the stream.
        const decide = (decision) => send("/api/checkpoint-approval",
          { session_id: session, checkpoint, decision, reason: at("reason").value || undefined });

        at("start").addEventListener("submit", follow);
        at("approve").addEventListener("click", () => decide("approve"));
        at("reject").addEventListener("click", () => decide("reject"));
        for (const verb of ["pause", "resume", "cancel"]) {
          at(verb).addEventListener("click", () => ask(`/api/plans/${encodeURIComponent(session)}/${verb}`, {}));
        }
        """#
}

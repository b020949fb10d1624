/// The page on which an administrator starts a batch and watches it.
enum RecipeBatchPage {
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Recipe batch</title>
        <link rel="icon" href="data:,">
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        form, .bar { display: flex; gap: .5rem 1rem; flex-wrap: wrap; margin: .5rem 0; align-items: center; }
        input, button { font: inherit; padding: .3rem .5rem; }
        progress { width: 100%; height: 1.2rem; }
        .agent { padding: .1rem .6rem; border-radius: 1rem; background: #8882; }
        .working { background: #e0a458; } .complete { background: #4a7c59; color: #fff; } .failed { color: #c00; }
        #recipes { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; padding: 0; }
        #recipes li { list-style: none; } #recipes img { width: 100%; }
        pre { background: #8881; padding: .5rem; overflow: auto; max-height: 20rem; }
        </style>
        </head>
        <body>
        <p><a href="/">All applications</a></p>
        <h1>Recipe batch</h1>
        <form id="begin">
          <label>Recipes <input id="count" type="number" min="1" max="500" value="12"></label>
          <label>Meals <input id="meals" value="breakfast, lunch, dinner"></label>
          <label><input id="images" type="checkbox" checked> pictures</label>
          <label><input id="upload" type="checkbox"> upload</label>
          <button>Start</button>
        </form>
        <section id="work" hidden>
          <progress id="progress" value="0"></progress>
          <p id="now" aria-live="polite"></p>
          <div class="bar" id="agents"></div>
          <div class="bar">
            <button data-verb="pause">Pause</button><button data-verb="resume">Resume</button>
            <button data-verb="cancel">Cancel</button>
          </div>
          <ul id="recipes"></ul>
          <h2>The stream as it comes</h2><pre id="raw"></pre>
        </section>
        <h2>All batches</h2><p id="totals"></p>
        <script>
        const at = (id) => document.getElementById(id);
        let job, source;

        async function send(path, body) {
          const answer = await fetch(path, {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
          const value = await answer.json();
          if (!answer.ok) {
            at("work").hidden = false;
            at("now").textContent = value.detail;
          }
          return answer.ok ? value : null;
        }

        function showProgress(batch) {
          at("progress").max = batch.totalChunks;
          at("progress").value = batch.phase === "complete" ? batch.totalChunks : Math.max(0, batch.currentChunk - 1);
          at("now").textContent = `${batch.phase}: chunk ${batch.currentChunk} of ${batch.totalChunks}, `
            + `${batch.recipesCompleted} of ${batch.totalRecipes} recipes, ${batch.imagesGenerated} pictures, `
            + `about ${Math.ceil(batch.estimatedTimeRemaining / 1000)} s to go`;
          at("agents").replaceChildren(...Object.entries(batch.agentStatus).map(([name, status]) => {
            const agent = document.createElement("span");
            agent.className = `agent ${status}`;
            agent.textContent = `${name}: ${status}`;
            return agent;
          }));
        }

        function showRecipes(end) {
          const stats = end.nutritionValidationStats;
          at("now").textContent = `${end.savedRecipes.length} recipes in ${(end.totalTime / 1000).toFixed(1)} s: `
            + `${stats.validated} were right, ${stats.autoFixed} were set right, ${stats.failed} made no sense; `
            + `${end.imagesGenerated} pictures, ${end.imagesUploaded} uploaded`;
          at("recipes").replaceChildren(...end.savedRecipes.map((recipe) => {
            const item = document.createElement("li");
            if (end.imagesGenerated > 0) {
              const picture = document.createElement("img");
              picture.src = `/v1/jobs/${job}/artifacts/pictures/${String(recipe.number).padStart(4, "0")}.svg`;
              picture.alt = recipe.name;
              item.append(picture);
            }
            item.append(`${recipe.name} (${recipe.mealType}): ${recipe.calories} kcal, ${recipe.ingredients.join(", ")}`);
            return item;
          }));
        }

        async function showTotals() {
          const totals = await (await fetch("/api/admin/bmad-metrics")).json();
          at("totals").textContent = totals.started === undefined ? totals.detail
            : `${totals.started} started, ${totals.running} running, ${totals.completed} completed, `
              + `${totals.failed} failed, ${totals.recipesSaved} recipes saved`;
        }

        function watch(begun) {
          if (!begun) return;
          if (source) source.close();
          job = begun.batchId.replace("bmad_", "");
          at("work").hidden = false;
          at("recipes").replaceChildren();
          at("raw").textContent = "";
          source = new EventSource(`/api/admin/bmad-progress-stream/${begun.batchId}`);
          const on = (name, show) => source.addEventListener(name, (event) => {
            // The browser's own error events, when a connection breaks, bring nothing.
            if (event.data === undefined) return;
            at("raw").textContent += `id: ${event.lastEventId}\nevent: ${name}\ndata: ${event.data}\n\n`;
            show(JSON.parse(event.data));
          });
          on("connected", (greeting) => { at("now").textContent = greeting.message; });
          on("progress", showProgress);
          on("complete", (end) => { source.close(); showRecipes(end); showTotals(); });
          on("error", (end) => {
            source.close();
            at("now").textContent = `The batch ended early: ${end.error}`;
            showTotals();
          });
        }

        at("begin").onsubmit = async (event) => {
          event.preventDefault();
          watch(await send("/api/admin/generate-bmad", {
            count: Number(at("count").value),
            mealTypes: at("meals").value.split(",").map((meal) => meal.trim()).filter((meal) => meal),
            enableImageGeneration: at("images").checked, enableS3Upload: at("upload").checked }));
          showTotals();
        };
        for (const button of document.querySelectorAll("[data-verb]")) {
          button.onclick = () => send(`/v1/jobs/${job}/${button.dataset.verb}`, {});
        }
        showTotals();
        </script>
        </body>
        </html>

        """#
}

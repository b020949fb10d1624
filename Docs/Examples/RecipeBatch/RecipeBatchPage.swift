import AppPageExample

/// The page on which an administrator starts a batch and watches it.
enum RecipeBatchPage {
    static let html = AppPage.html(
        title: "Recipe batch", style: style, controls: controls, content: content, script: script)

    private static let style = #"""
        .check { flex-direction: row; gap: .3rem; align-self: center; }
        .agent { padding: .1rem .6rem; border-radius: 1rem; background: #8882; }
        .working { background: #e0a458; } .complete { background: #4a7c59; color: #fff; }
        #recipes { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; padding: 0; }
        #recipes li { list-style: none; } #recipes img { width: 100%; }
        """#

    private static let controls = #"""
        <form id="begin">
          <label>Recipes <input id="count" type="number" min="1" max="500" value="12"></label>
          <label class="wide">Meals <input id="meals" value="breakfast, lunch, dinner"></label>
          <label class="check"><input id="images" type="checkbox" checked> pictures</label>
          <label class="check"><input id="upload" type="checkbox"> upload</label>
          <button>Start</button>
        </form>
        """#

    private static let content = #"""
        <section id="work" hidden>
          <progress id="progress" value="0"></progress>
          <div class="bar" id="agents"></div>
          <div class="bar">
            <button data-verb="pause">Pause</button><button data-verb="resume">Resume</button>
            <button data-verb="cancel">Cancel</button>
          </div>
          <ul id="recipes"></ul>
        </section>
        <h2>All batches</h2>
        <p id="totals"></p>
        """#

    private static let script = #"""
        let job;

        function showProgress(batch) {
          at("progress").max = batch.totalChunks;
          at("progress").value = batch.phase === "complete" ? batch.totalChunks : Math.max(0, batch.currentChunk - 1);
          say(`${batch.phase}: chunk ${batch.currentChunk} of ${batch.totalChunks}, `
            + `${batch.recipesCompleted} of ${batch.totalRecipes} recipes, ${batch.imagesGenerated} pictures, `
            + `about ${Math.ceil(batch.estimatedTimeRemaining / 1000)} s to go`);
          at("agents").replaceChildren(...Object.entries(batch.agentStatus).map(([name, status]) => {
            const agent = document.createElement("span");
            agent.className = `agent ${status}`;
            agent.textContent = `${name}: ${status}`;
            return agent;
          }));
        }

        function showRecipes(end) {
          const stats = end.nutritionValidationStats;
          say(`${end.savedRecipes.length} recipes in ${(end.totalTime / 1000).toFixed(1)} s: `
            + `${stats.validated} were right, ${stats.autoFixed} were set right, ${stats.failed} made no sense; `
            + `${end.imagesGenerated} pictures, ${end.imagesUploaded} uploaded`);
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

        function follow(begun) {
          if (!begun) return;
          job = begun.batchId.replace("bmad_", "");
          at("work").hidden = false;
          at("recipes").replaceChildren();
          watch(`/api/admin/bmad-progress-stream/${begun.batchId}`, {
            connected: (greeting) => say(greeting.message),
            progress: showProgress,
            complete: (end) => { source.close(); showRecipes(end); showTotals(); },
            error: (end) => {
              source.close();
              say(`The batch ended early: ${end.error}`, true);
              showTotals();
            },
          });
        }

        at("begin").onsubmit = async (event) => {
          event.preventDefault();
          follow(await send("/api/admin/generate-bmad", {
            count: Number(at("count").value),
            mealTypes: at("meals").value.split(",").map((meal) => meal.trim()).filter((meal) => meal),
            enableImageGeneration: at("images").checked, enableS3Upload: at("upload").checked }));
          showTotals();
        };
        for (const button of document.querySelectorAll("[data-verb]")) {
          button.onclick = () => send(`/v1/jobs/${job}/${button.dataset.verb}`, {});
        }
        showTotals();
        """#
}

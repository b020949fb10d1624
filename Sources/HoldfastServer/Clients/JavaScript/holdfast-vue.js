/** Holdfast for Vue 3. */
import { computed, getCurrentInstance, onMounted, shallowRef, toValue, watch } from "vue";
import { HoldfastClient } from "./holdfast.js";

/**
 * Follows a job for as long as the component, or the effect scope, lives. Nothing is asked while a server renders.
 *
 * @param {string|null|undefined|import("vue").Ref<string>|(() => string)} jobID the job; another one is followed when
 *  it changes, and without one nothing is asked and `status` is null
 * @param {object} [options] `client`, a HoldfastClient, else one is made of the options; `logLimit`, 200 where nothing
 *  is said, and those of `events`
 * @returns {object} `status`, `progress`, `message`, `logs`, `checkpoints`, `isConnected` and `error`, each a read-only
 *  ref as `JobView` tells, changed at most once in 16 ms, and the function `reconnect`
 * @example const { status, progress } = useJob(() => props.job)
 */
export function useJob(jobID, options = {}) {
  const { client = new HoldfastClient(options), ...others } = options;
  const snapshot = shallowRef(client.job(null).view().getSnapshot());
  const follow = () => watch(() => toValue(jobID), (id, _, onCleanup) => {
    const view = client.job(id).view(others);
    const show = () => { snapshot.value = view.getSnapshot(); };
    onCleanup(view.subscribe(show));
    show();
  }, { immediate: true });
  if (getCurrentInstance()) onMounted(follow); else follow();
  const names = Object.keys(snapshot.value).filter((name) => name !== "reconnect");
  const refs = names.map((name) => [name, computed(() => snapshot.value[name])]);
  return { ...Object.fromEntries(refs), reconnect: () => snapshot.value.reconnect() };
}

/** Holdfast for React 18 or newer. */
import { useMemo, useSyncExternalStore } from "react";
import { HoldfastClient } from "./holdfast.js";

/**
 * Follows a job while the component is mounted.
 *
 * The connection is opened by the first component that is mounted and closed with it. What is shown goes on from where
 * it was when the page was cut off, and is rendered at most once in 16 ms.
 * @param {string|null|undefined} jobID the job; without one nothing is asked and `status` is null
 * @param {object} [options] `client`, a HoldfastClient, else one is made of the options; `logLimit`, 200 where nothing
 *  is said, and those of `events`. They are read when the job, `client` or `url` changes.
 * @returns {{status: string|null, progress: object|null, message: string|null, logs: object[], checkpoints: object[],
 *  isConnected: boolean, error: Error|null, reconnect: () => void}} as `JobView` tells
 * @example const { status, progress } = useJob(id);
 */
export function useJob(jobID, options = {}) {
  const view = useMemo(() => {
    const { client = new HoldfastClient(options), ...others } = options;
    return client.job(jobID).view(others);
  }, [jobID, options.client, options.url]);
  return useSyncExternalStore(view.subscribe, view.getSnapshot, view.getSnapshot);
}

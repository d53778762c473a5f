import process from "node:process";

/** Settings of npm that say where packages come from; the rest describes the npm script that is running. */
const KEPT = /registry|proxy|cache|cafile|offline/i;

/**
 * npm hands its settings and the running script's to child processes; a nested npm or npx must not take them for its own.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment() {
  const ofNpm = /^(npm_|init_cwd$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !ofNpm.test(key) || KEPT.test(key)));
}

export { type CheckDecision, type OpenCheck, decideCheck } from "./checks.js";
export { decide, nextStep, nextStepAbove } from "./decide.js";
export * from "./liquidate.js";
export { type FillTerms, fillQueue, worthFilling } from "./queue.js";
export { readPosition, readRules, readStrips } from "./reads.js";
export { LEAST_RISE, matureFor } from "./terms.js";
export type * from "./types.js";

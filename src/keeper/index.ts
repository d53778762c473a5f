export { decide, nextStep, nextStepAbove } from "./decide.js";
export * from "./liquidate.js";
export { type FillTerms, fillQueue, worthFilling } from "./queue.js";
export { readPosition, readRules, readStrips } from "./reads.js";
export type * from "./types.js";

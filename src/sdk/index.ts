export * from "./actor-params.js";
export * from "./addresses.js";
export * from "./epochs.js";
export * from "./errors/index.js";
export * from "./failure.js";
export * from "./health.js";
export * from "./maths.js";
export * from "./units.js";

export * from "./errors.js";
export * from "./install.js";
export * from "./simulated-filecoin.js";

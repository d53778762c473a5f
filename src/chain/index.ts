export * from "./errors.js";
export * from "./resolver.js";
export * from "./sender.js";

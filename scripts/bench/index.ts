export * from "./figures.js";
export { measureLoans } from "./loans.js";

export { dearerAmong, measureFlatness, readFlatness, writeFlatness } from "./crowd.js";
export * from "./figures.js";
export { type Breakdown, renderBreakdown } from "./breakdown.js";
export { type LoanBench, type Measured, measureLoans } from "./loans.js";
export { measurePosted } from "./posted.js";
export { measureTerms } from "./terms.js";

export { CATALOGUE, CATALOGUE_INTERFACE, COVENANTS, COVENANT_REMEDIES, LOAN_STATES } from "./catalogue.js";
export type { Explanation } from "./explain.js";
export { UNMET } from "./sectors.js";
export { ContractRevertError, explainError, explainRevert, revertDataOf } from "./decode.js";

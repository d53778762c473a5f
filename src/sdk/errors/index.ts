export { CATALOGUE, CATALOGUE_INTERFACE, COVENANTS, COVENANT_REMEDIES, LOAN_STATES, explanationOf } from "./catalogue.js";
export type { Explanation } from "./catalogue.js";
export { ContractRevertError, explainError, explainRevert, revertDataOf } from "./decode.js";

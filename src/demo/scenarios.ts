/** What the demo can play. */
export const SCENARIOS = ["bad", "good", "escrow", "crash"] as const;

export type Scenario = (typeof SCENARIOS)[number];

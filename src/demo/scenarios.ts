/** What the demo can play. */
export const SCENARIOS = ["bad", "good", "crash"] as const;

export type Scenario = (typeof SCENARIOS)[number];

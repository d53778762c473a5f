import type { NewTaskDefinition, TaskOverrideDefinition } from "hardhat/types/tasks";

export const tasks: Array<NewTaskDefinition | TaskOverrideDefinition> = [];

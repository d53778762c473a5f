import { orderCommand } from "../../src/cli/futures-order.js";

export default orderCommand("buy");

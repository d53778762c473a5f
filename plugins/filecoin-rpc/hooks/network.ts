import type { NetworkHooks } from "hardhat/types/hooks";

export default async (): Promise<Partial<NetworkHooks>> => ({
  async onRequest(context, connection, request, next) {
    // Lotus and Forest count the parameters of eth_call; the deployment library leaves the block out.
    const params: unknown = request.params;
    if (request.method === "eth_call" && Array.isArray(params) && params.length === 1) {
      return next(context, connection, { ...request, params: [params[0], "latest"] });
    }
    return next(context, connection, request);
  },
});

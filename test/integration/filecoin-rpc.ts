import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { network } from "hardhat";
import type { JsonRpcServer, NetworkConnection } from "hardhat/types/network";

import { deployAll } from "../../lib/deployment.js";

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params?: readonly unknown[];
}

/** How many parameters a Filecoin node wants, exactly (Lotus' go-jsonrpc; Forest's N_REQUIRED_PARAMS). */
const COUNTS: Readonly<Record<string, number>> = {
  eth_call: 2,
  eth_getCode: 2,
  eth_getBalance: 2,
  eth_getStorageAt: 3,
  eth_getTransactionCount: 2,
  eth_getBlockByNumber: 2,
  eth_getTransactionReceipt: 1,
  eth_getTransactionByHash: 1,
  eth_sendRawTransaction: 1,
};

/** Stands in front of a node, counts parameters as a Filecoin node does, and refuses the block tag that Lotus' gateway refuses. */
async function strictProxy(target: string, refused: string[]): Promise<Server> {
  const answer = async (request: Request): Promise<unknown> => {
    const wanted = COUNTS[request.method];
    const given = request.params?.length ?? 0;
    const refuse = (message: string): unknown => {
      refused.push(message);
      return { jsonrpc: "2.0", id: request.id, error: { code: -32602, message } };
    };
    if (wanted !== undefined && wanted !== given) {
      return refuse(`wrong param count (method '${request.method}'): ${given} != ${wanted}`);
    }
    if (request.params?.includes("earliest")) return refuse(`bad block tag (method '${request.method}'): earliest`);
    const response = await fetch(target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    return response.json();
  };
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
    incoming.on("end", () => {
      const parsed = JSON.parse(body) as Request | readonly Request[];
      const answers = Array.isArray(parsed) ? Promise.all(parsed.map(answer)) : answer(parsed as Request);
      answers
        .then((value) => outgoing.setHeader("content-type", "application/json").end(JSON.stringify(value)))
        .catch((error: unknown) => outgoing.writeHead(500).end(String(error)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("a node that counts parameters, as Filecoin's do", () => {
  let node: JsonRpcServer;
  let proxy: Server;
  let url: string;
  let connection: NetworkConnection<string>;
  const refused: string[] = [];

  before(async () => {
    node = await network.createServer("default", "127.0.0.1", 0);
    const { address, port } = await node.listen();
    proxy = await strictProxy(`http://${address}:${port}`, refused);
    url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    connection = (await network.create({ network: "localhost", override: { url } })) as NetworkConnection<string>;
  });

  after(async () => {
    await connection.close();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    await node.close();
  });

  beforeEach(() => refused.splice(0));

  const call = { to: `0x${"00".repeat(19)}04`, data: "0x1234" }; // the identity precompile

  it("refuses a call with one parameter", async () => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call", params: [call] }),
    });
    expect(await response.json()).to.have.nested.property(
      "error.message",
      "wrong param count (method 'eth_call'): 1 != 2",
    );
  });

  it("is given two where a library sends one", async () => {
    expect(await connection.provider.request({ method: "eth_call", params: [call] })).to.equal("0x1234");
    expect(refused).to.deep.equal([]);
  });

  it("is given what a library names", async () => {
    expect(await connection.provider.request({ method: "eth_call", params: [call, "0x0"] })).to.equal("0x1234");
    expect(refused).to.deep.equal([]);
  });

  it("serves the whole deployment", async () => {
    const { contracts, transactions } = await deployAll(connection, { save: false });
    expect(transactions).to.have.length.greaterThan(30);
    expect(await contracts.manager.setUpFinished()).to.equal(true);
    // The library asks for the genesis block by a tag first and by its number then.
    expect(refused.filter((message) => !message.includes("earliest"))).to.deep.equal([]);
  });
});

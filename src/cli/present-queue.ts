import { formatFil, formatFilShort } from "../sdk/index.js";
import type { QueueView, RequestView, RequestsView } from "../vault/queue.js";
import { type JsonValue, amount } from "./envelope.js";
import { rows, table } from "./terminal.js";

export function queueJson(queue: QueueView): JsonValue {
  return {
    waiting: amount(queue.waitingAssets),
    waitingShares: queue.waitingShares.toString(),
    fillable: amount(queue.fillable),
    fillableShares: queue.fillableShares.toString(),
    setAside: amount(queue.setAside),
    requestedShares: queue.requestedShares.toString(),
    filledShares: queue.filledShares.toString(),
    filled: amount(queue.filledAssets),
    fills: Number(queue.fills),
  };
}

export function queueLines(queue: QueueView): string[] {
  return [
    "The redeem queue",
    ...rows([
      ["waiting", queue.waitingShares === 0n ? "nobody" : formatFilShort(queue.waitingAssets, 4)],
      ["can be filled now", formatFilShort(queue.fillable, 4)],
      ["set aside for claims", formatFilShort(queue.setAside, 4)],
      ["filled so far", `${formatFilShort(queue.filledAssets, 4)} in ${queue.fills} times`],
    ]),
  ];
}

function requestJson(request: RequestView): JsonValue {
  return {
    requestId: request.requestId.toString(),
    number: Number(request.number),
    pending: amount(request.pendingAssets),
    pendingShares: request.pendingShares.toString(),
    claimable: amount(request.claimableAssets),
    claimableShares: request.claimableShares.toString(),
    ahead: amount(request.ahead),
  };
}

export function requestsJson(requests: RequestsView): JsonValue {
  return {
    controller: requests.controller,
    made: Number(requests.made),
    claimed: Number(requests.claimed),
    claimable: amount(requests.claimableAssets),
    claimableShares: requests.claimableShares.toString(),
    open: requests.open.map(requestJson),
  };
}

export function requestsLines(requests: RequestsView): string[] {
  const { open, made, claimed } = requests;
  const head = `Requests of ${requests.controller}`;
  if (open.length === 0) return [head, `  none is open; ${made} were made`];
  const more = made - claimed - BigInt(open.length);
  return [
    head,
    ...table(
      ["request", "ahead of it>", "waiting>", "to claim>"],
      open.map((request) => [
        `${request.number}`,
        formatFilShort(request.ahead),
        formatFilShort(request.pendingAssets),
        formatFilShort(request.claimableAssets),
      ]),
    ),
    ...(more > 0n ? [`  and ${more} more`] : []),
    ...rows([["one claim takes", formatFil(requests.claimableAssets)]]),
  ];
}

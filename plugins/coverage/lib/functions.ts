/** A function with a body: where its head and its body begin and end, in UTF-16 units of the source. */
export interface FunctionSpan {
  readonly name: string;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

const HEAD = /\b(?:(?:function|modifier)\s+(\w+)|(constructor|receive|fallback)(?=\s*\())[^;{}]*\{/g;

/** Finds the functions, constructors and modifiers of a Solidity source that have a body. */
export function functionsOf(source: string): readonly FunctionSpan[] {
  const code = blanked(source);
  return [...code.matchAll(HEAD)].map((head) => {
    const bodyStart = head.index + head[0].length;
    return { name: head[1] ?? head[2] ?? "", start: head.index, bodyStart, end: endOfBlock(code, bodyStart) };
  });
}

/** The same text with spaces for comments and strings, whose braces and words count for nothing. */
function blanked(source: string): string {
  const inert = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  return source.replace(inert, (text) => text.replace(/[^\n]/g, " "));
}

function endOfBlock(code: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; at < code.length && depth > 0; ++at) {
    if (code[at] === "{") ++depth;
    if (code[at] === "}") --depth;
  }
  return at;
}

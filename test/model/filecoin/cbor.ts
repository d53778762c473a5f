/** A second codec, for tests alone: it knows what the actors' answers must be, byte by byte. */

const hex = (bytes: readonly number[]): string => bytes.map((b) => b.toString(16).padStart(2, "0")).join("");

function bigEndian(value: bigint, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * (size - 1 - i))) & 0xffn));
}

function head(major: number, value: bigint): string {
  const top = major << 5;
  if (value < 24n) return hex([top | Number(value)]);
  if (value < 1n << 8n) return hex([top | 24, ...bigEndian(value, 1)]);
  if (value < 1n << 16n) return hex([top | 25, ...bigEndian(value, 2)]);
  if (value < 1n << 32n) return hex([top | 26, ...bigEndian(value, 4)]);
  return hex([top | 27, ...bigEndian(value, 8)]);
}

/** An integer. */
export const int = (value: bigint | number): string => {
  const v = BigInt(value);
  return v >= 0n ? head(0, v) : head(1, -1n - v);
};

/** A byte string; `data` is hex without a prefix. */
export const bytes = (data: string): string => head(2, BigInt(data.length / 2)) + data;

/** A tuple or list of encoded items. */
export const list = (...items: readonly string[]): string => head(4, BigInt(items.length)) + items.join("");

export const bool = (value: boolean): string => (value ? "f5" : "f4");

export const NULL = "f6";

/** A BigInt, such as an amount of tokens. */
export function bigint(value: bigint): string {
  if (value === 0n) return "40";
  const magnitude = value < 0n ? -value : value;
  const digits = magnitude.toString(16);
  return bytes((value < 0n ? "01" : "00") + (digits.length % 2 === 0 ? digits : `0${digits}`));
}

/** The raw bytes of an f0 address. */
export function rawId(id: bigint): string {
  const groups: number[] = [];
  let rest = id;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    groups.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return `00${hex(groups)}`;
}

/** An f0 address as a parameter. */
export const address = (id: bigint): string => bytes(rawId(id));

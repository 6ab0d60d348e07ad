import { types } from 'cassandra-driver';

/** What JSON can say. */
export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue };

/**
 * A value as the driver decodes it, as plain JSON. BIGINT, VARINT and COUNTER become numbers while a double holds them
 * exactly, and decimal strings beyond; UUIDs, dates and addresses become text, blobs `0x…` as cqlsh writes them.
 */
export function plainValue(value: unknown): PlainValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  // NaN and the infinities are legal doubles in CQL, not in JSON.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return integer(value.toString());
  if (value instanceof types.Long || value instanceof types.Integer) return integer(value.toString());
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`;
  if (value instanceof types.Tuple) return value.values().map(plainValue);
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Set) return [...value].map(plainValue);
  if (value instanceof types.Vector) return Array.from(value, plainValue);
  if (isDriverScalar(value)) return value.toString();
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plainValue(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}

function integer(decimal: string): PlainValue {
  const number = Number(decimal);
  return Number.isSafeInteger(number) ? number : decimal;
}

function isDriverScalar(value: object): boolean {
  return [
    types.Uuid,
    types.InetAddress,
    types.LocalDate,
    types.LocalTime,
    types.Duration,
    types.BigDecimal,
  ].some((scalar) => value instanceof scalar);
}

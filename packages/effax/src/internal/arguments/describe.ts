/**
 * Descriptions of values of the wrong kind, for error messages.
 */
import * as host from "../../HostArray.ts"
import { isNode } from "../graph/node.ts"

/** `an array`, `a list`, `"text"`, `a Float32Array`, `the bigint 1n`, `undefined`. */
export const describe = (value: unknown): string =>
  isNode(value)
    ? "an array"
    : Array.isArray(value)
    ? "a list"
    : typeof value === "string"
    ? JSON.stringify(value)
    : typeof value === "function"
    ? "a function"
    : typeof value === "bigint"
    ? `the bigint ${value}n`
    : host.describe(value)

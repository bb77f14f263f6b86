/**
 * Atomic instructions (threads proposal). Addresses have to be aligned to the access's width.
 */
import { Statement } from "./expression.ts"
import { atomicCompareExchange, atomicUpdate, atomicWait, load, store } from "./operands.ts"

export const i32Atomic = {
  load: load("i32", 0xfe0010, 4),
  load8U: load("i32", 0xfe0012, 1),
  load16U: load("i32", 0xfe0013, 2),
  store: store("i32", 0xfe0017, 4),
  store8: store("i32", 0xfe0019, 1),
  store16: store("i32", 0xfe001a, 2),
  /** The value before the addition; the others likewise. */
  add: atomicUpdate("i32", 0xfe001e, 4),
  sub: atomicUpdate("i32", 0xfe0025, 4),
  and: atomicUpdate("i32", 0xfe002c, 4),
  or: atomicUpdate("i32", 0xfe0033, 4),
  xor: atomicUpdate("i32", 0xfe003a, 4),
  exchange: atomicUpdate("i32", 0xfe0041, 4),
  compareExchange: atomicCompareExchange("i32", 0xfe0048, 4)
} as const

export const i64Atomic = {
  load: load("i64", 0xfe0011, 8),
  load8U: load("i64", 0xfe0014, 1),
  load16U: load("i64", 0xfe0015, 2),
  load32U: load("i64", 0xfe0016, 4),
  store: store("i64", 0xfe0018, 8),
  store8: store("i64", 0xfe001b, 1),
  store16: store("i64", 0xfe001c, 2),
  store32: store("i64", 0xfe001d, 4),
  add: atomicUpdate("i64", 0xfe001f, 8),
  sub: atomicUpdate("i64", 0xfe0026, 8),
  and: atomicUpdate("i64", 0xfe002d, 8),
  or: atomicUpdate("i64", 0xfe0034, 8),
  xor: atomicUpdate("i64", 0xfe003b, 8),
  exchange: atomicUpdate("i64", 0xfe0042, 8),
  compareExchange: atomicCompareExchange("i64", 0xfe0049, 8)
} as const

export const atomic = {
  /** How many waiters at the address were woken, at most `value` of them. */
  notify: atomicUpdate("i32", 0xfe0000, 4),
  /** 0: woken; 1: the value was not the expected one; 2: timed out. Timeout in ns, negative for none. */
  wait32: atomicWait("i32", 0xfe0001, 4),
  wait64: atomicWait("i64", 0xfe0002, 8),
  fence: (): Statement => new Statement(0xfe0003, [], (code) => code.byte(0))
} as const

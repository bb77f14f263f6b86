/**
 * Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 */
import type { LoopBuilder } from "./builder.ts"
import type { LoopOp } from "./loopOp.ts"
import type { Lowering } from "./lowering.ts"

/** The rotations of four rounds, in turn. */
const rotations = [[13, 15, 26, 6], [17, 29, 16, 24]] as const

/** The parity constant of the key schedule (Skein 1.3, section 3.3.2, its 32-bit half). */
const parity = 0x1bd11bda

const rotateLeft = (b: LoopBuilder, x: LoopOp, count: number): LoopOp =>
  b.binary(
    "or",
    b.binary("shiftLeft", x, b.literal(count, "uint32")),
    b.binary("shiftRightLogical", x, b.literal(32 - count, "uint32"))
  )

export const threefry2x32: Lowering = (b, { inputs: [key0, key1, count0, count1], outputs: [out] }) => {
  const whole = (x: LoopOp): LoopOp => x.shape.length === 0 ? b.fill(x, out!.shape) : x
  const mixed = b.binary("xor", b.binary("xor", key0!, key1!), b.literal(parity, "uint32"))
  const schedule = [key0!, key1!, mixed]
  let x0 = b.binary("add", count0!, key0!)
  let x1 = b.binary("add", count1!, key1!)
  for (let group = 0; group < 5; group++) {
    for (const rotation of rotations[group % 2]!) {
      x0 = b.binary("add", x0, x1)
      x1 = b.binary("xor", rotateLeft(b, x1, rotation), x0)
    }
    x0 = b.binary("add", x0, schedule[(group + 1) % 3]!)
    const injected = b.binary("add", schedule[(group + 2) % 3]!, b.literal(group + 1, "uint32"))
    x1 = b.binary("add", x1, injected)
  }
  return [whole(x0), whole(x1)]
}

/**
 * Long lines cut into stretches, between which the cancel flag is looked at.
 */
import { i32, i32Atomic, type Local } from "../assembler/index.ts"
import { argumentWord, type KernelFunction } from "./kernel.ts"

/** Elements between two looks at the cancel flag. */
const stretch = 1 << 16

/** Runs something on stretches of a line; leaves the function when the run is cancelled. */
export const inStretches = (
  k: KernelFunction,
  length: number,
  body: (from: Local<"i32"> | number, to: Local<"i32"> | number) => void
): void => {
  const { f } = k
  if (length <= stretch) {
    body(0, length)
    return
  }
  const cancel = f.let(i32.load(k.args, { offset: 4 * argumentWord.cancel }))
  f.forRange({ to: length, step: stretch }, (from) =>
    f.scope(() => {
      if (k.context.options.threads) f.if(i32Atomic.load(cancel), () => f.return())
      const to = f.let(i32.add(from, stretch))
      f.if(i32.gtU(to, length), () => f.set(to, length))
      body(from, to)
    }))
}

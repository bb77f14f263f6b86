/**
 * Runs a Plan that a test wrote by hand: generates its module and runs it on a memory of its own.
 */
import type { Buffer, Kernel, Plan } from "@effax/compiler/Plan"
import { type DType, itemSize, type TypedArray } from "effax/DType"
import { features } from "../../src/internal/assembler/index.ts"
import { generate } from "../../src/internal/codegen/module.ts"

export const arrayOf: {
  readonly [D in DType]?: new(buffer: ArrayBufferLike, offset: number, length: number) => TypedArray
} = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bfloat16: Uint16Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array
}

export interface Described {
  readonly dtype: DType
  readonly elements: number
}

export interface PlanDescription {
  readonly inputs: ReadonlyArray<{ readonly dtype: DType; readonly data: TypedArray }>
  readonly outputs: ReadonlyArray<Described>
  readonly temporaries?: ReadonlyArray<Described>
  /** Buffer ids: inputs, then outputs, then temporaries. */
  readonly kernels: ReadonlyArray<Kernel>
}

export const makePlan = ({ inputs, kernels, outputs, temporaries = [] }: PlanDescription): Plan => {
  let arena = 0
  const buffers: Array<Buffer> = [
    ...inputs.map(({ data, dtype }, index): Buffer => ({
      dtype,
      elements: data.length,
      location: { _tag: "Input", index }
    })),
    ...outputs.map((output, index): Buffer => ({ ...output, location: { _tag: "Output", index } })),
    ...temporaries.map((temporary): Buffer => {
      const offset = arena
      arena += Math.ceil(temporary.elements * itemSize(temporary.dtype) / 64) * 64
      return { ...temporary, location: { _tag: "Temporary", offset } }
    })
  ]
  return {
    buffers,
    kernels,
    arena,
    inputs: inputs.map((_, i) => i),
    outputs: outputs.map((_, i) => inputs.length + i)
  }
}

/** Where things lie in a memory that is made for one Plan. */
export const layout = (
  description: PlanDescription,
  threads: boolean,
  ranks: number,
  relaxedSimd = features().relaxedSimd
) => {
  const plan = makePlan(description)
  const generated = generate(plan, { threads, relaxedSimd })
  let top = 4096
  const take = (bytes: number) => {
    const address = top
    // A guard between any two, so that a write beyond an end is seen.
    top += Math.ceil((bytes + 64) / 64) * 64
    return address
  }
  const words = [16, 32, take(generated.arena), take(generated.scratchPerThread * ranks)]
  const addresses = description.inputs.map(({ data }) => take(data.byteLength))
  const outputs = description.outputs.map(({ dtype, elements }) => take(elements * itemSize(dtype)))
  return { generated, words: [...words, ...addresses, ...outputs], addresses, outputs, bytes: top }
}

export const args = 64
const guard = 0xa5

export const fill = (buffer: ArrayBufferLike, description: PlanDescription, at: ReturnType<typeof layout>): void => {
  new Uint8Array(buffer, 4096).fill(guard)
  new Int32Array(buffer, args, at.words.length).set(at.words)
  description.inputs.forEach(({ data }, i) => {
    new Uint8Array(buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at.addresses[i]!)
  })
}

export const read = (
  buffer: ArrayBufferLike,
  description: PlanDescription,
  at: ReturnType<typeof layout>
): ReadonlyArray<TypedArray> =>
  description.outputs.map(({ dtype, elements }, i) => {
    const address = at.outputs[i]!
    const bytes = elements * itemSize(dtype)
    const after = new Uint8Array(buffer, address + bytes, 64)
    if (after.some((byte) => byte !== guard)) throw new Error(`output ${i} was written beyond its end`)
    const copy = new Uint8Array(buffer.slice(address, address + bytes))
    return new arrayOf[dtype]!(copy.buffer, 0, elements)
  })

/** Runs with one rank, and gives the outputs. */
export const run = (description: PlanDescription, relaxedSimd?: boolean): ReadonlyArray<TypedArray> => {
  const at = layout(description, false, 1, relaxedSimd)
  const memory = new WebAssembly.Memory({ initial: Math.ceil(at.bytes / 65536) })
  fill(memory.buffer, description, at)
  const instance = new WebAssembly.Instance(new WebAssembly.Module(at.generated.bytes), { env: { memory } })
  const status = (instance.exports.run as (args: number, rank: number, threads: number) => number)(args, 0, 1)
  if (status !== 0) throw new Error(`run gave ${status}`)
  return read(memory.buffer, description, at)
}

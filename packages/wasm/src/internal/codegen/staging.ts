/**
 * Copies of the part of an input that a block of a convolution needs: padded and dilated with zeros, and with elements
 * that neighbouring outputs read next to each other, whatever the stride and layout of the input. So tiles read it
 * without a test, in place, once for every tap of the window.
 *
 * An axis with stride `s` is staged in `s` phases: virtual coordinate `q` (that of the padded, dilated input, from the
 * block's first on) is element `floor(q / s)` of phase `q mod s`. Output `o` meets tap `w` at `q = o * s + w * dilation`, so
 * at element `o + floor(w * dilation / s)` of phase `w * dilation mod s`: consecutive outputs, consecutive elements.
 */
import { type FunctionBuilder, i32, type Local, memory, v128 } from "../assembler/index.ts"
import type { ModuleContext } from "./kernel.ts"
import type { TileArithmetic } from "./tileArithmetic.ts"
import { advance, type Index } from "./tileGrid.ts"
import { roundUp } from "./tiling.ts"

/** One spatial axis of a convolution. */
export interface SpatialAxis {
  readonly output: number
  readonly input: number
  readonly window: number
  readonly stride: number
  readonly low: number
  readonly lhsDilation: number
  readonly rhsDilation: number
  /** Bytes from one input element to the next. */
  readonly inputBytes: number
}

/** How an axis lies in the staged copy. */
export interface StagedAxis extends SpatialAxis {
  readonly phases: number
  /** Elements of each phase. */
  readonly length: number
  /** Bytes from one element to the next. */
  readonly pitch: number
}

export interface Staging {
  readonly arithmetic: TileArithmetic
  readonly axes: ReadonlyArray<StagedAxis>
  /** Bytes from one channel to the next, in the copy and in the input. */
  readonly channelPitch: number
  readonly channelBytes: number
}

/** Beyond the copy, tiles may read the rest of a row of vectors. */
export const stagingSlack = 128

/** @param outputs how many outputs of each axis a block has at most */
export const planStaging = (
  arithmetic: TileArithmetic,
  axes: ReadonlyArray<SpatialAxis>,
  outputs: ReadonlyArray<number>,
  channelBytes: number
): Staging => {
  const staged: Array<StagedAxis> = []
  let pitch: number = arithmetic.bytes
  for (let d = axes.length - 1; d >= 0; d--) {
    const axis = axes[d]!
    const reach = (axis.window - 1) * axis.rhsDilation
    const phases = Math.min(axis.stride, reach + 1)
    const length = outputs[d]! + Math.floor(reach / axis.stride)
    staged.unshift({ ...axis, phases, length, pitch })
    pitch *= phases * length
    if (d === axes.length - 1) pitch = roundUp(pitch, 16)
  }
  // Channels a large power of two apart would compete for the same few places of the nearest cache.
  return { arithmetic, axes: staged, channelPitch: pitch % 512 === 0 ? pitch + 64 : pitch, channelBytes }
}

type RowFunction = ReturnType<typeof stageRow>

/** Parameters: destination, address of the input row's element 0, coordinate `stride * 0 + x` of the first element. */
const stageRow = (context: ModuleContext, staging: Staging) => {
  const { arithmetic: { bytes } } = staging
  const { input, inputBytes, length, lhsDilation, stride } = staging.axes.at(-1)!
  const name = ["stage_row", bytes, length, input, stride, lhsDilation, inputBytes].join("_")
  const params = ["i32", "i32", "i32"] as const
  return context.library.helper(name, (module) =>
    module.function({ params, name }, (f, to, from, x) => {
      if (lhsDilation === 1) copyRow(f, staging, to, from, x)
      else gatherRow(f, staging, to, from, x)
    }))
}

const copyElement = (f: FunctionBuilder, bytes: 4 | 8, to: Local<"i32">, from: Local<"i32">): void =>
  f.do(
    bytes === 4 ? i32.store(to, i32.load(from)) : v128.store64Lane(to, v128.load64Zero(from), 0)
  )

const zeros = (f: FunctionBuilder, bytes: 4 | 8, to: Local<"i32">, count: Local<"i32">): void =>
  f.while(() => i32.gtS(count, 0), () => {
    f.do(bytes === 4 ? i32.store(to, 0) : v128.store64Lane(to, v128.zero(), 0))
    f.set(to, i32.add(to, bytes))
    f.set(count, i32.sub(count, 1))
  })

/** Elements `x, x + stride, ...`: zeros, those inside of the input, zeros. */
const copyRow = (f: FunctionBuilder, staging: Staging, to: Local<"i32">, from: Local<"i32">, x: Local<"i32">): void => {
  const { arithmetic: { bytes } } = staging
  const { input, inputBytes, length, stride } = staging.axes.at(-1)!
  /** The first index whose coordinate is not below `least`, within the row. */
  const firstAtLeast = (least: number): Local<"i32"> => {
    const index = f.local("i32")
    f.if(i32.ltS(x, least), () => {
      f.set(index, i32.divU(i32.add(i32.sub(least, x), stride - 1), stride))
      f.if(i32.gtS(index, length), () => f.set(index, length))
    }, () => f.set(index, 0))
    return index
  }
  const low = firstAtLeast(0)
  const high = firstAtLeast(input)
  const step = stride * inputBytes
  const after = f.let(i32.sub(length, high))
  const count = f.let(i32.sub(high, low))
  f.set(from, i32.add(from, i32.mul(i32.add(x, i32.mul(low, stride)), inputBytes)))
  zeros(f, bytes, to, low)
  if (step === bytes) {
    const lanes = 16 / bytes
    f.while(() => i32.geS(count, lanes), () => {
      f.do(v128.store(to, v128.load(from, { align: bytes }), { align: bytes }))
      f.set(from, i32.add(from, 16))
      f.set(to, i32.add(to, 16))
      f.set(count, i32.sub(count, lanes))
    })
  }
  f.while(() => i32.gtS(count, 0), () => {
    copyElement(f, bytes, to, from)
    f.set(from, i32.add(from, step))
    f.set(to, i32.add(to, bytes))
    f.set(count, i32.sub(count, 1))
  })
  zeros(f, bytes, to, after)
}

/** The same where there are zeros between the input's elements. */
const gatherRow = (
  f: FunctionBuilder,
  staging: Staging,
  to: Local<"i32">,
  from: Local<"i32">,
  x: Local<"i32">
): void => {
  const { arithmetic: { bytes } } = staging
  const axis = staging.axes.at(-1)!
  const source = f.local("i32")
  f.forRange({ to: axis.length }, () => {
    const element = inputElement(f, axis, x)
    f.if(element.inside, () => {
      f.set(source, i32.add(from, i32.mul(element.index, axis.inputBytes)))
      copyElement(f, bytes, to, source)
    }, () => f.do(bytes === 4 ? i32.store(to, 0) : v128.store64Lane(to, v128.zero(), 0)))
    f.set(to, i32.add(to, bytes))
    f.set(x, i32.add(x, axis.stride))
  })
}

/** Which input element a coordinate of the dilated input is, and whether it is one. */
const inputElement = (f: FunctionBuilder, { input, lhsDilation }: SpatialAxis, x: Local<"i32">) => {
  if (lhsDilation === 1) return { index: x, inside: i32.ltU(x, input) }
  // A negative coordinate is a large unsigned one, and so outside.
  const index = f.let(i32.divU(x, lhsDilation))
  const whole = i32.eq(i32.mul(index, lhsDilation), x)
  return { index, inside: i32.and(whole, i32.ltU(index, input)) }
}

/**
 * Emits the copy of `channels` channels.
 *
 * @param from the address of element 0 of all axes of the first channel; taken over
 * @param to where the copy begins
 * @param first for each axis, the block's first output
 */
export const emitStaging = (
  context: ModuleContext,
  f: FunctionBuilder,
  staging: Staging,
  from: Local<"i32">,
  to: Local<"i32">,
  channels: Index,
  first: ReadonlyArray<Index>
): void => {
  const row: RowFunction = stageRow(context, staging)
  const channelTo = f.let(i32.add(to, 0))
  const origin = (axis: SpatialAxis, d: number): Index => {
    const at = first[d]!
    return typeof at === "number" ? at * axis.stride - axis.low : f.let(i32.sub(i32.mul(at, axis.stride), axis.low))
  }
  const origins = staging.axes.map(origin)
  const level = (d: number, source: Local<"i32">, destination: Local<"i32">): void => {
    const axis = staging.axes[d]!
    const phaseStart = f.let(i32.add(origins[d]!, 0))
    const target = f.let(i32.add(destination, 0))
    f.forRange({ to: axis.phases }, () => {
      if (d === staging.axes.length - 1) {
        f.callVoid(row, target, source, phaseStart)
        f.set(target, i32.add(target, axis.length * axis.pitch))
      } else {
        const x = f.let(i32.add(phaseStart, 0))
        f.forRange({ to: axis.length }, () => {
          const element = inputElement(f, axis, x)
          f.if(
            element.inside,
            () => level(d + 1, f.let(i32.add(source, i32.mul(element.index, axis.inputBytes))), target),
            () => f.do(memory.fill(target, 0, axis.pitch))
          )
          f.set(x, i32.add(x, axis.stride))
          f.set(target, i32.add(target, axis.pitch))
        })
      }
      f.set(phaseStart, i32.add(phaseStart, 1))
    })
  }
  f.forRange({ to: channels }, () => {
    level(0, from, channelTo)
    advance(f, from, staging.channelBytes)
    advance(f, channelTo, staging.channelPitch)
  })
}

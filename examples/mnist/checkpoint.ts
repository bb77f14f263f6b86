/**
 * Parameters in a file: a JSON document of the arrays by layer, their elements in base64.
 */
import { NdArray } from "effax"
import { Effect, FileSystem, Schema } from "effect"
import type { Parameters } from "./model.ts"

const Stored = Schema.Struct({ shape: Schema.Array(Schema.Number), float32: Schema.Uint8ArrayFromBase64 })

const Checkpoint = Schema.fromJsonString(Schema.Struct({
  version: Schema.Literal(1),
  layers: Schema.Record(Schema.String, Schema.Struct({ weight: Stored, bias: Stored }))
}))

const store = (x: NdArray.Any) =>
  Effect.map(NdArray.toTypedArray(x), (data) => ({
    shape: x.shape,
    float32: new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  }))

const restore = ({ float32, shape }: typeof Stored.Type) =>
  NdArray.fromTypedArray(new Float32Array(float32.slice().buffer), [...shape])

export const save = Effect.fnUntraced(function*(file: string, parameters: Parameters) {
  const fs = yield* FileSystem.FileSystem
  const layers = yield* Effect.all(
    Object.fromEntries(
      Object.entries(parameters).map((
        [name, { bias, weight }]
      ) => [name, Effect.all({ weight: store(weight), bias: store(bias) })])
    )
  )
  yield* fs.writeFileString(file, yield* Schema.encodeEffect(Checkpoint)({ version: 1, layers }))
})

export const load = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const { layers } = yield* Schema.decodeEffect(Checkpoint)(yield* fs.readFileString(file))
  return Object.fromEntries(
    Object.entries(layers).map(([name, { bias, weight }]) => [name, { weight: restore(weight), bias: restore(bias) }])
  ) as Parameters
})

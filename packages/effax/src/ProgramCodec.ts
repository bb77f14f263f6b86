/**
 * Programs as JSON, to be stored and sent.
 *
 * **Details**
 *
 * What is decoded has been verified: it can be run and transformed like a Program that was traced. A document names its
 * version.
 *
 * This module is apart from {@link Program} because it loads `effect/Schema`, which takes longer to load than all the
 * rest.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as DType from "./DType.ts"
import { VerificationError } from "./Errors.ts"
import * as json from "./internal/programJson.ts"
import { isProgram, type Program, verify } from "./Program.ts"

const dtype = Schema.Literals(DType.all)
const weak = Schema.optionalKey(Schema.Boolean)
const Natural = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const Scalar: Schema.Codec<json.ScalarJson> = Schema.Union([
  Schema.Finite,
  Schema.Boolean,
  Schema.Struct({ $number: Schema.Literals(["NaN", "Infinity", "-Infinity", "-0"]) }),
  Schema.Struct({ $bigint: Schema.String.check(Schema.isPattern(/^-?\d+$/)) })
])

const Data: Schema.Codec<json.DataJson> = Schema.Union([
  Scalar,
  Schema.Null,
  Schema.String,
  Schema.Array(Schema.suspend((): Schema.Codec<json.DataJson> => Data)),
  Schema.Struct({ $program: Natural }),
  Schema.Struct({ $record: Schema.Record(Schema.String, Schema.suspend((): Schema.Codec<json.DataJson> => Data)) })
])

const varying = Schema.optionalKey(Schema.Array(Schema.String))

const Aval = Schema.Struct({ dtype, shape: Schema.Array(Natural), weak, varying })

const Atom = Schema.Union([Natural, Schema.Struct({ literal: Scalar, dtype, weak })])

const Equation = Schema.Struct({
  primitive: Schema.String,
  params: Schema.Record(Schema.String, Data),
  inputs: Schema.Array(Atom),
  outputs: Schema.Array(Aval)
})

/**
 * What a Program is as JSON.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Document: Schema.Codec<Document> = Schema.Struct({
  format: Schema.Literal("effax/Program"),
  version: Schema.Int.check(
    Schema.makeFilter((version) => version === json.version || `a version that this effax reads: ${json.version}`)
  ),
  /** Inner Programs before those that refer to them by position; the last is the Program itself. */
  programs: Schema.Array(Schema.Struct({
    captures: Schema.Array(Aval),
    parameters: Schema.Array(Aval),
    equations: Schema.Array(Equation),
    results: Schema.Array(Atom)
  }))
})

/** The type of what the schema of the same name describes. @category models @since 0.1.0 */
export type Document = json.DocumentJson

const attempt = <A>(input: unknown, f: () => A): Effect.Effect<A, SchemaIssue.Issue> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(f())
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
      return Effect.fail(new SchemaIssue.InvalidValue({ message: error.message }, input))
    }
  })

/**
 * Programs, encoded as {@link Document}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FromJson: Schema.Codec<Program, Document> = Document.pipe(Schema.decodeTo(
  Schema.declare(isProgram, { identifier: "Program" }),
  SchemaTransformation.transformEffect({
    decode: (document: Document) => attempt(document, () => verify(json.fromJson(document))),
    encode: (program: Program) => attempt(program, () => json.toJson(program))
  })
))

/**
 * A Program as JSON.
 *
 * **Details**
 *
 * NaN, infinities, -0 and big integers survive `JSON.stringify`. Programs inside of Programs are written once each.
 *
 * **Gotchas**
 *
 * The rules of `customJvp` and `customVjp` are functions, which can't be written: their calls become calls of the plain
 * Programs, which compute the same and are differentiated as if there were no rule.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encode: (program: Program) => Effect.Effect<Document, Schema.SchemaError> = Schema.encodeEffect(FromJson)

/**
 * The Program that a JSON value stands for, verified.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode: (json: unknown) => Effect.Effect<Program, Schema.SchemaError> = Schema.decodeUnknownEffect(
  FromJson
)

/**
 * Programs as JSON, to be stored and sent.
 *
 * **Details**
 *
 * A decoded Program has been verified: it can be run and transformed like one that was traced. A document names its
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
import { VerificationError } from "./Errors.ts"
import * as documents from "./internal/program/document.ts"
import * as json from "./internal/program/json.ts"
import { isProgram } from "./internal/program/model.ts"
import type { Program } from "./internal/program/program.ts"
import { verify } from "./Program.ts"

/**
 * A Program as JSON. Its form is checked in one pass that ends at the first thing that is wrong, and refuses data that is
 * nested more than 32 deep, arrays of more than 255 axes and integers of more than 20 digits.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Document: Schema.Codec<Document> = Schema.Unknown.check(
  Schema.makeFilter((u) => documents.problemOf(u) ?? true, { expected: "a document of Programs" })
) as unknown as Schema.Codec<Document>

/** The type of what the schema of the same name describes. @category models @since 0.1.0 */
export type Document = json.DocumentJson

/** Whatever goes wrong is an issue: a document comes from outside, and is never the reason of a defect. */
const attempt = <A>(input: unknown, f: () => A): Effect.Effect<A, SchemaIssue.Issue> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(f())
    } catch (error) {
      const message = error instanceof VerificationError ? error.message : `ProgramCodec: ${String(error)}`
      return Effect.fail(new SchemaIssue.InvalidValue({ message }, input))
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

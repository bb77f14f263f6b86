/**
 * Examples in documentation: where they stand, and what they say their values are.
 */
import { parseSync } from "vite"

/** A block of TypeScript in a docstring or a Markdown file. */
export interface Example {
  /** The file, relative to the root of the tree. */
  readonly file: string
  /** The line of the file that the block's first line stands on, counted from 1. */
  readonly line: number
  readonly code: string
  /** Why the block is only type-checked, when its first line says `// not run: why`. */
  readonly notRun: string | undefined
}

/** A comment `// => value`. */
export interface Expectation {
  /** The line of the file. */
  readonly line: number
  readonly text: string
}

const fence = "```"

/** The fenced blocks of language `ts` in lines of Markdown. */
const blocks = (file: string, lines: ReadonlyArray<string>, firstLine: number): ReadonlyArray<Example> => {
  const found: Array<Example> = []
  for (let i = 0; i < lines.length; i++) {
    const opening = lines[i]!.match(/^( *)```ts\s*$/)
    if (opening === null) continue
    const end = lines.indexOf(`${opening[1]}${fence}`, i + 1)
    if (end < 0) throw new Error(`${file}:${firstLine + i}: the block has no end`)
    const code = lines.slice(i + 1, end).map((line) => line.slice(opening[1]!.length))
    const notRun = code[0]?.match(/^\/\/ not run: (.+)$/)?.[1]
    found.push({ file, line: firstLine + i + 1, code: `${code.join("\n")}\n`, notRun })
    i = end
  }
  return found
}

/** The examples of a source file or of a Markdown file. */
export const extract = (file: string, text: string): ReadonlyArray<Example> => {
  if (file.endsWith(".md")) return blocks(file, text.split("\n"), 1)
  return [...text.matchAll(/^ *\/\*\*$[^]*?\*\/$/gm)].flatMap((comment) => {
    const firstLine = text.slice(0, comment.index).split("\n").length
    return blocks(file, comment[0].split("\n").map((line) => line.replace(/^ *\* ?/, "")), firstLine)
  })
}

interface Syntax {
  readonly type: string
  readonly start: number
  readonly end: number
}

type Children = { readonly [key: string]: unknown }

const isSyntax = (u: unknown): u is Syntax & Children =>
  typeof u === "object" && u !== null && "type" in u && typeof u.type === "string" && "start" in u

const statements: ReadonlySet<string> = new Set(["ExpressionStatement", "VariableDeclaration", "ReturnStatement"])

/** Every statement that has a value, at any depth. */
const valuedStatements = (syntax: unknown): ReadonlyArray<Syntax & Children> => {
  if (Array.isArray(syntax)) return syntax.flatMap(valuedStatements)
  if (!isSyntax(syntax)) return []
  const inner = Object.values(syntax).flatMap(valuedStatements)
  return statements.has(syntax.type) ? [syntax, ...inner] : inner
}

const isLog = (expression: Syntax & Children): boolean =>
  expression.type === "CallExpression" && /^console\.log$/i.test(
    [expression["callee"]].filter(isSyntax).map(({ object, property }) => {
      const name = (part: unknown) => isSyntax(part) ? String((part as Children)["name"]) : ""
      return `${name(object)}.${name(property)}`
    }).join("")
  )

/** The expression whose value a statement is about; what is logged, where something is. */
const valueOf = (statement: Syntax & Children): Syntax & Children => {
  const expression = statement.type === "VariableDeclaration"
    ? (statement["declarations"] as ReadonlyArray<Children>).at(-1)!["init"]
    : statement["expression"] ?? statement["argument"]
  if (!isSyntax(expression)) throw new Error(`a ${statement.type} without a value`)
  const called = expression.type === "YieldExpression" || expression.type === "AwaitExpression"
    ? expression["argument"]
    : expression
  if (!isSyntax(called) || !isLog(called)) return expression
  return (called["arguments"] as ReadonlyArray<Syntax & Children>)[0]!
}

/** The JavaScript value that a text writes. */
export const parseValue = (text: string): unknown => new Function(`return (${text})`)()

const isValue = (text: string): boolean => {
  try {
    parseValue(text)
    return true
  } catch {
    return false
  }
}

/**
 * The code of an example with every annotated value handed to `__record(i, value)`, where `i` counts the comments
 * `// => value`. Lines stay where they are.
 *
 * A comment belongs to the statement before it. A value may go on in the comments on the lines that follow; what
 * starts there is the text of a value and not JavaScript.
 */
export const instrument = (
  { code, file, line }: Example
): { readonly code: string; readonly expectations: ReadonlyArray<Expectation> } => {
  const { comments, errors, program } = parseSync("example.ts", code)
  const lineAt = (offset: number) => line + code.slice(0, offset).split("\n").length - 1
  if (errors.length > 0) throw new Error(`${file}:${line}: ${errors[0]!.message}`)
  const values = valuedStatements(program)
  const insertions: Array<readonly [at: number, text: string]> = []
  const expectations: Array<Expectation> = []
  comments.forEach((comment, i) => {
    const first = comment.value.match(/^ =>(.*)$/)?.[1]
    if (comment.type !== "Line" || first === undefined) return
    const before = values.filter(({ end }) => end <= comment.start && /^[\s;)]*$/.test(code.slice(end, comment.start)))
    const statement = before.sort((a, b) => b.end - a.end || a.start - b.start)[0]
    if (statement === undefined) throw new Error(`${file}:${lineAt(comment.start)}: no statement has this value`)
    const texts = [first.trim()]
    let { end } = comment
    for (const next of comments.slice(i + 1)) {
      if (isValue(texts.join("\n")) || !/^\n *$/.test(code.slice(end, next.start))) break
      texts.push(next.value.replace(/^ /, ""))
      end = next.end
    }
    const expression = valueOf(statement)
    insertions.push([expression.start, `__record(${expectations.length}, `], [expression.end, ")"])
    expectations.push({ line: lineAt(comment.start), text: texts.join("\n") })
  })
  const instrumented = insertions
    .sort(([a], [b]) => b - a)
    .reduce((text, [at, inserted]) => text.slice(0, at) + inserted + text.slice(at), code)
  return { code: instrumented, expectations }
}

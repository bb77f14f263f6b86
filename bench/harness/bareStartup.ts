/** A process that does nothing but answer: what Node itself takes. */
import { answer } from "./protocol.ts"

answer([])

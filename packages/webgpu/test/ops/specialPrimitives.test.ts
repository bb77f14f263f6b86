import { conforms } from "./conforms.ts"

conforms("specialPrimitives")

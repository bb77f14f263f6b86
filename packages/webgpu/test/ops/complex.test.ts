import { conforms } from "./conforms.ts"

conforms("complex", { valuesOnly: true })

import { conforms } from "./conforms.ts"

conforms("indexing")

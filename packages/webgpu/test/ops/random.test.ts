import { conforms } from "./conforms.ts"

conforms("random")

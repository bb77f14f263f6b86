import { conforms } from "./conforms.ts"

conforms("collectives")
